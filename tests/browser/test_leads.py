"""A bought lead in the browser: calls, claim, proof (the checks 33 to 38 of the pages' design)."""

import hashlib
import json

import pytest
from playwright.sync_api import Page, expect

from exchange.access.users import User, password_of, user_by_id
from exchange.aftersale import Counter
from exchange.instant import DAY_US, MINUTE_US, SECOND_US
from exchange.reports.purchases import Purchase, purchase_of
from tests.browser.conftest import Visit, follow, pass_by, words
from tests.browser.looks import PHONE, wrong_at, wrong_with
from tests.running import Running
from tests.web.conftest import BRANDT

LEAD = "/leads/7H5BU"


def sale_of(exchange: Running) -> Purchase:
    with exchange.desk.store.read() as connection:
        found = purchase_of(connection, "brandt", "7H5BU")
    assert found is not None
    return found


def brandt_of(exchange: Running) -> User:
    with exchange.desk.store.read() as connection:
        known = password_of(connection, BRANDT)
        assert known is not None
        found = user_by_id(connection, known[0])
    assert found is not None
    return found


def try_on(exchange: Running, *counts: int) -> None:
    """So many calls in vain on each of the days from the sale on."""
    counter, sale, user = Counter(exchange.desk), sale_of(exchange), brandt_of(exchange)
    for day, count in enumerate(counts):
        for call in range(count):
            exchange.clock.set(sale.sold_at + day * DAY_US + (1 + call) * MINUTE_US)
            counter.log(user, sale.sale_id, "unreached", f"trial-{day}-{call:04}")


def choose(page: Page, ground: str, said: str = "Die Person sagt, sie habe nie angefragt.") -> None:
    page.check(f"[data-testid=return-reason-{ground}]")
    page.click("[data-testid=return-submit]")
    page.wait_for_url("**/reklamation?ground=*")
    page.fill("[data-testid=evidence]", said)


def test_one_click_a_call_and_one_to_take_it_back(exchange: Running, visit: Visit) -> None:
    page = visit(LEAD)
    shown = page.url
    page.click("[data-testid=attempt-none]")
    expect(page.get_by_test_id("attempt-count")).to_have_text("1")
    expect(page.get_by_test_id("attempt-undo")).to_be_focused()
    expect(page.locator("#say")).to_have_text("Gespeichert.")
    expect(page.get_by_test_id("return")).to_contain_text("Bisher 1 an 1 Tag.")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("attempt-count")).to_have_count(0)
    assert page.url == shown
    expect(page.get_by_test_id("return")).to_contain_text("Bisher keiner.")


def test_after_ten_seconds_a_call_stays(exchange: Running, visit: Visit) -> None:
    page = visit(LEAD, still=True)
    page.dblclick("[data-testid=attempt-reached]")
    expect(page.get_by_test_id("attempt-undo")).to_be_visible()
    pass_by(exchange, page, 10)
    expect(page.get_by_test_id("attempt-undo")).to_have_count(0)
    expect(page.get_by_test_id("attempt-count")).to_have_text("1")


def test_the_outcome_is_reported_in_place(visit: Visit) -> None:
    page = visit(LEAD)
    page.click("[data-testid=outcome]")
    page.check("[data-testid=outcome-contract]")
    page.fill("#worth", "1.200")
    page.click("[data-testid=outcome-save]")
    expect(page.get_by_test_id("outcome-state")).to_have_text("Abschluss")
    page.goto(page.url.replace(LEAD, "/leads"))
    assert "1.200,00 €" in words(page, "[data-testid=costs]")


def test_unreachable_opens_with_the_sixth_call_on_the_third_day(exchange: Running, visit: Visit) -> None:
    try_on(exchange, 3, 1, 1)
    page = visit(LEAD)
    assert "Bisher 5 an 3 Tagen." in words(page, "[data-testid=return]")
    expect(page.get_by_test_id("return-reason-unreachable")).to_be_disabled()
    page.click("[data-testid=attempt-none]")
    expect(page.get_by_test_id("return-reason-unreachable")).to_be_enabled()
    choose(page, "unreachable", "")
    page.click("[data-testid=return-file]")
    expect(page.get_by_test_id("return-state")).to_have_text("eingereicht")


