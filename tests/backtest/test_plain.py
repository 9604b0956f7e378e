"""Playing without papers, whatever is foreseen: every lead fares as the book of the house has it."""

import random

import pytest

from exchange.backtest import lookout, lookouts
from exchange.backtest.fates import Fates
from exchange.backtest.foresight import Foresight
from exchange.backtest.play import decide_on, play
from exchange.backtest.scenario import OWN, Scenario
from exchange.instant import DAY_US, HOUR_US, Instant
from exchange.orderbook import order as o
from exchange.orderbook.book import Book
from exchange.orderbook.match import settle
from exchange.payload import encode
from exchange.pricing.curve import Curve, CurveVersion, Exponential
from tests.backtest.market import WORKDAYS, Orders, tape
from tests.backtest.test_quick_book import plain
from tests.orderbook.market import BERLIN_2026

FAST = CurveVersion(9, "six hours", Curve(Exponential(half_life_us=6 * HOUR_US), duration_us=DAY_US))
SCENARIOS = (
    OWN,
    Scenario(curve=FAST),
    Scenario(seats=2, floor_bp=3000),
    Scenario(curve=FAST, calendar=WORKDAYS),
    Scenario(tick_cents=100, seats=1),
)


class House(Book):
    """The book of the house, where it stands in for one of a back-test."""

    at: Instant = 0

    def look_at(self, name: str) -> None:
        """Every listing is where it should be."""


def obvious(orders: Orders, scenario: Scenario, since: Instant, until: Instant) -> Fates:
    """Every order decided with the book of the house, and every outcome read."""
    book, fates, own_tick = House("pv"), Fates(), None
    for at, told in orders:
        if own_tick is None and at >= since and book.calendars:
            settle(book, since - 1)
            own_tick = book.tick_cents
            scenario.enter(book)
        order = told if own_tick is None else scenario.order(told, book.tick_cents)
        if order is None:
            continue
        fates.note(settle(book, at))
        decided = decide_on(book, order, at, own_tick)  # type: ignore[arg-type]
        if own_tick is not None and isinstance(order, o.ListLead) and order.listing_id in book.listings:
            fates.list(order.listing_id, at, order.seats)
        fates.note(decided)
    fates.note(settle(book, until - 1))
    return fates


def columns(fates: Fates) -> tuple[object, ...]:
    """All that is told of the leads."""
    return fates.names, fates.listed_at, fates.seats, fates.sold, fates.net_cents, fates.first_us, fates.over


def guessed(rng: random.Random, orders: Orders) -> dict[str, Instant]:
    """Ends of bids, most of them wrong, some before the bid comes."""
    changed = {order.bid_id for _, order in orders if isinstance(order, o.ChangeBid)}
    bids = [order.bid_id for _, order in orders if isinstance(order, o.StandingBid)]
    first, last = orders[0][0], orders[-1][0]
    return {bid: rng.randrange(first, last) for bid in bids if bid not in changed and rng.random() < 0.7}


@pytest.mark.parametrize("calendar", [BERLIN_2026, WORKDAYS], ids=["always", "workdays"])
@pytest.mark.parametrize("seed", range(5))
def test_leads_fare_as_in_the_book_of_the_house(seed: int, calendar, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    rng = random.Random(seed)
    orders, until = tape(seed + 10, leads=90, calendar=calendar)
    since = rng.choice((0, orders[len(orders) // 3][0]))
    expected = columns(obvious(orders, SCENARIOS[seed], since, until))
    assert sum(expected[3]) > 0  # type: ignore[call-overload]
    assert columns(play("pv", orders, SCENARIOS[seed], since, until)) == expected
    for ahead, edges in ((512, 32), (6, 3)):
        monkeypatch.setattr(lookouts, "FEWEST_AHEAD", ahead)
        monkeypatch.setattr(lookout, "EDGES", edges)
        ends = guessed(rng, orders)
        assert columns(play("pv", orders, SCENARIOS[seed], since, until, ends=ends)) == expected


def test_what_is_foreseen_is_when_bids_were_filled_or_cancelled() -> None:
    orders, until = tape(2)
    decided, foresight = plain(orders, until), Foresight()
    filled: dict[str, list[Instant]] = {}
    for at, _, value in decided:
        if value.kind == "filled":
            foresight.note(at, encode(value))
            filled.setdefault(value.bid_id or "", []).append(at)
    wanted = {order.bid_id: order.quantity for _, order in orders if isinstance(order, o.StandingBid)}
    changed = {order.bid_id for _, order in orders if isinstance(order, o.ChangeBid)}
    full = {name: ats[-1] + 1 for name, ats in filled.items() if len(ats) == wanted.get(name) and name not in changed}
    cancelled = {order.bid_id for _, order in orders if isinstance(order, o.CancelBid)} - changed
    ends = foresight.ends(orders)
    assert full
    assert {name: at for name, at in ends.items() if name not in cancelled} == {
        name: at for name, at in full.items() if name not in cancelled
    }
    assert cancelled <= ends.keys()
