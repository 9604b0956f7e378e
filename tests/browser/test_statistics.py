"""Market statistics in the browser: charts with their tables, a region picked, nothing to show, every look."""

from tests.browser.conftest import Running, Visit, words
from tests.browser.looks import wrong_at
from tests.web.trading import SECTOR, trade


def test_a_buyer_looks_at_the_month(exchange: Running, visit: Visit) -> None:
    trade(exchange.market, exchange.clock.set)
    page = visit(f"/statistik?sector={SECTOR}&from=2026-11&until=2026-11")
    page.wait_for_selector("#price-chart .plot-past circle, #price-chart .plot-past path")
    label = page.get_attribute("#price-chart .plot-frame", "aria-label")
    assert label is not None
    assert "Preis beim Verkauf in Euro, 2 Tage" in label
    page.click("#volume-chart summary")
    assert words(page, "#volume-chart tbody tr:first-child td:nth-child(2)") == "15"
    assert page.locator("[data-testid=regions] tbody tr").count() == 2
    assert wrong_at(page, page.url) == []

    page.select_option("#s-region", "DE-BY")
    page.click(".stat-ask .btn.p")
    page.wait_for_url("**region=DE-BY**")
    assert words(page, "[data-testid=months] tbody td:nth-child(2)") == "13"
    page.select_option("#s-sector", "wp")
    page.click(".stat-ask .btn.p")
    page.wait_for_selector("[data-testid=stat-none]")