def test_six_calls_on_two_days_are_not_enough(exchange: Running, visit: Visit) -> None:
    try_on(exchange, 4, 2)
    page = visit(LEAD)
    assert "Bisher 6 an 2 Tagen." in words(page, "[data-testid=return]")
    expect(page.get_by_test_id("return-reason-unreachable")).to_be_disabled()


@pytest.mark.parametrize(("late_us", "filed"), [(-SECOND_US, True), (SECOND_US, False)])
def test_the_deadline_is_kept_to_the_second(exchange: Running, visit: Visit, late_us: int, filed: bool) -> None:
    closes_at = sale_of(exchange).closes_at
    exchange.clock.set(closes_at - 5 * MINUTE_US)
    page = visit(LEAD, allow=("409",))
    assert words(page, "[data-testid=return-deadline]") == "bis Do., 03.12.2026, 13:16"
    choose(page, "not-asked")
    exchange.clock.set(closes_at + late_us)
    page.click("[data-testid=return-file]")
    if filed:
        expect(page.get_by_test_id("return-state")).to_have_text("eingereicht")
    else:
        expect(page.get_by_test_id("claim-problem")).to_contain_text("Die Frist endete am Do., 03.12.2026, 13:16.")
        expect(page.get_by_test_id("claim-problem")).to_be_focused()
        assert sale_of(exchange).claim == "unclaimed"


@pytest.fixture
def filed(exchange: Running, visit: Visit) -> Page:
    page = visit(LEAD, allow=("404",))
    phone = words(page, "[data-testid=lead-phone]")
    choose(page, "not-asked")
    assert phone not in page.content()
    page.click("[data-testid=return-file]")
    page.wait_for_url(f"**{LEAD}")
    return page


def test_after_filing_the_contact_is_gone(filed: Page) -> None:
    for word in ("Lindner", "3920031", "k.lindner", "tel:", "mailto:", "attempt-none"):
        assert word not in filed.content()
    expect(filed.get_by_test_id("lead-banner")).to_contain_text("Bitte nicht weiter ansprechen.")
    assert "nie angefragt" in words(filed, "[data-testid=return]")
    status = filed.evaluate("fetch('/leads/7H5BU/kontakt.vcf').then(answer => answer.status)")
    assert status == 404


def test_an_upheld_claim_pays_the_gross_amount_back_once(exchange: Running, filed: Page) -> None:
    before = exchange.desk.balance("brandt").available_cents
    sale = sale_of(exchange)
    exchange.desk.rule("bu", sale_id=sale.sale_id, ruling="uphold")
    exchange.desk.rule("bu", sale_id=sale.sale_id, ruling="uphold")
    assert exchange.desk.balance("brandt").available_cents - before == 5177
    filed.reload()
    expect(filed.get_by_test_id("return-state")).to_have_text("anerkannt")
    filed.goto(filed.url.replace(LEAD, "/guthaben"))
    assert filed.content().count("51,77") >= 1


def test_the_paper_carries_the_pages_checksum_and_a_call_moves_its_date(exchange: Running, visit: Visit) -> None:
    exchange.clock.set(sale_of(exchange).sold_at + 2 * DAY_US)
    page = visit(LEAD)
    checksum = words(page, "[data-testid=consent-hash]")
    paper = page.request.get(page.url + "/nachweis.pdf")
    assert paper.headers["content-type"] == "application/pdf"
    assert checksum.encode() in paper.body()
    record = json.loads(page.request.get(page.url + "/nachweis.json").body())["record"]
    spelled = json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert hashlib.sha256(spelled.encode()).hexdigest() == checksum
    assert "19.11.2031" in words(page, "[data-testid=consent-keep]")
    page.click("[data-testid=attempt-reached]")
    expect(page.get_by_test_id("consent-keep")).to_contain_text("21.11.2031")
    assert words(page, "[data-testid=consent-hash]") == checksum


