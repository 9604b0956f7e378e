"""What waiting brings, told in the opened row: steps, bids of others, chances, reach; and what is offered after a lost
race. Acceptance checks 8 and 9 with answers and watched leads, 19 (the reason on the row); "Neu sortieren"."""

import re

from playwright.sync_api import Page, Route, expect

from exchange.orderbook.filters import Filters
from tests.browser.conftest import Visit, open_before_step, pass_by, words
from tests.browser.test_live import ids
from tests.running import Running
from tests.web.conftest import KRONE
from tests.web.market import PICTURE, _lead

MUNICH = Filters(postcodes=("80",))


def open_row(page: Page, listing_id: str = "7K2KV") -> None:
    page.click(f"[data-testid=buy-{listing_id}]")
    page.wait_for_selector("tr.pk")


def cells(page: Page, line: str) -> list[str]:
    """One line of the table of waiting."""
    return [text.strip() for text in page.locator(f".wt tr:has(th:text-is('{line}')) td").all_inner_texts()]


def test_the_coming_steps_stand_below_the_curve(exchange: Running, visit: Visit) -> None:
    exchange.desk.place("pkv", bid_id="k1", buyer="krone", limit_cents=8000, quantity=1, filters=MUNICH)
    page = visit()
    open_row(page)
    assert [text.replace("\N{NO-BREAK SPACE}", " ") for text in cells(page, "Preis")][:3] == [
        "86,50 €",
        "82,50 €",
        "78,50 €",
    ]
    bids = page.locator(".wt tbody tr").nth(1).locator("td").all_inner_texts()
    assert [text.split("\n")[0].strip() for text in bids][:3] == ["–", "–", "1"]
    assert page.locator(".wt td.own .bm1").count() == 1
    text = words(page, ".wt-note")
    assert "Ihr Gebot nimmt diesen Lead um 14:58, wenn niemand schneller ist." in text
    assert "zu wenige frühere Leads (PKV exklusiv)" in text
    assert "Harvard Business Review" in text
    assert "krone" not in page.content().lower()


def test_a_step_that_has_gone_by_leaves_the_table(exchange: Running, visit: Visit) -> None:
    page = open_before_step(exchange, visit, 5)
    open_row(page)
    first = page.locator(".wt thead th").nth(1)
    before = first.inner_text()
    pass_by(exchange, page, 5.5)
    expect(page.get_by_test_id("price-7K2KV")).to_have_text("86,50\N{NO-BREAK SPACE}€")
    expect(first).not_to_have_text(before)
    expect(page.get_by_test_id("buybox-confirm")).to_be_visible()


def test_after_a_lost_race_the_nearest_lead_is_offered(exchange: Running, visit: Visit) -> None:
    page = visit(allow=("409",))
    open_row(page)

    def race(route: Route) -> None:
        exchange.desk.buy("pkv", buyer="krone", listing_id="7K2KV", most_cents=9200)
        route.continue_()

    page.route("**/buy", race)
    page.click("[data-testid=buybox-confirm]")
    place = page.get_by_test_id("buybox-result")
    expect(place).to_contain_text("Nächster ähnlicher: Beihilfe, Anwärter/in, 970•• Würzburg")
    expect(page.get_by_test_id("feed")).to_contain_text("PKV 803•• verpasst")
    expect(page.get_by_test_id("feed")).to_contain_text("s früher")
    button = place.get_by_role("link", name="Ähnlichen Lead öffnen")
    expect(button).to_be_focused()
    button.click()
    expect(page.get_by_test_id("row-7E8KV")).to_have_class(re.compile("sel"))
    expect(page.get_by_test_id("buybox-confirm")).to_contain_text("Kaufen für höchstens 59,50")


def test_w_watches_and_the_filter_shows_only_what_is_watched(exchange: Running, visit: Visit) -> None:
    page = visit()
    for _ in range(3):
        page.keyboard.press("j")
    with page.expect_response("**/merken"):
        page.keyboard.press("w")
    expect(page.get_by_test_id("row-7K2KV").locator("[data-eye]")).to_be_visible()
    page.goto(f"{exchange.url}/markt?watched=1")
    assert ids(page) == ["7K2KV"]
    page.get_by_role("link", name="Filter Beobachtet entfernen").click()
    expect(page.locator("#rows tr")).to_have_count(len(PICTURE))


