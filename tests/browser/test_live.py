"""Prices that fall by themselves, rows that come and go."""

from playwright.sync_api import Page, expect

from exchange.instant import MINUTE_US
from tests.browser.conftest import Visit, open_before_step, pass_by, price, words
from tests.running import Running
from tests.web.market import _lead


def ids(page: Page) -> list[str]:
    return page.eval_on_selector_all("#rows tr[data-id]", "rows => rows.map(row => row.dataset.id)")


def test_a_price_falls_without_a_message(exchange: Running, visit: Visit) -> None:
    page = open_before_step(exchange, visit, seconds=8.0)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    before = ids(page)
    assert price(page, "7K2KV") == "92,00 €"
    pass_by(exchange, page, 8.5)
    expect(page.get_by_test_id("price-7K2KV")).to_have_text("86,50\N{NO-BREAK SPACE}€")
    assert words(page, "[data-testid=row-7K2KV] .d-only") == "dann 82,50 €"
    opening = ("/stream", "/static/")  # what opening the page asks for may come late
    assert [url for url in asked if not any(part in url for part in opening)] == []
    assert ids(page) == before


def test_the_price_follows_the_servers_clock_not_the_computers(exchange: Running, visit: Visit) -> None:
    page = visit(still=True)
    pass_by(exchange, page, 0.6)
    asks = page.eval_on_selector_all("data.pr", "prices => prices.map(p => [p.id.slice(2), Number(p.value)])")
    for listing_id, cents in asks:
        sector = exchange.desk.sector_of("listing", listing_id)
        assert exchange.desk.schedule_of(sector, listing_id).ask_at(exchange.clock.now()) == cents


def test_countdowns_count_down(exchange: Running, visit: Visit) -> None:
    page = visit(still=True)
    pass_by(exchange, page, 0.4)

    def seconds() -> int:
        minutes, rest = words(page, "[data-testid=next-7F3BU]").split(":")
        return int(minutes) * 60 + int(rest)

    seen = []
    for _ in range(8):
        seen.append(seconds())
        pass_by(exchange, page, 0.3)
    assert seen == sorted(seen, reverse=True)
    assert 1 <= seen[0] - seen[-1] <= 4


def test_a_lead_sold_to_another_stays_as_a_ghost(exchange: Running, visit: Visit) -> None:
    page = visit(still=True)
    exchange.desk.buy("pkv", buyer="krone", listing_id="7K2KV", most_cents=9200)
    row = page.get_by_test_id("row-7K2KV")
    expect(row.locator(".tag")).to_have_text("Verkauft")
    assert page.locator("[data-testid=buy-7K2KV]").count() == 0
    assert "line-through" in page.eval_on_selector("#p-7K2KV", "p => getComputedStyle(p).textDecorationLine")
    pass_by(exchange, page, 7)
    assert row.count() == 1
    pass_by(exchange, page, 3)
    expect(row).to_have_count(0)


def test_a_seat_taken_is_shown(exchange: Running, visit: Visit) -> None:
    page = visit()
    expect(page.get_by_test_id("conn")).to_contain_text("Live")
    exchange.desk.buy("wp", buyer="krone", listing_id="7W4WP", most_cents=9200)
    expect(page.get_by_test_id("row-7W4WP").locator(".st span")).to_have_text("2 von 3 frei")


def new_lead(exchange: Running, listing_id: str = "8N1BU", **more: object) -> None:
    sketch = _lead(listing_id, "bu", 0, "70435 DE-BW", 1, "124 36", request="new", occupation="Lehrer", age="40",
                   pension="1500")  # fmt: skip
    exchange.market.clock.at_us = exchange.clock.now()
    exchange.market.list(sketch, **more)  # type: ignore[arg-type]


def test_a_new_lead_slides_in_on_top(exchange: Running, visit: Visit) -> None:
    page = visit()
    expect(page.get_by_test_id("conn")).to_contain_text("Live")
    page.mouse.move(1300, 500)
    new_lead(exchange)
    expect(page.locator("#rows tr").first).to_have_attribute("data-id", "8N1BU")
    assert price(page, "8N1BU") == "62,00 €"


