"""Numbered acceptance checks of the design on board and buying that have no better place. Where the others are tested:

1-6, 10, 31, 57: test_live. 8: tests/reports/test_shelf. 9: test_pages, test_waiting. 11-15, 17-19: test_buying.
16, 21: tests/contention. 22: test_pages and here. 23: tests/test_money. 24, 25: tests/web/test_board and test_leads.
27-30, 32: test_connection. 54, 55, 60-63, 65, 66: test_pages. 56, 58, 59 and the double Enter of 17: here.
"""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from exchange.access.preferences import Preferences
from exchange.access.users import user_by_email
from tests.browser.conftest import Visit, open_before_step, pass_by, words
from tests.browser.looks import PHONE
from tests.running import Running
from tests.web.conftest import BRANDT

SMALL = """minimum => [...document.querySelectorAll("a, button, summary, input, [role=switch]")]
  .filter(el => el.checkVisibility({ visibilityProperty: true }))
  .filter(el => !el.closest(".sr, .skip, [hidden], p, .ev, noscript"))
  .filter(el => !(el.matches("input") && el.closest("label")))
  .map(el => [el, el.getBoundingClientRect(), getComputedStyle(el, "::before")])
  .map(([el, box, more]) => [el, box, Math.min(parseFloat(more.top) || 0, 0)])
  .map(([el, box, beyond]) => [el, { width: box.width, height: box.height - 2 * beyond }])
  .filter(([el, box]) => box.width > 1 && (box.width < minimum || box.height < minimum))
  .map(([el, box]) => `${el.tagName} ${el.className} ${el.textContent.trim()} ${box.width}x${box.height}`)"""
"""Targets smaller than so many pixels, with what reaches beyond their box.

Links inside sentences and boxes inside labels are not targets of their own.
"""


def prefer(exchange: Running, **chosen: Any) -> None:
    """What Sabine Brandt chose in her settings."""
    with exchange.desk.store.read() as connection:
        user = user_by_email(connection, BRANDT)
    assert user is not None
    exchange.market.entrance.set_preferences(user, Preferences(**chosen))


def test_56_shortcuts_are_off_where_somebody_switched_them_off(exchange: Running, visit: Visit) -> None:
    prefer(exchange, keys=False)
    page = visit()
    for key in ("b", "p", "j"):
        page.keyboard.press(key)
    page.wait_for_timeout(400)
    assert page.locator("tr.pk").count() == 0
    expect(page.get_by_test_id("conn")).to_contain_text("Live")


def focus_third_row(page: Page) -> None:
    page.focus("[data-testid=row-7K2KV]")


def test_22_one_key_buys_where_somebody_chose_so(exchange: Running, visit: Visit) -> None:
    prefer(exchange, onekey_cents=10_000)
    page = visit()
    focus_third_row(page)
    page.keyboard.press("b")
    expect(page.get_by_test_id("buybox-result")).to_contain_text("Gekauft für 92,00")
    assert exchange.desk.row_of("listing", "7K2KV")["sold"] == 1


def test_22_one_key_stops_at_its_ceiling(exchange: Running, visit: Visit) -> None:
    prefer(exchange, onekey_cents=9_000)
    page = visit()
    focus_third_row(page)
    page.keyboard.press("b")
    expect(page.get_by_test_id("buybox-confirm")).to_be_focused()
    page.wait_for_timeout(500)
    assert exchange.desk.row_of("listing", "7K2KV")["sold"] == 0


def test_17_a_double_enter_buys_once(exchange: Running, visit: Visit) -> None:
    page = visit()
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.url.endswith("/buy") else None)
    focus_third_row(page)
    page.keyboard.press("b")
    expect(page.get_by_test_id("buybox-confirm")).to_be_focused()
    page.evaluate("() => { const b = document.activeElement; b.click(); b.click(); }")
    expect(page.get_by_test_id("buybox-result")).to_contain_text("Gekauft für 92,00")
    assert len(sent) == 1


def test_58_nothing_moves_for_those_who_want_no_motion(exchange: Running, visit: Visit) -> None:
    page = open_before_step(exchange, visit, 4, reduced_motion="reduce")
    page.evaluate("""() => { window.moved = [];
        document.addEventListener("animationstart", e => window.moved.push(e.animationName));
        document.addEventListener("transitionrun", e => window.moved.push(e.propertyName)); }""")
    pass_by(exchange, page, 4.5)
    expect(page.get_by_test_id("price-7K2KV")).to_have_text("86,50\N{NO-BREAK SPACE}€")
    page.wait_for_timeout(300)
    running = "document.getAnimations().filter(a => a.effect.getComputedTiming().duration > 1).length"
    assert page.evaluate(running) == 0
    assert page.evaluate("window.moved.filter(name => name === 'width' || name === 'fresh')") == []


def test_59_targets_are_large_enough(visit: Visit) -> None:
    page = visit("/markt?sector=bu&max.age=60")
    page.click("[data-testid=buy-7F3BU]")
    page.wait_for_selector("tr.pk")
    assert page.evaluate(SMALL, 24) == []


def test_59_targets_on_the_phone_are_for_thumbs(visit: Visit) -> None:
    page = visit(**PHONE)
    hidden = ".w-act form, thead"  # a card is one target; what the table form needs is there for screen readers
    assert page.evaluate(SMALL.replace("noscript", f"noscript, {hidden}"), 44) == []
    page.tap("[data-testid=row-7K2KV]")
    page.wait_for_selector("dialog[open] form.buy")
    assert (
        page.evaluate(
            SMALL.replace("document.querySelectorAll", "document.querySelector('dialog[open]').querySelectorAll"), 44
        )
        == []
    )


@pytest.mark.parametrize("look", ["desktop", "phone"])
def test_the_open_listing_says_how_waiting_is_known(visit: Visit, look: str) -> None:
    """Fact beside control: source and number of cases stand where the figures stand."""
    page = visit(**(PHONE if look == "phone" else {}))
    if look == "phone":
        page.tap("[data-testid=row-7K2KV]")
        page.locator(".wait-more summary").tap()
    else:
        page.click("[data-testid=buy-7K2KV]")
    page.wait_for_selector(".wt")
    assert "Leads aus den USA" in words(page, ".wt-note")
    sideways = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(sideways) <= 0
