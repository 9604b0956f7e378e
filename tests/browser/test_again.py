"""A session that ends while a page is open: log in there, and nothing on the page is lost."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.looks import faults
from tests.running import Running
from tests.web.conftest import BRANDT
from tests.web.market import PASSWORD

QUIET = ("401", "403", "Failed to load resource")


def end_sessions(exchange: Running) -> None:
    """What an owner who locks and unlocks somebody does, or another device."""
    market = exchange.market
    with market.desk.store.write_aside() as connection:
        connection.exec_driver_sql("DELETE FROM sessions")


def log_in_there(page: Page, password: str = PASSWORD) -> None:
    page.fill("#again-password", password)
    page.get_by_test_id("log-in-again").get_by_role("button", name="Anmelden").click()


def test_the_page_is_kept_and_goes_on_after_logging_in_on_it(exchange: Running, visit: Visit) -> None:
    page = visit("/gebote/neu", allow=QUIET)
    page.fill("input[name=name]", "Mein halbfertiges Gebot")
    end_sessions(exchange)
    sheet = page.get_by_test_id("log-in-again")
    expect(sheet).to_be_visible()
    expect(page.locator("#again-email")).to_have_value(BRANDT)
    expect(page.locator("#again-password")).to_be_focused()
    assert faults(page) == []
    page.keyboard.press("Escape")
    expect(sheet).to_be_visible()
    log_in_there(page, "wrong wrong wrong")
    expect(sheet.get_by_role("alert")).to_have_text("E-Mail-Adresse oder Passwort stimmt nicht.")
    log_in_there(page)
    expect(sheet).to_be_hidden()
    expect(page.locator("input[name=name]")).to_have_value("Mein halbfertiges Gebot")
    expect(page.get_by_test_id("conn")).to_contain_text("Live")
    answer = page.evaluate(
        """async () => (await fetch("/darstellung", { method: "POST", redirect: "manual",
          headers: { "X-CSRFToken": document.querySelector("meta[name=csrf-token]").content } })).type"""
    )
    assert answer == "opaqueredirect"


def test_a_script_that_is_refused_opens_the_sheet_at_once(exchange: Running, visit: Visit) -> None:
    page = visit("/markt", allow=QUIET)
    end_sessions(exchange)
    page.evaluate("fetch('/markt/zahlen')")
    expect(page.get_by_test_id("log-in-again")).to_be_visible()


def test_a_one_time_link_fills_itself_in_and_leaves_the_address(exchange: Running, visit: Visit) -> None:
    page = visit("/guthaben")
    token = "x" * 43
    page.goto(f"{exchange.url}/zugang#{token}")
    expect(page.locator("#token")).to_be_hidden()
    expect(page.locator("#token")).to_have_value(token)
    expect(page).to_have_url(f"{exchange.url}/zugang")
