"""Playing a tape's orders once more, as they were or under other terms; what becomes of each lead is written down."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from exchange.backtest.fates import Fates
from exchange.backtest.plain import PlainDealing
from exchange.backtest.quick_book import QuickBook
from exchange.backtest.scenario import Scenario
from exchange.instant import Instant
from exchange.money import Cents
from exchange.orderbook.decide import decide
from exchange.orderbook.match import settle
from exchange.orderbook.order import InstantBid, ListLead, Order, SetRates, StandingBid, WithdrawConsent
from exchange.orderbook.outcome import Decided
from exchange.orderbook.sharing import second_id

Orders = Sequence[tuple[Instant, Order]]
Told = Callable[[int], None]
"""Hears every so many orders how many more are done."""

TELL_EVERY = 5_000


def play(
    sector: str,
    orders: Orders,
    scenario: Scenario,
    since: Instant,
    until: Instant,
    told: Told = lambda _: None,
    ends: Mapping[str, Instant] = MappingProxyType({}),
) -> Fates:
    """The orders before ``since`` as they were; from then on, up to ``until``, as the scenario has them.

    ``ends`` is what is foreseen of bids (`foresight`). Raises Invalid where the terms cannot be those of a lead.
    """
    book, fates = QuickBook(sector, orders, ends), Fates()
    dealing = PlainDealing(book, fates)
    inside, own_tick = False, None
    for number, (at, order) in enumerate(orders, 1):
        if at >= until:
            break
        if not inside and at >= since and book.calendars:
            settle(book, since - 1)
            own_tick = book.tick_cents
            scenario.enter(book)
            book.keeps_sales = False
            inside = True
        if inside:
            known = scenario.order(order, book.tick_cents)
            if known is None:
                continue
            order = known
            dealing.settle(at)
        else:
            settle(book, at)
        if inside and type(order) is ListLead:
            dealing.list(order, at)
        else:
            fates.note(decide_on(book, order, at, own_tick))
        if inside and type(order) is SetRates:
            own_tick = order.rates.tick_cents
            scenario.enter(book)
        if not number % TELL_EVERY:
            forget(book)
            told(TELL_EVERY)
    dealing.settle(until - 1)
    return fates


def decide_on(book: QuickBook, order: Order, at: Instant, bids_tick_cents: Cents | None = None) -> list[Decided]:
    """The core's decision; a new bid stays on its own grid."""
    book.at = at
    kind = type(order)
    if kind is InstantBid:
        book.look_at(order.listing_id)  # type: ignore[union-attr]
    elif kind is WithdrawConsent and bids_tick_cents is not None:
        order = _known(book, order)  # type: ignore[arg-type]
    elif kind is StandingBid and bids_tick_cents is not None:
        tick_cents, book.tick_cents = book.tick_cents, bids_tick_cents
        decided = decide(book, order, at)
        book.tick_cents = tick_cents
        return decided
    return decide(book, order, at)


def _known(book: QuickBook, order: WithdrawConsent) -> WithdrawConsent:
    """All listings the lead has here: other ones may have been converted than on the tape."""
    names = {order.listing_id, second_id(order.listing_id), *order.listing_ids}
    listed = sorted((book.listings[name].seq, name) for name in names if name in book.listings)
    return replace(order, listing_ids=tuple(name for _, name in listed))


def forget(book: QuickBook) -> None:
    """What the store would write."""
    book.stepped.clear()
    book.touched_bids.clear()
    book.touched_listings.clear()
