"""What the page does when the line is dead, and when it comes back."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit, price, until
from tests.browser.test_live import ids, new_lead
from tests.running import Running

DEAD = ("Failed to load", "ERR_", "net::")


def live(page: Page) -> None:
    expect(page.get_by_test_id("conn")).to_contain_text("Live")


def cut(page: Page) -> Callable[[], None]:
    """Take the line away; returns what brings it back."""
    page.context.set_offline(True)
    return lambda: page.context.set_offline(False)


def test_a_dead_line_is_said_and_buying_locked(visit: Visit) -> None:
    page = visit(allow=DEAD)
    live(page)
    before = price(page, "7K2KV")
    cut(page)
    expect(page.get_by_test_id("conn")).to_contain_text("Getrennt")
    banner = page.locator(".banner.bad")
    expect(banner).to_contain_text("Keine Verbindung seit")
    expect(banner).to_contain_text("Kaufen ist gesperrt, Ihre Dauergebote laufen auf dem Server weiter.")
    expect(page.locator(".w-act button:not([disabled])")).to_have_count(0)
    expect(page.get_by_test_id("next-7K2KV")).to_have_text("–")
    assert price(page, "7K2KV") == before


def test_an_open_box_is_locked_too(visit: Visit) -> None:
    page = visit(allow=DEAD)
    live(page)
    page.click("[data-testid=buy-7K2KV]")
    page.wait_for_selector("tr.pk")
    cut(page)
    expect(page.get_by_test_id("buybox-confirm")).to_be_disabled()


def test_coming_back_catches_up_and_says_so_once(exchange: Running, visit: Visit) -> None:
    page = visit(allow=DEAD)
    live(page)
    page.focus("[data-testid=row-7F3BU]")
    restore = cut(page)
    expect(page.get_by_test_id("conn")).to_contain_text("Getrennt")
    exchange.desk.buy("pkv", buyer="krone", listing_id="7K2KV", most_cents=9200)
    new_lead(exchange)
    restore()
    live(page)
    expect(page.get_by_test_id("row-7K2KV").locator(".tag")).to_have_text("Verkauft")
    expect(page.get_by_test_id("say")).to_contain_text("Wieder verbunden. 1 verkauft, 1 neu.")
    assert page.locator(".banner.bad").count() == 0
    assert page.locator("[data-testid=buy-7F3BU]").is_enabled()
    expect(page.get_by_test_id("row-7F3BU")).to_be_focused()
    assert "8N1BU" not in ids(page)
    expect(page.get_by_test_id("queue")).to_be_visible()


def test_the_stream_goes_on_from_its_position(exchange: Running, visit: Visit) -> None:
    page = visit(allow=DEAD)
    live(page)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/stream" in request.url else None)
    with page.expect_request("**/stream*"):
        page.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_timeout(500)
    assert len(asked) == 1
    assert "pkv%3A" in asked[0]
    live(page)


def test_a_server_that_was_away_is_found_again(exchange: Running, visit: Visit) -> None:
    page = visit(allow=DEAD)
    until(page, lambda: exchange.doors.hub.viewers == 1)
    exchange.doors.hub.close()
    page.wait_for_timeout(1500)
    exchange.desk.buy("pkv", buyer="krone", listing_id="7K2KV", most_cents=9200)
    expect(page.get_by_test_id("row-7K2KV").locator(".tag")).to_have_text("Verkauft")


def test_three_tabs_share_one_stream(exchange: Running, visit: Visit) -> None:
    page = visit()
    live(page)
    others = [page.context.new_page() for _ in range(2)]
    for other in others:
        other.goto(f"{exchange.url}/markt")
        live(other)
    exchange.desk.buy("pkv", buyer="krone", listing_id="7K2KV", most_cents=9200)
    for tab in (page, *others):
        expect(tab.get_by_test_id("row-7K2KV").locator(".tag")).to_have_text("Verkauft")
    assert exchange.doors.hub.viewers == 1
    page.close()
    exchange.desk.buy("bu", buyer="krone", listing_id="7F3BU", most_cents=9200)
    for tab in others:
        expect(tab.get_by_test_id("row-7F3BU").locator(".tag")).to_have_text("Verkauft")


def test_a_halt_locks_and_a_resumption_frees(exchange: Running, visit: Visit) -> None:
    page = visit()
    live(page)
    exchange.desk.halt("pkv", reason="Preise werden geprüft")
    banner = page.locator(".banner.warn")
    expect(banner).to_contain_text("Preise werden geprüft")
    expect(page.locator("[data-testid=buy-7K2KV]")).to_be_disabled()
    assert page.locator("[data-testid=buy-7F3BU]").is_enabled()
    exchange.desk.resume("pkv")
    expect(page.locator("[data-testid=buy-7K2KV]")).to_be_enabled()
    expect(banner).to_be_hidden()


def test_a_session_that_was_ended_closes_the_stream(exchange: Running, visit: Visit) -> None:
    page = visit(allow=("401", *DEAD))
    until(page, lambda: exchange.doors.hub.viewers == 1)
    exchange.market.entrance.disable("s.brandt@brandt-vogel.example")
    until(page, lambda: exchange.doors.hub.viewers == 0)
