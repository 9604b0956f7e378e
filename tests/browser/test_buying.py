"""Confirm at price, and every answer the box can give."""

import re

from playwright.sync_api import Page, Route, expect

from exchange.instant import SECOND_US
from tests.browser.conftest import Visit, open_before_step, pass_by, price, words
from tests.running import Running
from tests.web.conftest import KRONE


def open_box(page: Page, listing_id: str = "7K2KV") -> None:
    page.click(f"[data-testid=buy-{listing_id}]")
    page.wait_for_selector("[data-testid=buybox-confirm]")


def result(page: Page) -> str:
    place = page.get_by_test_id("buybox-result")
    expect(place).to_be_visible()
    expect(place).not_to_contain_text("Antwort steht aus")
    return words(page, "[data-testid=buybox-result]")


def available(exchange: Running, firm: str = "brandt") -> int:
    return exchange.desk.balance(firm).available_cents


def test_the_button_carries_the_price_of_the_row(visit: Visit) -> None:
    page = visit()
    open_box(page)
    assert words(page, "[data-testid=buybox-confirm]") == f"Kaufen für höchstens {price(page, '7K2KV')}"
    assert words(page, "tr.pk .who").startswith("Kontakt nach dem Kauf sichtbar")
    assert "brutto 109,48 €" in words(page, "tr.pk form")


def test_the_label_follows_the_price_down(exchange: Running, visit: Visit) -> None:
    page = open_before_step(exchange, visit, 6)
    open_box(page)
    pass_by(exchange, page, 6.5)
    expect(page.get_by_test_id("buybox-confirm")).to_have_text("Kaufen für höchstens 86,50\N{NO-BREAK SPACE}€")
    assert words(page, "[data-testid=buybox-max]") == "86,50 €"
    assert "brutto 102,94 €" in words(page, "tr.pk form")
    assert words(page, "tr.pk .now-label") == "jetzt 86,50 €"


def test_buying_opens_the_contact(exchange: Running, visit: Visit) -> None:
    page = visit()
    before = available(exchange)
    open_box(page)
    page.click("[data-testid=buybox-confirm]")
    assert result(page).startswith("Gekauft für 92,00 €")
    assert before - available(exchange) == 10948
    expect(page.get_by_role("link", name="Kontakt öffnen")).to_be_focused()
    expect(page.get_by_test_id("row-7K2KV").locator(".u.ok")).to_have_text("gekauft")
    expect(page.get_by_test_id("feed")).to_contain_text("PKV 803•• gekauft")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("lead-phone")).to_be_visible()


def test_the_amount_sent_is_the_label_at_the_press(exchange: Running, visit: Visit) -> None:
    page = visit()
    open_box(page)
    box = page.get_by_test_id("buybox-confirm").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 20, box["y"] + 10)
    page.mouse.down()
    exchange.clock.move(25 * SECOND_US)
    with page.expect_request("**/buy") as sent:
        page.mouse.up()
    assert sent.value.post_data_json == {"most_cents": 9200}
    text = result(page)
    assert text.startswith("Gekauft für 86,50 €")
    assert "5,50 € unter Ihrem Höchstpreis" in text


def test_two_browsers_and_one_seat(exchange: Running, visit: Visit) -> None:
    first, second = visit(allow=("409",)), visit(email=KRONE, allow=("409",))
    for page in (first, second):
        open_box(page)
    # The second does not hear of the sale in time: its press is on the way already.
    held: list[Route] = []
    second.route("**/buy", lambda route: held.append(route))
    with second.expect_request("**/buy"):
        second.click("[data-testid=buybox-confirm]")
    first.click("[data-testid=buybox-confirm]")
    assert result(first).startswith("Gekauft")
    held[0].continue_()
    text = result(second)
    assert text.startswith("Schon verkauft")
    assert "Es wurde nichts abgebucht." in text
    assert exchange.desk.row_of("listing", "7K2KV")["sold"] == 1