def test_answers_are_filtered_and_stay_in_the_address(visit: Visit) -> None:
    page = visit("/markt?sector=bu")
    page.locator("summary.add").click()
    page.fill("[name='max.age']", "25")
    page.locator(".menu.many .end button").click()
    page.wait_for_url("**max.age=25**")
    assert ids(page) == ["7C3BU"]
    assert words(page, "[data-tab=bu] b") == "1"
    page.reload()
    assert ids(page) == ["7C3BU"]
    page.get_by_role("link", name="Filter Alter ≤ 25 entfernen").click()
    expect(page.locator("#rows tr")).to_have_count(2)


def test_only_what_fits_the_own_bids(visit: Visit) -> None:
    page = visit("/markt?fit=1")
    assert ids(page) == ["7F3BU", "7K2KV", "7R6RL"], "what the paused bid would take is not among them"


def test_a_row_says_what_stands_in_the_way(exchange: Running, visit: Visit) -> None:
    spare = exchange.desk.balance("brandt").available_cents
    quantity = spare // (4400 + 836)
    exchange.desk.place("bu", bid_id="greedy", buyer="brandt", limit_cents=4400, quantity=quantity)
    page = visit()
    expect(page.get_by_test_id("buy-7K2KV")).to_have_text("Guthaben")
    exchange.desk.deposit("brandt", amount_cents=100_000, reference="Überweisung")
    expect(page.get_by_test_id("buy-7K2KV")).to_have_text("Kaufen")


def test_sorting_again_is_offered_and_never_done_by_itself(exchange: Running, visit: Visit) -> None:
    page = visit("/markt?sort=next&sector=pkv")
    before = ids(page)
    expect(page.get_by_test_id("resort")).to_be_hidden()
    exchange.clock.move(60_000_000)
    page.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.get_by_test_id("resort")).to_be_visible()
    assert ids(page) == before
    exchange.desk.settle("pkv")
    page.get_by_test_id("resort").click()
    expect(page.locator("#rows tr").first).not_to_have_attribute("data-id", before[0])


def test_narrow_windows_have_a_drawer(visit: Visit) -> None:
    page = visit(viewport={"width": 1024, "height": 768})
    rail = page.locator("#account")
    expect(rail).to_be_hidden()
    page.locator(".wal.in-top").click()
    expect(rail).to_be_visible()
    expect(rail).to_be_focused()
    page.keyboard.press("Escape")
    expect(rail).to_be_hidden()
    expect(page.locator(".wal.in-top")).to_be_focused()


def test_newcomers_see_three_steps_until_they_put_them_away(exchange: Running, visit: Visit) -> None:
    exchange.desk.join("neu", name="Neuling", buyer=True)
    exchange.market.entrance.add_user(
        email="n.neu@neuling.example", name="Nora Neu", role="owner", organisation="neu", password="falling prices 42"
    )
    page = visit(email="n.neu@neuling.example")
    note = page.get_by_test_id("first")
    expect(note).to_contain_text("In drei Schritten zum ersten Lead")
    note.get_by_role("button", name="Hinweis ausblenden").click()
    expect(note).to_have_count(0)
    page.reload()
    expect(note).to_have_count(0)


def test_who_has_bought_sees_no_note(visit: Visit) -> None:
    assert visit(email=KRONE).get_by_test_id("first").count() == 0


def test_a_new_lead_that_does_not_answer_to_the_filter_does_not_queue(exchange: Running, visit: Visit) -> None:
    page = visit("/markt?sector=bu&max.age=25")
    expect(page.get_by_test_id("conn")).to_contain_text("Live")
    exchange.market.clock.at_us = exchange.clock.now()
    for name, age in (("8N1BU", "40"), ("8N2BU", "22")):
        exchange.market.list(
            _lead(name, "bu", 0, "70435 DE-BW", 1, "124 36", request="new", occupation="Koch", age=age)
        )
    expect(page.locator("#rows tr").first).to_have_attribute("data-id", "8N2BU")
    assert "8N1BU" not in ids(page)
