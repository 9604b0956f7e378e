"""The pages of settings and of each audience: axe, nothing sideways, the right language, settings that act."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Visit, words
from tests.browser.test_pages import GERMAN, faults
from tests.running import Running
from tests.web.market import PASSWORD
from tests.web.people import BY_ROLE, complete

SETTINGS = tuple(f"/einstellungen{path}" for path in ("", "/passwort", "/sitzungen", "/nutzer", "/schluessel"))
AUDIENCES = (("supplier", "/lieferungen"), ("operator", "/betrieb"), ("operator", "/betrieb/pruefung"))
AUDIENCES += (("analyst", "/auswertung"),)
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def found_on(page: Page, url: str) -> list[str]:
    """What is wrong with a page: faults axe finds, and whether it scrolls sideways."""
    page.goto(url)
    page.wait_for_timeout(200)
    return faults(page) + ([f"{url} scrolls sideways"] if page.evaluate(SIDEWAYS) > 0 else [])


@pytest.mark.parametrize("looks", [{}, {"color_scheme": "dark"}, PHONE], ids=["light", "dark", "phone"])
def test_nothing_is_wrong_with_the_settings(exchange: Running, visit: Visit, looks: dict[str, Any]) -> None:
    page = visit(**looks)
    assert [fault for path in SETTINGS for fault in found_on(page, exchange.url + path)] == []


@pytest.mark.parametrize("looks", [{}, {"color_scheme": "dark"}, PHONE], ids=["light", "dark", "phone"])
def test_nothing_is_wrong_with_the_audiences_pages(exchange: Running, browser: Browser, looks: dict[str, Any]) -> None:
    complete(exchange.market)
    found = []
    for role, path in AUDIENCES:
        context = browser.new_context(locale="de-DE", **looks)
        page = context.new_page()
        enter(page, exchange.url, BY_ROLE[role])
        found += found_on(page, exchange.url + path)
        context.close()
    assert found == []


def enter(page: Page, url: str, email: str) -> None:
    """Log in, wherever that leads."""
    page.goto(f"{url}/anmelden")
    page.fill("#email", email)
    page.fill("#password", PASSWORD)
    page.click("main button.btn.p")
    page.wait_for_selector("header.top")


def test_english_settings_are_english(exchange: Running, visit: Visit) -> None:
    page = visit("/einstellungen")
    page.get_by_label("English").check()
    page.get_by_role("button", name="Speichern").click()
    assert words(page, "[role=status]") == "Saved."
    for path in SETTINGS:
        page.goto(exchange.url + path)
        assert GERMAN.findall(page.inner_text("main")) == [], path


def test_the_rows_height_follows_the_choice(exchange: Running, visit: Visit) -> None:
    page = visit("/einstellungen")
    page.get_by_label("Großzügig").check()
    page.get_by_role("button", name="Speichern").click()
    heights = {}
    for density in ("comfortable", "compact"):
        page.goto(f"{exchange.url}/markt")
        page.evaluate(f"document.body.dataset.density = '{density}'")
        box = page.get_by_test_id("row-7K2KV").bounding_box()
        assert box is not None
        heights[density] = round(box["height"])
    assert heights["compact"] < 52 < 60 < heights["comfortable"]


def test_a_users_link_and_key_are_shown_once(exchange: Running, visit: Visit, browser: Browser) -> None:
    page = visit("/einstellungen/nutzer")
    page.fill("#n-name", "Jan Vogel")
    page.fill("#n-email", "j.vogel@brandt-vogel.example")
    page.fill("#n-current_password", PASSWORD)
    page.locator("form", has=page.locator("#n-name")).get_by_role("button", name="Link erstellen").click()
    link = page.get_by_test_id("one-time-link").input_value()
    guest = browser.new_page(locale="de-DE")
    guest.goto(link)
    guest.fill("#r-password", "eleven quiet otters")
    guest.fill("#r-again", "eleven quiet otters")
    guest.get_by_role("button", name="Festlegen").click()
    assert "Das Passwort ist gesetzt." in guest.inner_text("main")
    guest.close()
    page.goto(f"{exchange.url}/einstellungen/schluessel")
    page.fill("#k-name", "CRM")
    page.fill("#k-current_password", PASSWORD)
    page.get_by_role("button", name="Schlüssel erstellen").click()
    assert page.get_by_test_id("key-secret").input_value().startswith("lb_")
