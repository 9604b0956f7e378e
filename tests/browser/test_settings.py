"""The pages of settings and of each audience: axe, nothing sideways, the right language, settings that act."""

from playwright.sync_api import Browser, Page

from tests.browser.conftest import Visit, follow, words
from tests.browser.looks import PHONE, faults_at, wrong_at
from tests.browser.test_pages import GERMAN
from tests.running import Running
from tests.web.market import PASSWORD
from tests.web.people import BY_ROLE, complete

SETTINGS = tuple(f"/einstellungen{path}" for path in ("", "/passwort", "/sitzungen", "/nutzer", "/schluessel"))
AUDIENCES = {"supplier": ("/lieferungen",), "operator": ("/betrieb", "/betrieb/pruefung"), "analyst": ("/auswertung",)}


def test_nothing_is_wrong_with_the_settings(exchange: Running, visit: Visit) -> None:
    page = visit()
    assert [fault for path in SETTINGS for fault in wrong_at(page, exchange.url + path)] == []


def test_nothing_is_wrong_with_the_audiences_pages(exchange: Running, visit: Visit) -> None:
    complete(exchange.market)
    for role, paths in AUDIENCES.items():
        page = visit(paths[0], BY_ROLE[role])
        assert [fault for path in paths for fault in wrong_at(page, exchange.url + path)] == []


def test_nothing_is_wrong_with_what_a_supplier_sees_of_its_sales(exchange: Running, visit: Visit) -> None:
    page = visit("/lieferungen", BY_ROLE["supplier"])
    found = faults_at(page, f"{exchange.url}/lieferungen/leads/7H5BU")
    phone = visit("/lieferungen", BY_ROLE["supplier"], **PHONE)
    for path in ("/quellen", "/leads", "/erloese", "/preise?sparte=pv"):
        found += faults_at(phone, f"{exchange.url}/lieferungen{path}")
    assert found == []


def enter(page: Page, url: str, email: str) -> None:
    """Log in, wherever that leads."""
    page.goto(f"{url}/anmelden")
    page.fill("#email", email)
    page.fill("#password", PASSWORD)
    follow(page, "main button.btn.p")
    page.wait_for_selector("header.top")


def test_english_settings_are_english(exchange: Running, visit: Visit) -> None:
    page = visit("/einstellungen")
    page.get_by_label("English").check()
    follow(page, page.get_by_role("button", name="Speichern"))
    assert words(page, ".banner[role=status]") == "Saved."
    for path in SETTINGS:
        page.goto(exchange.url + path)
        assert GERMAN.findall(page.inner_text("main")) == [], path


def test_the_rows_height_follows_the_choice(exchange: Running, visit: Visit) -> None:
    page = visit("/einstellungen")
    page.get_by_label("Großzügig").check()
    follow(page, page.get_by_role("button", name="Speichern"))
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
    follow(page, page.locator("form", has=page.locator("#n-name")).get_by_role("button", name="Link erstellen"))
    link = page.get_by_test_id("one-time-link").input_value()
    guest = browser.new_page(locale="de-DE")
    guest.goto(link)
    guest.fill("#r-password", "eleven quiet otters")
    guest.fill("#r-again", "eleven quiet otters")
    follow(guest, guest.get_by_role("button", name="Festlegen"))
    assert "Das Passwort ist gesetzt." in guest.inner_text("main")
    guest.close()
    page.goto(f"{exchange.url}/einstellungen/schluessel")
    page.fill("#k-name", "CRM")
    page.fill("#k-current_password", PASSWORD)
    follow(page, page.get_by_role("button", name="Schlüssel erstellen"))
    assert page.get_by_test_id("key-secret").input_value().startswith("lb_")
