"""The market's past in the browser: a moment that is passed on, stepping, playing, keys, the table behind a chart."""

from exchange.instant import HOUR_US, to_text
from tests.browser.conftest import Running, Visit, words
from tests.browser.test_pages import faults
from tests.web.market import NOW
from tests.web.people import BY_ROLE, complete


def test_an_analyst_walks_through_an_hour(exchange: Running, visit: Visit) -> None:
    complete(exchange.market)
    stretch = f"from={to_text(NOW - HOUR_US)}&until={to_text(NOW)}"
    page = visit(f"/verlauf?sector=baufi&lead=7B9BF&{stretch}", BY_ROLE["analyst"])
    clock = "[data-testid=playhead]"
    assert words(page, clock) == "14:31:08,000"
    assert words(page, "[data-testid=book-open]") == "1"
    assert page.get_attribute("#replay-chart .plot-frame", "aria-label").startswith("Preisverlauf des Leads 7B9BF")

    # Back to the sale, event by event; the address holds the moment and brings back the same.
    page.keyboard.press("ArrowLeft")
    while "Verkauft" not in words(page, ".rp-ev .on"):
        page.keyboard.press("ArrowLeft")
    assert words(page, clock) == "14:30:08,000"
    assert words(page, "[data-testid=book-sold]") == "1"
    page.keyboard.press("ArrowLeft")
    page.wait_for_function("() => document.querySelector('[data-testid=book-sold]').textContent === '0'")
    there = page.evaluate("location.href")
    page.goto(there)
    page.wait_for_function("() => document.querySelector('[data-testid=book-sold]').textContent === '0'")
    assert page.evaluate("location.href") == there

    # Playing at 600 times: ten minutes a second, until somebody stops it.
    page.keyboard.press("Home")
    page.keyboard.press("4")
    assert page.get_attribute("[data-testid=speed-600]", "aria-pressed") == "true"
    page.keyboard.press(" ")
    page.wait_for_function("() => document.querySelector('#rp-clock').textContent > '13:35'")
    page.click("[data-testid=play]")
    assert page.get_attribute("[data-testid=play]", "aria-pressed") == "false"
    stood = words(page, clock)
    page.wait_for_timeout(120)
    assert words(page, clock) == stood

    # The slider by keys, and what the charts say as a table.
    page.focus("#rp-slider")
    page.keyboard.press("End")
    page.keyboard.press("PageDown")
    assert words(page, clock) == "14:30:08,000"
    assert page.get_attribute("#rp-slider", "aria-valuetext") == "14:30:08"
    page.click("#replay-chart summary")
    assert words(page, "#replay-chart tbody tr:first-child td:last-child") == "88,00 €"
    assert faults(page) == []
