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

    def pressed(*keys: str) -> None:
        """What a key does is shown in the next frame."""
        for key in keys:
            page.keyboard.press(key)
        page.evaluate("() => new Promise((shown) => requestAnimationFrame(() => requestAnimationFrame(shown)))")

    assert words(page, clock) == "14:31:08,000"
    assert words(page, "[data-testid=book-open]") == "1"
    assert page.get_attribute("#replay-chart .plot-frame", "aria-label").startswith("Preisverlauf des Leads 7B9BF")

    # Back to the sale, event by event; the address holds the moment and brings back the same.
    pressed("ArrowLeft")
    while "Verkauft" not in words(page, ".rp-ev .on"):
        pressed("ArrowLeft")
    assert words(page, clock) == "14:30:08,000"
    assert words(page, "[data-testid=book-sold]") == "1"
    pressed("ArrowLeft")
    page.wait_for_function("() => document.querySelector('[data-testid=book-sold]').textContent === '0'")
    there = page.evaluate("location.href")
    page.goto(there)
    page.wait_for_function("() => document.querySelector('[data-testid=book-sold]').textContent === '0'")
    assert page.evaluate("location.href") == there

    # Playing at 600 times: ten minutes a second, until somebody stops it.
    pressed("Home", "4")
    assert page.get_attribute("[data-testid=speed-600]", "aria-pressed") == "true"
    page.keyboard.press(" ")
    page.wait_for_function("() => document.querySelector('#rp-clock').textContent > '13:35'")
    page.click("[data-testid=play]")
    pressed()
    assert page.get_attribute("[data-testid=play]", "aria-pressed") == "false"
    stood = words(page, clock)
    page.wait_for_timeout(120)
    assert words(page, clock) == stood

    # The slider by keys, and what the charts say as a table.
    page.focus("#rp-slider")
    pressed("End", "PageDown")
    assert words(page, clock) == "14:30:08,000"
    assert page.get_attribute("#rp-slider", "aria-valuetext") == "14:30:08"
    page.click("#replay-chart summary")
    assert words(page, "#replay-chart tbody tr:first-child td:last-child") == "88,00 €"
    assert faults(page) == []

    # The bar is one row; a menu closes by Escape, a table that is read does not by a click elsewhere.
    heights = "[...document.querySelectorAll('.rp-bar > *')].map((one) => one.getBoundingClientRect())"
    assert page.evaluate(f"new Set({heights}.filter((one) => one.height).map((one) => Math.round(one.top))).size") == 1
    page.click("[data-testid=export-menu]")
    page.focus("#rp-file")
    pressed("Escape")
    assert not page.is_visible("#rp-file")
    page.click("#rp-start")
    pressed()
    assert page.is_visible("#replay-chart tbody")
    assert words(page, clock) == "13:31:08,000"

    # From the menu to larger files, with the sector filled in.
    page.click("[data-testid=export-menu]")
    page.click("[data-testid=to-exports]")
    page.wait_for_selector("[data-testid=export-form]")
    assert page.input_value("#x-sector") == "baufi"
    assert faults(page) == []
    page.go_back()
    page.wait_for_selector("#book-chart .plot-past g")

    # However often it is asked for, a chart is drawn once a frame.
    drawn = page.evaluate("""async () => {
      const { Chart } = await import("/static/js/chart.js");
      const chart = new Chart(document.getElementById("book-chart"), { marks: [], y: { from: 0, until: 1 } });
      const redraw = chart.redraw.bind(chart);
      let drawn = 0;
      chart.redraw = () => { drawn += 1; redraw(); };
      for (let n = 0; n < 5; n++) chart.show({ marks: [] });
      await new Promise((shown) => requestAnimationFrame(() => requestAnimationFrame(shown)));
      return drawn;
    }""")
    assert drawn == 1
