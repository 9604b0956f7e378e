"""The wallet in a browser: axe, nothing sideways, a limit, a deposit from a refused purchase to the money."""

import re

from playwright.sync_api import Browser

from exchange.access.users import user_by_id
from tests.browser.conftest import Visit, follow, words
from tests.browser.looks import wrong_at, wrong_with
from tests.browser.test_pages import GERMAN
from tests.browser.test_settings import enter
from tests.running import Running
from tests.web.market import NOW
from tests.web.people import BY_ROLE, OWNER, complete, user_id


def announced(exchange: Running, cents: int) -> str:
    """A deposit the owner has announced."""
    market = exchange.market
    user = user_id(market, OWNER)
    with market.desk.store.read() as connection:
        owner = user_by_id(connection, user)
    assert owner is not None
    return market.premises().deposits.announce(owner, cents)


def test_nothing_is_wrong_with_the_wallet(exchange: Running, visit: Visit) -> None:
    page = visit("/guthaben")
    exchange.desk.set_daily_limit("brandt", limit_cents=4_000)
    reference = announced(exchange, 25_000)
    paths = ("", "?kind=credit", "/einzahlung?fehlt=23.18&lead=7K2KV", f"/einzahlung/{reference}?lead=7K2KV")
    assert [fault for path in paths for fault in wrong_at(page, f"{exchange.url}/guthaben{path}")] == []
    page.goto(f"{exchange.url}/guthaben")
    page.fill("#l-limit", "80")
    follow(page, page.get_by_role("button", name="Festlegen"))
    assert "80,00" in words(page, "[data-testid=limit-says]")
    assert wrong_with(page) == []


def test_nothing_is_wrong_with_what_operators_see(exchange: Running, visit: Visit) -> None:
    complete(exchange.market)
    for cents in (25_000, 900_000):
        announced(exchange, cents)
    assert wrong_with(visit("/betrieb/einzahlungen", BY_ROLE["operator"])) == []


def test_a_limit_is_set_confirmed_and_seen_on_the_board(exchange: Running, visit: Visit) -> None:
    page = visit("/guthaben")
    page.fill("#l-limit", "1")
    follow(page, page.get_by_role("button", name="Festlegen"))
    follow(page, page.get_by_role("button", name="Ja, ändern"))
    assert words(page, ".banner[role=status]") == "Das Tageslimit ist geändert."
    page.goto(f"{exchange.url}/markt")
    assert words(page, "[data-testid=limit-reached]") == "Tagesbudget erreicht. Wieder frei morgen, 00:00."


def test_from_a_refused_purchase_to_money_in_the_wallet(exchange: Running, visit: Visit, browser: Browser) -> None:
    complete(exchange.market)
    page = visit("/guthaben/einzahlung?fehlt=23.18&lead=7K2KV")
    assert page.input_value("#d-amount") == "23,18"
    follow(page, page.get_by_role("button", name="Weiter"))
    found = re.search(r"RF\d{14}", page.url)
    assert found is not None
    assert page.get_by_test_id("giro-code").is_visible()
    operator = browser.new_page(locale="de-DE")
    enter(operator, exchange.url, BY_ROLE["operator"])
    operator.goto(f"{exchange.url}/betrieb/einzahlungen")
    follow(operator, operator.get_by_test_id(f"deposit-{found[0]}").get_by_role("button"))
    assert words(operator, ".banner[role=status]") == "Gutgeschrieben."
    operator.close()
    page.reload()
    assert words(page, "[data-testid=deposit-state]") == "Gutgeschrieben"
    page.get_by_role("link", name="Zurück zum Lead 7K2KV").click()
    page.wait_for_selector("[data-testid=buybox-confirm]")


def test_the_wallet_in_english_is_english(exchange: Running, visit: Visit) -> None:
    exchange.market.desk.set_daily_limit("brandt", limit_cents=4_000)
    page = visit("/einstellungen")
    page.check("input[name=lang][value=en]")
    follow(page, page.get_by_role("button", name="Speichern"))
    for path in ("/guthaben", "/guthaben/einzahlung", f"/guthaben/einzahlung/{announced(exchange, NOW % 1_000 + 500)}"):
        page.goto(exchange.url + path)
        assert GERMAN.findall(page.inner_text("main")) == [], path
