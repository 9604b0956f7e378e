"""Tabs of one browser share one stream, and none of them misses anything or hears what is another user's."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit, log_in, until
from tests.browser.test_connection import DEAD, live
from tests.browser.test_live import ids, new_lead
from tests.running import Running
from tests.web.conftest import KRONE


def sold(page: Page, listing_id: str) -> None:
    expect(page.get_by_test_id(f"row-{listing_id}").locator(".tag")).to_have_text("Verkauft")


def another(page: Page, exchange: Running) -> Page:
    tab = page.context.new_page()
    tab.goto(f"{exchange.url}/markt")
    live(tab)
    return tab


def test_a_tab_hears_of_what_happened_before_it_listened(exchange: Running, visit: Visit) -> None:
    page = visit()
    live(page)
    tab = page.context.new_page()
    happened = []

    def buy_meanwhile(route) -> None:  # type: ignore[no-untyped-def]
        if not happened:  # the page is written, its scripts do not run yet
            happened.append(exchange.desk.buy("pkv", buyer="krone", listing_id="7K2KV", most_cents=9200))
            sold(page, "7K2KV")
        route.continue_()

    tab.route("**/static/js/stream.js*", buy_meanwhile)
    tab.goto(f"{exchange.url}/markt")
    assert happened
    sold(tab, "7K2KV")
    assert exchange.doors.hub.viewers == 1


def test_the_lead_goes_on_to_another_tab_and_nothing_is_missed(exchange: Running, visit: Visit) -> None:
    page = visit()
    live(page)
    tab = another(page, exchange)
    tab.mouse.move(1300, 500)
    page.close()
    new_lead(exchange)
    expect(tab.get_by_test_id("row-8N1BU")).to_be_visible()
    assert ids(tab).count("8N1BU") == 1
    until(tab, lambda: exchange.doors.hub.viewers == 1)


def test_a_tab_that_is_looked_at_takes_the_lead_from_one_that_sleeps(exchange: Running, visit: Visit) -> None:
    page = visit(allow=DEAD)
    live(page)
    tab = another(page, exchange)
    page.evaluate("() => { window.EventSource.prototype.addEventListener = () => {}; }")
    page.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")
    expect(tab.get_by_test_id("conn")).to_contain_text("Getrennt")
    expect(tab.get_by_test_id("conn")).to_contain_text("Live")
    exchange.desk.buy("pkv", buyer="krone", listing_id="7K2KV", most_cents=9200)
    sold(tab, "7K2KV")


def test_a_page_left_open_hears_nothing_of_who_logs_in_next(exchange: Running, visit: Visit) -> None:
    page = visit(allow=("401", *DEAD))
    live(page)
    after = page.context.new_page()
    page.context.clear_cookies()
    log_in(after, exchange.url, KRONE)
    live(after)
    refused: list[int] = []
    page.on("response", lambda answer: refused.append(answer.status) if "/stream" in answer.url else None)
    page.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.get_by_test_id("conn")).to_contain_text("Verzögert")
    assert refused
    assert set(refused) == {401}
    exchange.desk.buy("pkv", buyer="krone", listing_id="7K2KV", most_cents=9200)
    expect(after.get_by_test_id("row-7K2KV").locator("a")).to_have_text("Öffnen")
    assert page.get_by_test_id("row-7K2KV").locator("a").count() == 0