def test_new_leads_queue_while_the_pointer_is_in_the_list(exchange: Running, visit: Visit) -> None:
    page = visit()
    expect(page.get_by_test_id("conn")).to_contain_text("Live")
    page.hover("[data-testid=row-7K2KV] th")
    places = "rows => rows.map(row => row.getBoundingClientRect().top)"
    before = page.eval_on_selector_all("#rows tr", places)
    new_lead(exchange)
    queue = page.get_by_test_id("queue")
    expect(queue).to_be_visible()
    expect(queue).to_have_text("1 neuer Lead")
    assert page.eval_on_selector_all("#rows tr", places) == before
    queue.click()
    expect(page.locator("#rows tr").first).to_have_attribute("data-id", "8N1BU")


def test_a_lead_outside_the_filters_does_not_appear(exchange: Running, visit: Visit) -> None:
    page = visit("/markt?sector=pkv")
    new_lead(exchange)
    exchange.desk.buy("pkv", buyer="krone", listing_id="7K2KV", most_cents=9200)
    expect(page.get_by_test_id("row-7K2KV").locator(".tag")).to_have_text("Verkauft")
    page.wait_for_timeout(500)
    assert "8N1BU" not in ids(page)
    assert page.get_by_test_id("queue").is_hidden()


def test_a_lead_whose_consent_names_others_is_not_even_told(exchange: Running, visit: Visit) -> None:
    page = visit()
    heard: list[str] = []
    expect(page.get_by_test_id("conn")).to_contain_text("Live")
    page.on("request", lambda request: heard.append(request.url))
    new_lead(exchange, recipients=("krone",))
    exchange.desk.buy("pkv", buyer="krone", listing_id="7K2KV", most_cents=9200)
    expect(page.get_by_test_id("row-7K2KV").locator(".tag")).to_have_text("Verkauft")
    page.wait_for_timeout(500)
    assert "8N1BU" not in ids(page)
    assert [url for url in heard if "zeilen" in url] == []


def test_an_own_standing_bid_turns_the_row_into_a_link(exchange: Running, visit: Visit) -> None:
    page = visit()
    expect(page.get_by_test_id("conn")).to_contain_text("Live")
    exchange.clock.move(27 * MINUTE_US)
    exchange.desk.settle("pkv")
    expect(page.get_by_test_id("row-7K2KV").locator("a")).to_have_text("Öffnen")
    expect(page.get_by_test_id("feed")).to_contain_text("PKV 803•• gekauft")


def test_pausing_freezes_the_list_and_resuming_catches_up(exchange: Running, visit: Visit) -> None:
    page = open_before_step(exchange, visit)
    page.keyboard.press("p")
    pass_by(exchange, page, 0.3)
    expect(page.get_by_test_id("conn")).to_contain_text("Angehalten")
    frozen = page.inner_text("#rows")
    pass_by(exchange, page, 4.5)
    assert page.inner_text("#rows") == frozen
    page.keyboard.press("p")
    pass_by(exchange, page, 0.3)
    expect(page.get_by_test_id("price-7K2KV")).to_have_text("86,50\N{NO-BREAK SPACE}€")


def test_figures_have_one_width(visit: Visit) -> None:
    page = visit()
    widths = page.evaluate(
        """() => ["11,11", "88,88"].map(text => {
             const price = document.getElementById("p-7K2KV").cloneNode();
             price.style.display = "inline-block"; price.textContent = text; document.body.append(price);
             return price.getBoundingClientRect().width; })"""
    )
    assert widths[0] == widths[1]


def test_tickers_are_no_live_regions(visit: Visit) -> None:
    page = visit()
    page.click("[data-testid=buy-7K2KV]")
    page.wait_for_selector("tr.pk")
    assert page.locator("[aria-live] data, [aria-live] [role=timer], [role=status] data").count() == 0
    assert page.locator("#rows [aria-live]").count() == 0
