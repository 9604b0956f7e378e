"""Keyboard, phone, no scripts, languages, themes, and axe over everything."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Visit, follow, log_in, open_before_step, pass_by, price, words
from tests.browser.looks import PHONE, faults, faults_at, wrong_at, wrong_with
from tests.running import Running

PATHS = (
    "/markt",
    "/markt?region=DE-SL",
    "/markt/7K2KV",
    "/leads",
    "/leads/7H5BU",
    "/gebote",
    "/gebote/neu",
    "/guthaben",
)


def test_nothing_is_wrong_with_any_page(exchange: Running, visit: Visit) -> None:
    page = visit()
    assert [fault for path in PATHS for fault in wrong_at(page, exchange.url + path)] == []


def test_nothing_is_wrong_with_an_open_row_nor_offline(visit: Visit) -> None:
    page = visit(allow=("Failed to load", "ERR_"))
    page.click("[data-testid=buy-7K2KV]")
    page.wait_for_selector("tr.pk")
    found = wrong_with(page)
    page.context.set_offline(True)
    expect(page.get_by_test_id("conn")).to_contain_text("Getrennt")
    assert found + wrong_with(page) == []


def test_nothing_is_wrong_on_a_phone(exchange: Running, visit: Visit) -> None:
    page = visit(**PHONE)
    found = [fault for path in PATHS for fault in faults_at(page, exchange.url + path)]
    page.goto(f"{exchange.url}/markt")
    page.tap("[data-testid=row-7K2KV]")
    page.wait_for_selector("dialog[open] form.buy")
    page.wait_for_timeout(300)
    found += faults(page)
    page.emulate_media(color_scheme="dark")
    page.wait_for_timeout(300)
    assert found + faults(page) == []


def test_axe_finds_nothing_at_the_entrance(exchange: Running, browser: Browser) -> None:
    page = browser.new_page(locale="de-DE")
    page.goto(f"{exchange.url}/anmelden")
    assert faults(page) == []
    page.fill("#email", "nobody@example.de")
    page.fill("#password", "wrong wrong wrong")
    page.click("main button.btn.p")
    expect(page.get_by_role("alert")).to_have_text("E-Mail-Adresse oder Passwort stimmt nicht.")
    expect(page.get_by_role("alert")).to_be_focused()
    assert faults(page) == []
    page.close()


def test_buying_by_keyboard_alone(visit: Visit) -> None:
    page = visit()
    for _ in range(3):
        page.keyboard.press("j")
    expect(page.get_by_test_id("row-7K2KV")).to_be_focused()
    page.keyboard.press("b")
    expect(page.get_by_test_id("buybox-confirm")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("tr.pk")).to_have_count(0)
    expect(page.locator("[data-testid=buy-7K2KV]")).to_be_focused()
    page.keyboard.press("b")
    expect(page.get_by_test_id("buybox-confirm")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Kontakt öffnen")).to_be_focused()


def test_b_alone_never_buys(exchange: Running, visit: Visit) -> None:
    page = visit()
    for _ in range(3):
        page.keyboard.press("b")
        page.wait_for_timeout(200)
    assert exchange.desk.row_of("listing", "7A1PV")["sold"] == 0


def test_keys_stay_out_of_fields(visit: Visit) -> None:
    page = visit()
    page.locator(".pick summary", has_text="Preis bis").click()
    page.fill("#f-most", "")
    page.keyboard.type("bp")
    assert page.input_value("#f-most") == "bp"
    assert page.locator("tr.pk").count() == 0
    expect(page.get_by_test_id("conn")).not_to_contain_text("Angehalten")


def test_enter_in_a_filter_keeps_it_in_the_url(visit: Visit) -> None:
    page = visit()
    page.locator(".pick summary", has_text="Preis bis").click()
    page.fill("#f-most", "30")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("most=30"))
    assert page.locator("#rows tr").count() == 3
    page.reload()
    assert page.locator("#rows tr").count() == 3
    page.get_by_role("link", name="Filter Preis bis entfernen").click()
    expect(page.locator("#rows tr")).to_have_count(11)


def test_the_phone_has_cards_a_sheet_and_a_bar(exchange: Running, visit: Visit) -> None:
    page = visit(**PHONE)
    assert page.locator(".tb a").count() == 5
    assert not page.locator(".rail").is_visible()
    page.tap("[data-testid=row-7K2KV]")
    confirm = page.get_by_test_id("buybox-confirm")
    expect(confirm).to_have_text("Kaufen für höchstens 92,00\N{NO-BREAK SPACE}€")
    box = confirm.bounding_box()
    assert box is not None
    assert box["height"] >= 54
    assert box["y"] > 844 / 2
    assert "mind. 1.785,60 €" in words(page, "dialog")
    confirm.tap()
    expect(page.get_by_test_id("buybox-result")).to_contain_text("Gekauft für 92,00")
    assert exchange.desk.row_of("listing", "7K2KV")["sold"] == 1


def test_a_sheet_closes_by_its_cross_and_by_escape(visit: Visit) -> None:
    page = visit(**PHONE)
    for close in (lambda: page.tap("dialog [data-close]"), lambda: page.keyboard.press("Escape")):
        page.tap("[data-testid=row-7F3BU]")
        expect(page.locator("dialog[open]")).to_be_visible()
        close()
        expect(page.locator("dialog[open]")).to_have_count(0)


@pytest.fixture
def scriptless(browser: Browser, exchange: Running) -> Iterator[Page]:
    context = browser.new_context(java_script_enabled=False, locale="de-DE")
    page = context.new_page()
    log_in(page, exchange.url)
    yield page
    context.close()


def test_the_board_works_without_scripts(exchange: Running, scriptless: Page) -> None:
    page = scriptless
    assert "Stand 14:31:" in words(page, "noscript")
    follow(page, "[data-testid=buy-7K2KV]")
    assert words(page, "[data-testid=buybox-confirm]") == "Kaufen für höchstens 92,00 €"
    follow(page, "[data-testid=buybox-confirm]")
    assert page.url.endswith("/leads/7K2KV")
    assert exchange.desk.row_of("listing", "7K2KV")["sold"] == 1


def test_the_theme_switch_holds_and_does_not_flash(visit: Visit) -> None:
    page = visit(color_scheme="light")
    with page.expect_response("**/darstellung"):
        page.click("#theme")
    expect(page.locator("body")).to_have_css("background-color", "rgb(13, 15, 18)")
    page.reload(wait_until="commit")
    assert page.get_attribute("html", "data-theme") == "dark"
    expect(page.locator("body")).to_have_css("background-color", "rgb(13, 15, 18)")


def test_the_system_decides_until_somebody_does(visit: Visit) -> None:
    page = visit(color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(13, 15, 18)"


GERMAN = re.compile(r"\b(Kaufen|Markt|Guthaben|Dauergebot|Preis|Alter|Plätze|dann|heute|frei|gekauft|Stand|Uhr)\b")


def test_english_pages_are_english(visit: Visit) -> None:
    page = visit()
    page.get_by_role("button", name="EN", exact=True).click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert price(page, "7K2KV") == "€92.00"
    expect(page.get_by_test_id("conn")).to_contain_text("Live")
    page.click("[data-testid=buy-7K2KV]")
    page.wait_for_selector("tr.pk")
    assert words(page, "[data-testid=buybox-confirm]") == "Buy for €92.00 at most"
    for path in PATHS:
        page.goto(page.url.split("/", 3)[0] + "//" + page.url.split("/")[2] + path)
        text = page.inner_text("body")
        assert GERMAN.findall(text.replace("Dauergebot „", "")) == [], path


def test_a_first_load_is_small(visit: Visit) -> None:
    page = visit()
    sizes: list[int] = []
    page.on("response", lambda answer: sizes.append(len(answer.body())) if "/stream" not in answer.url else None)
    page.goto(page.url)
    page.wait_for_timeout(800)
    assert sum(sizes) < 250_000


def test_a_step_shifts_nothing(exchange: Running, visit: Visit) -> None:
    page = open_before_step(exchange, visit)
    pass_by(exchange, page, 0.5)
    page.evaluate(
        """() => { window.shifts = 0; new PerformanceObserver(list => list.getEntries().forEach(e => {
             window.shifts += e.value; })).observe({ type: "layout-shift", buffered: false }); }"""
    )
    pass_by(exchange, page, 4)
    expect(page.get_by_test_id("price-7K2KV")).to_have_text("86,50\N{NO-BREAK SPACE}€")
    page.wait_for_timeout(1200)
    assert page.evaluate("window.shifts") < 0.001
