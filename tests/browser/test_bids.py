"""Standing bids in the browser: the preview follows the fields, a change says what becomes of the place."""

from playwright.sync_api import expect

from tests.browser.conftest import Visit, follow, words
from tests.browser.looks import wrong_at
from tests.running import Running


def test_the_preview_follows_the_fields_and_the_bid_does_what_it_said(exchange: Running, visit: Visit) -> None:
    page = visit("/gebote/neu?sector=pkv")
    expect(page.get_by_test_id("preview-none")).to_be_visible()
    page.fill("#b-limit", "60")
    page.fill("#b-quantity", "1")
    expect(page.get_by_test_id("preview-fits")).to_contain_text("3 offene Leads")
    page.fill("#b-plz", "97")
    expect(page.get_by_test_id("preview-fits")).to_contain_text("1 offenen Lead")
    expect(page.get_by_test_id("preview-first")).to_contain_text("Kauft sofort")
    said = words(page, "[data-testid=preview-first]")
    page.fill("#b-name", "Franken")
    follow(page, page.get_by_test_id("bid-submit"))
    follow(page, "text=Franken")
    assert page.locator("th a[href='/leads/7E8KV']").count() == 1
    paid = words(page, ".card.list tbody tr:first-child td:last-child")
    assert paid in said


def test_another_sector_brings_its_own_questions(visit: Visit) -> None:
    page = visit("/gebote/neu?sector=pkv")
    page.click("#b-answers summary")
    expect(page.locator("#questions")).to_contain_text("Versichert bei")
    page.select_option("#b-sector", "wp")
    expect(page.locator("#questions")).to_contain_text("Heiz")
    expect(page.locator("#questions")).not_to_contain_text("Versichert bei")


def test_a_change_warns_before_the_place_is_lost(visit: Visit) -> None:
    page = visit("/gebote/bu-sued/aendern")
    expect(page.get_by_test_id("preview-place")).to_contain_text("behält seinen Platz")
    page.fill("#b-limit", "20")
    expect(page.get_by_test_id("preview-place")).to_contain_text("ans Ende der Reihe")
    page.get_by_test_id("bid-submit").click()
    page.wait_for_url("**/gebote/bu-sued")
    assert "20,00 €" in words(page, ".bid-terms")


def test_pausing_and_ending_by_keyboard(visit: Visit) -> None:
    page = visit("/gebote/bu-sued")
    page.get_by_role("button", name="Pausieren").press("Enter")
    expect(page.locator(".hd1")).to_contain_text("pausiert")
    page.locator(".bid-end summary").press("Enter")
    page.get_by_role("button", name="BU Süd, exklusiv beenden").press("Enter")
    page.wait_for_url("**/gebote")
    page.goto(page.url + "/bu-sued")
    expect(page.locator(".hd1")).to_contain_text("beendet")


def test_nothing_is_wrong_with_everything_open(exchange: Running, visit: Visit) -> None:
    page = visit()
    for path in ("/neu?sector=wp&limit=20&is.heating=gas&leads.day=2&hours.0=8-12", "/bu-sued"):
        assert wrong_at(page, f"{exchange.url}/gebote{path}") == []