def test_a_lost_race_says_by_how_much(exchange: Running, visit: Visit) -> None:
    page = visit(allow=("409",))
    open_box(page)

    def race(route: Route) -> None:
        exchange.desk.buy("pkv", buyer="krone", listing_id="7K2KV", most_cents=9200)
        route.continue_()

    page.route("**/buy", race)
    page.click("[data-testid=buybox-confirm]")
    text = result(page)
    assert re.search(r"Ein anderer Kauf war \d+,\d+ s früher\. Es wurde nichts abgebucht\.", text), text
    expect(page.get_by_role("link", name="Ähnlichen Lead öffnen")).to_be_visible()


def test_a_double_press_buys_once(exchange: Running, visit: Visit) -> None:
    page = visit()
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.url.endswith("/buy") else None)
    before = available(exchange)
    open_box(page)
    page.dblclick("[data-testid=buybox-confirm]")
    assert result(page).startswith("Gekauft für 92,00 €")
    assert len(sent) == 1
    assert before - available(exchange) == 10948


def test_a_price_above_the_most_needs_a_new_confirmation(exchange: Running, visit: Visit) -> None:
    page = visit(allow=("409",))
    before = available(exchange)
    open_box(page)
    page.route("**/buy", lambda route: route.continue_(post_data='{"most_cents": 9000}'))
    page.click("[data-testid=buybox-confirm]")
    text = result(page)
    assert "Preis ist 92,00 €" in text
    assert "Ihr Höchstpreis 90,00 € reicht nicht. Es wurde nichts abgebucht." in text
    page.wait_for_timeout(500)
    assert available(exchange) == before
    page.unroute("**/buy")
    page.get_by_role("button", name="Neu bestätigen: höchstens 92,00").click()
    expect(page.get_by_test_id("buybox-result")).to_contain_text("Gekauft für 92,00")


def test_missing_money_is_named_and_leads_to_the_wallet(exchange: Running, visit: Visit) -> None:
    spare = available(exchange)
    quantity = spare // (4400 + 836)
    exchange.desk.place("bu", bid_id="greedy", buyer="brandt", limit_cents=4400, quantity=quantity)
    left = available(exchange)
    page = visit(allow=("402",))
    open_box(page)
    page.click("[data-testid=buybox-confirm]")
    text = result(page)
    missing = 10948 - left
    assert f"Es fehlen {missing // 100},{missing % 100:02d} €" in text
    top_up = page.get_by_role("link", name="Guthaben aufladen").get_attribute("href")
    assert (top_up or "").startswith("/guthaben/einzahlung?fehlt=")


def test_an_overdue_answer_is_waited_for_and_survives_a_reload(exchange: Running, visit: Visit) -> None:
    page = visit(allow=("404", "Failed to load"))
    before = available(exchange)
    open_box(page)
    held: list[Route] = []
    page.route("**/buy", lambda route: held.append(route))
    page.click("[data-testid=buybox-confirm]")
    expect(page.get_by_test_id("buybox-result")).to_contain_text("Antwort steht aus")
    assert page.get_by_role("button", name="Kauf wird geprüft").is_disabled()
    key = held[0].request.headers["idempotency-key"]
    page.reload()
    expect(page.get_by_test_id("buybox-result")).to_contain_text("Antwort steht aus")
    exchange.desk.buy("pkv", buyer="brandt", listing_id="7K2KV", most_cents=9200, key=key)
    expect(page.get_by_test_id("buybox-result")).to_contain_text("Gekauft für 92,00")
    assert before - available(exchange) == 10948


def test_the_box_says_so_when_another_is_quicker(exchange: Running, visit: Visit) -> None:
    page = visit()
    open_box(page)
    exchange.desk.buy("pkv", buyer="krone", listing_id="7K2KV", most_cents=9200)
    assert result(page).startswith("Schon verkauft")
    assert page.locator("tr.pk").count() == 1


def test_a_shared_lead_has_a_seat_for_each_of_three(exchange: Running, visit: Visit) -> None:
    page = visit()
    open_box(page, "7A1PV")
    page.click("[data-testid=buybox-confirm]")
    assert result(page).startswith("Gekauft für 48,00 €")
    expect(page.get_by_test_id("row-7A1PV").locator(".st span")).to_have_text("2 von 3 frei")
    expect(page.get_by_test_id("row-7A1PV").locator(".w-act a")).to_have_text("Öffnen")
