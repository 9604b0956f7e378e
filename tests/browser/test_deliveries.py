"""A supplier's file in a real browser (checks 39 to 44 of the design): handed in, corrected in place, listed."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit, follow
from tests.browser.looks import wrong_with
from tests.staging.suppliers import NORD, Row, drawn, spoiled, write


@pytest.fixture
def page(visit: Visit) -> Page:
    """Paul Nord's browser."""
    return visit("/lieferungen", NORD)


@pytest.fixture
def rows() -> list[Row]:
    """Nine rows, numbers 2 to 10: three errors, a hint; the tenth, number 11, is a duplicate."""
    good = drawn(9)
    bad = spoiled(
        good,
        (1, "Telefon", "04821 99x12"),
        (2, "Telefon", "0176 999"),
        (4, "Opt-in am", ""),
        (6, "Ort", "Helgoland an der Spree"),
    )
    return [*bad, bad[0]]


def deliver(page: Page, path: Path) -> None:
    """Hand a file in and go to its check."""
    page.goto(f"{page.url.split('/lieferungen')[0]}/lieferungen/neu")
    page.set_input_files("[data-testid=upload-file]", path)
    follow(page, "[data-testid=upload-submit]")
    page.select_option("#m-sector", "pv")
    follow(page, "[data-testid=look-again]")
    page.click("[data-testid=columns-submit]")
    page.wait_for_url("**/pruefen")
    expect(page.get_by_test_id("upload-tab-all")).to_be_visible()


def count(page: Page, tab: str) -> int:
    return int(page.inner_text(f"[data-testid=upload-tab-{tab}] [data-count]"))


def test_counts_of_tabs_and_groups_agree(page: Page, rows: list[Row], tmp_path: Path) -> None:
    deliver(page, write(tmp_path / "kw47.csv", rows))
    tabs = ("all", "ready", "check", "error", "hint", "duplicate")
    assert [count(page, tab) for tab in tabs] == [10, 5, 5, 3, 1, 1]
    groups = [int(text) for text in page.locator("[data-testid^=group-count-]").all_inner_texts()]
    assert sum(groups) == 3 + 1 + 1
    follow(page, "[data-testid='group-phone:phone_letters']")
    expect(page.locator("#rows tr")).to_have_count(1)


def test_every_wrong_cell_is_marked_and_says_what_is_expected(page: Page, rows: list[Row], tmp_path: Path) -> None:
    deliver(page, write(tmp_path / "kw47.csv", rows))
    follow(page, "[data-testid=upload-tab-error]")
    cells = page.locator("#rows input[aria-invalid=true]")
    expect(cells).to_have_count(3)
    for cell in cells.all():
        described = page.locator(f"[id='{cell.get_attribute('aria-describedby')}']")
        expect(described).to_contain_text("Erwartet: ")


def test_a_corrected_cell_moves_its_row_once_it_is_left(page: Page, rows: list[Row], tmp_path: Path) -> None:
    deliver(page, write(tmp_path / "kw47.csv", rows))
    phone = page.get_by_test_id("cell-3-phone")
    phone.fill("030 23125042")
    phone.press("Tab")  # to another field of the same row
    expect(page.get_by_test_id("upload-tab-ready")).to_contain_text("6")
    expect(page.get_by_test_id("upload-tab-error")).to_contain_text("2")
    expect(page.get_by_test_id("commit")).to_have_text("6 Leads einstellen")
    expect(phone).not_to_have_attribute("aria-invalid", "true")
    expect(page.get_by_test_id("row-3")).to_be_visible()
    page.get_by_test_id("cell-4-phone").focus()
    expect(page.get_by_test_id("row-3")).to_have_count(0)
    page.get_by_test_id("cell-4-phone").fill("030 x9")
    page.get_by_test_id("cell-4-phone").press("Enter")
    expect(page.get_by_test_id("cell-error-4-phone")).to_contain_text("Erwartet: Vorwahl und Ziffern")
    expect(page.get_by_test_id("row-4")).to_be_visible()


def test_suggestion_discarding_and_undo(page: Page, rows: list[Row], tmp_path: Path) -> None:
    rows = spoiled(rows, (3, "PLZ", "24103"), (3, "Ort", "Hamburg"))
    deliver(page, write(tmp_path / "kw47.csv", rows))
    assert count(page, "hint") == 2
    expect(page.get_by_test_id("cell-error-5-city")).to_have_text("24103 liegt nicht in Hamburg. 24103 ist Kiel.")
    page.click("[data-testid=accept-5]")
    expect(page.get_by_test_id("upload-tab-hint")).to_contain_text("1")
    follow(page, "[data-testid=discard-3]")
    assert (count(page, "error"), count(page, "discarded")) == (2, 1)
    follow(page, "[data-testid=undo]")
    assert (count(page, "error"), count(page, "discarded")) == (3, 0)


def test_as_many_are_listed_as_the_button_says_and_the_rest_comes_back(
    page: Page, rows: list[Row], tmp_path: Path
) -> None:
    deliver(page, write(tmp_path / "kw47.csv", rows))
    ready = count(page, "ready")
    assert page.inner_text("[data-testid=commit]") == f"{ready} Leads einstellen"
    page.click("[data-testid=commit]")
    page.wait_for_url("**/ergebnis")
    assert page.get_attribute("[data-testid=listed]", "data-value") == str(ready)
    with page.expect_download() as waiting:
        page.click("[data-testid=rest-csv]")
    rest = tmp_path / "rest.csv"
    waiting.value.save_as(rest)
    text = rest.read_text(encoding="utf-8-sig")
    assert len(text.splitlines()) == 1 + 5
    assert "Telefon enthält Buchstaben" in text
    rest.write_text(text.replace("04821 99x12", "030 23125042"), encoding="utf-8-sig")
    deliver(page, rest)
    assert (count(page, "all"), count(page, "ready")) == (5, 1)


def test_cells_of_the_rest_are_no_formulas(page: Page, rows: list[Row], tmp_path: Path) -> None:
    starts = ("=1+1", "+1", "-1", "@x")
    rows = spoiled(rows[:5], *((1, column, text) for column, text in zip(
        ("Vorname", "Nachname", "Straße", "Kampagne"), starts, strict=True)))  # fmt: skip
    deliver(page, write(tmp_path / "kw47.csv", rows))
    with page.expect_download() as waiting:
        page.click("[data-testid=rest-csv]")
    text = Path(waiting.value.path()).read_text(encoding="utf-8-sig")
    for start in starts:
        assert f"'{start}" in text
        assert f";{start}" not in text


def test_nothing_is_wrong_with_any_step(page: Page, rows: list[Row], tmp_path: Path) -> None:
    found = wrong_with(page)
    page.goto(f"{page.url}/neu")
    found += wrong_with(page)
    page.set_input_files("[data-testid=upload-file]", write(tmp_path / "kw47.csv", rows))
    follow(page, "[data-testid=upload-submit]")
    found += wrong_with(page)
    page.select_option("#m-sector", "pv")
    follow(page, "[data-testid=look-again]")
    page.click("[data-testid=columns-submit]")
    page.wait_for_url("**/pruefen")
    found += wrong_with(page)
    follow(page, "[data-testid=upload-tab-all]")
    found += wrong_with(page)
    page.click("[data-testid=commit]")
    page.wait_for_url("**/ergebnis")
    assert found + wrong_with(page) == []
