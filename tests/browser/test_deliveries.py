"""A supplier's file in a real browser (checks 39 to 44 of the design): handed in, corrected in place, listed."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from openpyxl import Workbook
from playwright.sync_api import Browser, Page, expect

from tests.browser.looks import wrong_with
from tests.running import Running
from tests.staging.suppliers import NORD, Row, drawn, spoiled, write
from tests.web.market import PASSWORD

Open = Callable[..., Page]


@pytest.fixture
def supplier(browser: Browser, exchange: Running) -> Iterator[Open]:
    """Paul Nord's browser; at the end nothing may have been complained about in the console."""
    complaints: list[str] = []
    contexts = []

    def go(**looks: object) -> Page:
        context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="de-DE", **looks)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda m: complaints.append(m.text) if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{exchange.url}/anmelden")
        page.fill("#email", NORD)
        page.fill("#password", PASSWORD)
        page.click("main button.btn.p")
        page.wait_for_url("**/lieferungen")
        return page

    yield go
    for context in contexts:
        context.close()
    assert complaints == []


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
    page.click("[data-testid=upload-submit]")
    page.select_option("#m-sector", "pv")
    page.click("[data-testid=look-again]")
    page.click("[data-testid=columns-submit]")
    page.wait_for_url("**/pruefen")
    expect(page.get_by_test_id("upload-tab-all")).to_be_visible()


def count(page: Page, tab: str) -> int:
    return int(page.inner_text(f"[data-testid=upload-tab-{tab}] [data-count]"))


def test_counts_of_tabs_and_groups_agree(supplier: Open, rows: list[Row], tmp_path: Path) -> None:
    page = supplier()
    deliver(page, write(tmp_path / "kw47.csv", rows))
    tabs = ("all", "ready", "check", "error", "hint", "duplicate")
    assert [count(page, tab) for tab in tabs] == [10, 5, 5, 3, 1, 1]
    groups = [int(text) for text in page.locator("[data-testid^=group-count-]").all_inner_texts()]
    assert sum(groups) == 3 + 1 + 1
    page.click("[data-testid='group-phone:phone_letters']")
    expect(page.locator("#rows tr")).to_have_count(1)


def test_every_wrong_cell_is_marked_and_says_what_is_expected(supplier: Open, rows: list[Row], tmp_path: Path) -> None:
    page = supplier()
    deliver(page, write(tmp_path / "kw47.csv", rows))
    page.click("[data-testid=upload-tab-error]")
    cells = page.locator("#rows input[aria-invalid=true]")
    expect(cells).to_have_count(3)
    for cell in cells.all():
        described = page.locator(f"[id='{cell.get_attribute('aria-describedby')}']")
        expect(described).to_contain_text("Erwartet: ")


def test_a_corrected_cell_moves_its_row_once_it_is_left(supplier: Open, rows: list[Row], tmp_path: Path) -> None:
    page = supplier()
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


def test_suggestion_discarding_and_undo(supplier: Open, rows: list[Row], tmp_path: Path) -> None:
    page = supplier()
    rows = spoiled(rows, (3, "PLZ", "24103"), (3, "Ort", "Hamburg"))
    deliver(page, write(tmp_path / "kw47.csv", rows))
    assert count(page, "hint") == 2
    expect(page.get_by_test_id("cell-error-5-city")).to_have_text("24103 liegt nicht in Hamburg. 24103 ist Kiel.")
    page.click("[data-testid=accept-5]")
    expect(page.get_by_test_id("upload-tab-hint")).to_contain_text("1")
    page.click("[data-testid=discard-3]")
    assert (count(page, "error"), count(page, "discarded")) == (2, 1)
    page.click("[data-testid=undo]")
    assert (count(page, "error"), count(page, "discarded")) == (3, 0)


def test_as_many_are_listed_as_the_button_says_and_the_rest_comes_back(
    supplier: Open, rows: list[Row], tmp_path: Path
) -> None:
    page = supplier()
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


def test_every_dialect_gives_the_same_rows(supplier: Open, tmp_path: Path) -> None:
    good = spoiled(drawn(2), (0, "Nachname", "Müßig-Äöü"), (0, "Ort", "Überlingen"))
    book = Workbook()
    for number, row in enumerate(good):
        if number == 0:
            book.active.append(list(row))
        book.active.append(list(row.values()))
    book.save(tmp_path / "a.xlsx")
    paths = [
        write(tmp_path / "semicolon.csv", good),
        write(tmp_path / "comma.csv", good, delimiter=","),
        write(tmp_path / "bom.csv", good, encoding="utf-8-sig"),
        write(tmp_path / "windows.csv", good, encoding="cp1252"),
        write(tmp_path / "wide.csv", good, encoding="utf-16", delimiter="\t"),
        tmp_path / "a.xlsx",
    ]
    page = supplier()
    found = []
    for path in paths:
        deliver(page, path)
        page.click("[data-testid=upload-tab-all]")
        fields = page.locator("#rows input[name^='t-']")
        found.append([(field.get_attribute("name"), field.input_value()) for field in fields.all()])
    assert ("t-last_name", "Müßig-Äöü") in found[0]
    assert all(one == found[0] for one in found)


def test_cells_of_the_rest_are_no_formulas(supplier: Open, rows: list[Row], tmp_path: Path) -> None:
    starts = ("=1+1", "+1", "-1", "@x")
    rows = spoiled(rows[:5], *((1, column, text) for column, text in zip(
        ("Vorname", "Nachname", "Straße", "Kampagne"), starts, strict=True)))  # fmt: skip
    page = supplier()
    deliver(page, write(tmp_path / "kw47.csv", rows))
    with page.expect_download() as waiting:
        page.click("[data-testid=rest-csv]")
    text = Path(waiting.value.path()).read_text(encoding="utf-8-sig")
    for start in starts:
        assert f"'{start}" in text
        assert f";{start}" not in text


def test_nothing_is_wrong_with_any_step(supplier: Open, rows: list[Row], tmp_path: Path) -> None:
    page = supplier()
    found = wrong_with(page)
    page.goto(f"{page.url}/neu")
    found += wrong_with(page)
    page.set_input_files("[data-testid=upload-file]", write(tmp_path / "kw47.csv", rows))
    page.click("[data-testid=upload-submit]")
    page.wait_for_url("**/spalten")
    found += wrong_with(page)
    page.select_option("#m-sector", "pv")
    page.click("[data-testid=look-again]")
    page.click("[data-testid=columns-submit]")
    page.wait_for_url("**/pruefen")
    found += wrong_with(page)
    page.click("[data-testid=upload-tab-all]")
    page.wait_for_url("**stand=alle")
    found += wrong_with(page)
    page.click("[data-testid=commit]")
    page.wait_for_url("**/ergebnis")
    assert found + wrong_with(page) == []