def test_a_withdrawn_consent_takes_the_call_away(exchange: Running, visit: Visit) -> None:
    page = visit(LEAD)
    expect(page.get_by_test_id("lead-call")).to_have_count(1)
    Counter(exchange.desk).withdraw("7H5BU", exchange.clock.now())
    page.reload()
    expect(page.get_by_test_id("lead-call")).to_have_count(0)
    expect(page.get_by_role("alert")).to_contain_text("Nicht kontaktieren.")
    assert page.locator("[href^='tel:'], [href^='mailto:'], [data-copy], .calls").count() == 0


def test_a_claim_by_keyboard_alone(visit: Visit) -> None:
    page = visit(LEAD)
    page.get_by_test_id("return-reason-number-not-in-service").focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_test_id("return-reason-not-asked")).to_be_checked()
    page.keyboard.press("Enter")
    page.wait_for_url("**/reklamation?ground=not-asked")
    page.get_by_test_id("evidence").focus()
    page.keyboard.type("Kein Interesse, nie angefragt.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("return-state")).to_have_text("eingereicht")


def test_the_phone_has_the_call_and_the_results_at_the_thumb(exchange: Running, visit: Visit) -> None:
    page = visit(LEAD, **PHONE)
    call = page.get_by_test_id("lead-call").bounding_box()
    assert call is not None
    assert call["height"] >= 54
    for result in ("none", "reached", "appointment"):
        box = page.get_by_test_id(f"attempt-{result}").bounding_box()
        assert box is not None
        assert box["height"] >= 44
        assert box["y"] > call["y"]
    page.tap("[data-testid=attempt-none]")
    expect(page.get_by_test_id("attempt-undo")).to_be_visible()
    assert "1 Versuch, zuletzt 14:31" in words(page, "[data-testid=attempts]")
    page.tap(".c-claim .open")
    page.check("[data-testid=return-reason-duplicate]")
    page.tap("[data-testid=return-submit]")
    expect(page.get_by_test_id("return-file")).to_be_visible()


def test_nothing_is_wrong_in_any_state(exchange: Running, visit: Visit) -> None:
    page = visit(LEAD, allow=("400",))
    page.click("[data-testid=attempt-none]")
    expect(page.get_by_test_id("attempt-undo")).to_be_visible()
    for fold in page.locator("details").all():
        fold.evaluate("fold => { fold.open = true; }")
    found = wrong_with(page)
    here = page.url
    for path in ("/reklamation", "/reklamation?ground=wrong-sector", "/reklamation?ground=none"):
        found += wrong_at(page, here + path)
    Counter(exchange.desk).withdraw("7H5BU", exchange.clock.now())
    found += wrong_at(page, here)
    exchange.desk.claim("bu", sale_id=sale_of(exchange).sale_id, buyer="brandt", ground="wrong-sector")
    exchange.desk.rule("bu", sale_id=sale_of(exchange).sale_id, ruling="uphold")
    page.goto(here)
    expect(page.get_by_test_id("return-state")).to_have_text("teilweise anerkannt")
    assert found + wrong_with(page) == []


def test_without_scripts_it_all_works(exchange: Running, visit: Visit) -> None:
    page = visit(LEAD, java_script_enabled=False)
    follow(page, "[data-testid=attempt-none]")
    assert words(page, "[data-testid=attempt-count]") == "1"
    follow(page, "[data-testid=attempt-undo]")
    assert page.get_by_test_id("attempt-count").count() == 0
    choose(page, "not-asked")
    follow(page, "[data-testid=return-file]")
    assert words(page, "[data-testid=return-state]") == "eingereicht"


def test_a_call_that_did_not_arrive_says_so_and_is_sent_again(visit: Visit) -> None:
    page = visit(LEAD, allow=("Failed to load", "ERR_"))
    page.context.set_offline(True)
    page.click("[data-testid=attempt-none]")
    expect(page.locator("[data-trouble]")).to_have_text("Nicht gespeichert. Bitte erneut versuchen.")
    page.context.set_offline(False)
    page.click("[data-testid=attempt-none]")
    expect(page.get_by_test_id("attempt-count")).to_have_text("1")
    expect(page.locator("[data-trouble]")).to_be_hidden()
