"""The operators' pages: rulings with both texts, the next case and an undo (check 53), halts (32), axe."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from exchange.aftersale import Counter
from exchange.aftersale.rulings import Rulings
from exchange.instant import SECOND_US
from exchange.reports.purchases import purchases_of
from tests.aftersale.conftest import user
from tests.browser.conftest import Visit, pass_by
from tests.browser.looks import wrong_at
from tests.running import Running
from tests.web.conftest import BRANDT
from tests.web.people import BY_ROLE, complete

QUEUE = "/betrieb/reklamationen"
OLGA = BY_ROLE["operator"]
SAID = "Die Person sagt, sie habe nie angefragt."
WHY = "Der Nachweis der Einwilligung liegt vor."


@pytest.fixture
def cases(exchange: Running) -> list[str]:
    """Two claims that wait, by deadline."""
    complete(exchange.market)
    buyer = user(exchange.market, BRANDT)
    with exchange.desk.store.read() as connection:
        bought, _ = purchases_of(connection, "brandt")
    sales = [one.sale_id for one in bought if one.claim == "unclaimed"][:2]
    for sale_id, ground in zip(sales, ("not-asked", "wrong-sector"), strict=True):
        assert Counter(exchange.desk).claim(buyer, sale_id, ground, SAID, None).refused is None
        exchange.clock.move(SECOND_US)
    return sales


Enter = Any


@pytest.fixture
def enter(visit: Visit) -> Enter:
    """An operator's browser on a page of theirs."""

    def go(path: str, email: str = OLGA, **looks: Any) -> Page:
        return visit(path, email, **looks)

    return go


def test_a_ruling_goes_to_both_sides_leads_to_the_next_case_and_can_be_undone(
    exchange: Running, enter: Enter, cases: list[str]
) -> None:
    page = enter(QUEUE)
    page.click(f"[data-testid=case-{cases[0]}] a")
    page.wait_for_url(f"**{QUEUE}/{cases[0]}")  # its script listens for keys once the page has loaded
    expect(page.get_by_test_id("case-evidence")).to_have_text(SAID)
    page.fill("[data-testid=decide-text]", WHY)
    page.locator("h1").click()
    page.keyboard.press("x")
    page.wait_for_url(f"**{QUEUE}/{cases[1]}")
    expect(page.get_by_test_id("decide-undo")).to_contain_text("abgelehnt")
    page.click("[data-testid=decide-undo] button")
    page.wait_for_url(f"**{QUEUE}/{cases[0]}")
    expect(page.get_by_test_id("decide-undo")).to_have_count(0)
    page.fill("[data-testid=decide-text]", WHY)
    page.click("[data-testid=decide-reject]")
    page.wait_for_url(f"**{QUEUE}/{cases[1]}")
    exchange.clock.move(11 * SECOND_US)
    assert Rulings(exchange.desk).carry_out() == 1
    listing = exchange.desk.row_of("sale", cases[0])["listing_id"]
    buyer = enter(f"/leads/{listing}", BRANDT)
    expect(buyer.get_by_test_id("claim-word")).to_have_text(WHY)
    supplier = enter("/lieferungen/reklamationen", BY_ROLE["supplier"])
    expect(supplier.get_by_test_id(f"claim-{cases[0]}")).to_contain_text(WHY)


def test_letters_decide_nothing_while_somebody_types(enter: Enter, cases: list[str]) -> None:
    page = enter(f"{QUEUE}/{cases[0]}")
    page.fill("[data-testid=decide-text]", "")
    page.focus("[data-testid=decide-text]")
    page.keyboard.type("axtr")
    expect(page.get_by_test_id("decide-text")).to_have_value("axtr")
    assert page.url.endswith(cases[0])


def test_the_undo_counts_down_and_goes(exchange: Running, enter: Enter, cases: list[str]) -> None:
    page = enter(f"{QUEUE}/{cases[0]}", still=True)
    page.fill("[data-testid=decide-text]", WHY)
    page.click("[data-testid=decide-uphold]")
    page.wait_for_url(f"**{QUEUE}/{cases[1]}")
    expect(page.get_by_test_id("decide-undo")).to_be_visible()
    pass_by(exchange, page, 9)
    expect(page.get_by_test_id("decide-undo")).to_be_visible()
    pass_by(exchange, page, 2)
    expect(page.get_by_test_id("decide-undo")).to_have_count(0)


def test_a_halt_reaches_the_board_with_its_reason_and_locks_buying(
    exchange: Running, visit: Visit, enter: Enter, cases: list[str]
) -> None:
    board = visit()
    page = enter("/betrieb")
    page.select_option("#h-sector", "pkv")
    page.fill("#h-reason", "Preise werden geprüft")
    page.fill("#h-confirm", "anhalten")
    page.click("[data-testid=halt] button")
    page.wait_for_url("**fertig=halted")
    expect(page.get_by_test_id("sector-pkv")).to_contain_text("Angehalten")
    expect(board.locator(".banner").first).to_contain_text("Preise werden geprüft")
    expect(board.get_by_test_id("buy-7K2KV")).to_be_disabled()
    page.click("[data-testid=resume-pkv]")
    page.wait_for_url("**fertig=resumed")
    expect(board.get_by_test_id("buy-7K2KV")).to_be_enabled()


def test_nothing_is_wrong_with_any_page(enter: Enter, cases: list[str]) -> None:
    page = enter(f"{QUEUE}/{cases[0]}")
    here = page.url.split("/betrieb")[0]
    paths = (f"{QUEUE}/{cases[0]}", QUEUE, "/betrieb", "/betrieb/teilnehmer", "/betrieb/teilnehmer/brandt")
    for path in (*paths, "/betrieb/system?pruefen=1"):
        assert wrong_at(page, here + path) == []
