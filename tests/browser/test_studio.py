"""The curve studio by mouse, keyboard and table (checks 45, 46, 48), with axe in light, dark and narrow."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.looks import faults, wrong_with
from tests.running import Running
from tests.web.market import PASSWORD
from tests.web.people import BY_ROLE, complete

OTTO = "otto@example.de"


def said(page: Page, field: str) -> str:
    return page.input_value(f"[data-testid={field}]")


def test_a_curve_is_drawn_by_keyboard_mouse_and_table_and_approved_by_another(exchange: Running, visit: Visit) -> None:
    complete(exchange.market)
    exchange.market.entrance.add_user(
        email=OTTO, name="Otto Zweiter", role="operator", organisation=None, password=PASSWORD
    )
    page = visit("/kurven/bu", BY_ROLE["operator"])

    # By keyboard alone: the family, a handle by arrows (1 min, 0.50 EUR, five times with Shift) and back, Delete.
    page.focus("input[name=family]:checked")
    page.keyboard.press("ArrowLeft")
    expect(page.locator("[data-testid=handle-6]")).to_be_visible()
    expect(page.locator("[data-testid=handle-7]")).to_have_count(0)
    page.focus("[data-testid=handle-2]")
    before = said(page, "pt-min-2"), said(page, "pt-price-2")
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-testid=pt-min-2]")).to_have_value(str(int(before[0]) + 1))
    page.keyboard.press("ArrowLeft")
    expect(page.locator("[data-testid=pt-min-2]")).to_have_value(before[0])
    page.keyboard.press("Shift+ArrowDown")
    expect(page.locator("[data-testid=pt-price-2]")).to_have_value("40,50")
    page.keyboard.press("ArrowUp")
    expect(page.locator("[data-testid=pt-price-2]")).to_have_value("41,00")
    expect(page.locator("[data-testid=handle-2]")).to_be_focused()
    expect(page.locator("[data-testid=handle-2]")).to_have_attribute("aria-valuetext", "41,00\xa0€ nach 23\xa0min")
    page.keyboard.press("Delete")
    expect(page.locator("[data-testid=handle-6]")).to_have_count(0)

    # By mouse: the handle follows, the server draws, the table says it.
    box = page.locator("[data-testid=handle-1] .dot").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 6, box["y"] + 6)
    page.mouse.down()
    page.mouse.move(box["x"] + 30, box["y"] + 70, steps=6)
    page.mouse.up()
    expect(page.locator("[data-testid=pt-price-1]")).not_to_have_value("52,24")
    path = page.get_attribute(".cv-chart .draft", "d")

    # By table: a point that rises is said at the point and stops saving; a last point near the floor keeps the limits.
    page.fill("[data-testid=pt-price-2]", "55,00")
    expect(page.locator("#p-points")).to_contain_text("Der Preis steigt hier")
    expect(page.locator("[data-testid=pt-price-2]")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("[data-testid=save]")).to_be_disabled()
    page.fill("[data-testid=pt-price-2]", "30,00")
    expect(page.locator("#p-points")).to_be_empty()
    page.fill("[data-testid=pt-price-4]", "10,50")
    expect(page.locator("[data-testid=check-fall].ok")).to_be_visible()
    assert page.get_attribute(".cv-chart .draft", "d") != path
    page.click("#undo")
    expect(page.locator("[data-testid=check-fall].bad")).to_be_visible()
    page.fill("[data-testid=pt-price-4]", "10,50")
    expect(page.locator("[data-testid=check-fall].ok")).to_be_visible()
    assert wrong_with(page) == []

    page.click("[data-testid=save]")
    expect(page.locator("[data-testid=draft-state]")).to_have_text("Entwurf v15")
    page.check("input[name=when][value=approval]")
    page.fill("#ask-why", "Käufer warten bis zum Ende")
    page.click("[data-testid=activate]")
    expect(page.locator("[data-testid=take-back]")).to_be_visible()
    expect(page.locator("[data-testid=approve]")).to_have_count(0)

    other = visit("/kurven/bu", OTTO)
    assert faults(other) == []
    other.click("[data-testid=approve]")
    expect(other.locator("[data-testid=tuning-active]")).to_contain_text("Käufer warten bis zum Ende")
