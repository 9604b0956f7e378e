"""The one path of every order: several in one commit, many at once, another writer in the way."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from exchange.desk import request
from exchange.errors import ExchangeError, Invalid, Unknown
from exchange.orderbook.order import Facts, InstantBid
from exchange.schema import tape
from exchange.store import Busy, Conflict
from tests.desk.floor import BUYERS, clock_of, offer, open_market, open_sector, proven

pytestmark = pytest.mark.usefixtures("engine")


def count(desk, table) -> int:
    with desk.store.read() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def buying(buyer: str, listing: str, key: str | None = None, most: int = 9_000):
    return request(InstantBid(buyer, buyer, listing, most, Facts(0)), buyer, key)


def test_orders_of_one_transaction_share_an_instant_and_each_sees_the_one_before() -> None:
    desk = open_market(cents=10_000, vat_bp=0)
    for name in ("L1", "L2"):
        offer(desk, name)
    bought, poor, sold = desk.submit("pv", [buying("anna", "L1"), buying("anna", "L2"), buying("bert", "L1")])
    assert bought.fills
    assert (poor.refused.code, poor.order.facts.available_cents) == ("insufficient_funds", 6_000)
    assert sold.refused.code == "not_open"
    assert bought.at == poor.at == sold.at
    proven(desk)


def test_a_wrong_form_among_others_changes_nothing_for_them() -> None:
    desk = open_market()
    offer(desk, "L1")
    wrong, stranger, right = desk.submit(
        "pv", [buying("anna", "L1", most=0), buying("nobody", "L1"), buying("bert", "L1")]
    )
    assert isinstance(wrong, Invalid)
    assert isinstance(stranger, Unknown)
    assert right.fills
    proven(desk)


def test_after_a_conflict_each_order_is_tried_once_alone(monkeypatch) -> None:
    """A constraint stood in the way of one of three: the others are done all the same."""
    desk = open_market()
    offer(desk, "L1", seats=3)
    from exchange.store.market import Changes

    written = Changes._write_sales

    def clumsy(self, connection) -> None:
        if any(filled.buyer == "bert" for filled in self.filled.values()):
            raise Conflict("a constraint")
        written(self, connection)

    monkeypatch.setattr(Changes, "_write_sales", clumsy)
    anna, bert, cora = desk.submit("pv", [buying(buyer, "L1") for buyer in BUYERS])
    assert anna.fills
    assert cora.fills
    assert isinstance(bert, Conflict)
    assert desk.row_of("listing", "L1")["sold"] == 2
    monkeypatch.undo()
    proven(desk)


def test_an_order_that_spoils_the_book_leaves_no_trace_and_others_go_on(monkeypatch) -> None:
    desk = open_market()
    offer(desk, "L1", seats=2)
    from exchange.desk import session

    decided = session.decide

    def clumsy(book, order, at):
        done = decided(book, order, at)
        if isinstance(order, InstantBid) and order.buyer == "bert":
            raise Invalid("calendar", "ends too soon")
        return done

    monkeypatch.setattr(session, "decide", clumsy)
    anna, bert, cora = desk.submit("pv", [buying(buyer, "L1") for buyer in BUYERS])
    assert [anna.fills[0].seat, cora.fills[0].seat] == [1, 2]
    assert isinstance(bert, Invalid)
    monkeypatch.undo()
    proven(desk)


# --- many at once ----------------------------------------------------------------------


def test_sixteen_buyers_and_one_seat(url: str) -> None:
    desk = open_market(url)
    buyers = [f"buyer{number}" for number in range(16)]
    for buyer in buyers:
        desk.join(buyer, name=buyer, buyer=True)
        desk.deposit(buyer, amount_cents=10**6)
    with ThreadPoolExecutor(16) as pool:
        for number in range(8):
            offer(desk, f"L{number}")
            found = pool.map(
                lambda buyer, name=f"L{number}": desk.buy("pv", buyer=buyer, listing_id=name, most_cents=9_000), buyers
            )
            codes = sorted("sold" if answer.fills else answer.refused.reason for answer in found)
            assert codes == ["sold"] * 16
    assert desk.account("pending:nord") == 8 * 8_100
    proven(desk)


def test_money_for_three_buys_three(url: str) -> None:
    desk = open_market(url, vat_bp=0)
    desk.join("dora", name="Dora", buyer=True)
    desk.deposit("dora", amount_cents=3 * 9_000 + 8_999)
    names = [f"L{number}" for number in range(12)]
    for name in names:
        offer(desk, name)
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda name: desk.buy("pv", buyer="dora", listing_id=name, most_cents=9_000), names))
    assert sum(bool(answer.fills) for answer in answers) == 3
    assert {answer.refused.code for answer in answers if answer.refused} == {"insufficient_funds"}
    assert desk.balance("dora").available_cents == 8_999
    proven(desk)


def test_sectors_at_once_share_wallets_without_losing_a_cent(url: str) -> None:
    desk = open_market(url)
    open_sector(desk, "bu")
    for sector in ("pv", "bu"):
        for number in range(10):
            offer(desk, f"{sector}{number}", sector=sector, seats=3)
    jobs = [(sector, buyer, number) for number in range(10) for sector in ("pv", "bu") for buyer in BUYERS[:2]]

    def buy(job) -> object:
        sector, buyer, number = job
        try:
            return desk.buy(sector, buyer=buyer, listing_id=f"{sector}{number}", most_cents=9_000)
        except ExchangeError as error:
            return error

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(buy, jobs))
    assert not [answer for answer in answers if isinstance(answer, ExchangeError)]
    assert sum(one.entries for one in proven(desk)) == count(desk, tape)
    assert clock_of(desk).at_us


def test_who_finds_another_writer_in_the_way_tries_again(monkeypatch) -> None:
    desk = open_market()
    offer(desk, "L1")
    begin, tries = desk.store.begin, []

    def busy(*names, **more):
        tries.append(names)
        if len(tries) < 3:
            raise Busy("a deadlock")
        return begin(*names, **more)

    monkeypatch.setattr(desk.store, "begin", busy)
    assert desk.buy("pv", buyer="anna", listing_id="L1", most_cents=9_000).fills
    assert len(tries) == 3
    monkeypatch.setattr(desk.store, "begin", lambda *_, **__: (_ for _ in ()).throw(Busy("a deadlock")))
    with pytest.raises(Busy):
        desk.settle("pv")
