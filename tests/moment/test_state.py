"""A state read from its text and moved on is the state that every entry led to, at any number of any tape."""

from random import Random

import pytest

from exchange.desk import Desk
from exchange.errors import TapeBroken
from exchange.ledger import balances
from exchange.member import HOUSE
from exchange.moment.rules import _PLAIN
from exchange.moment.state import State, digest, read_state, write_state
from exchange.moment.views import board, depth, in_figures, purses
from exchange.orderbook.book import Book
from exchange.replay import Replay, book_at
from tests.desk.floor import Trader, clock_of, open_market

WRITTEN = {*_PLAIN, "sector", "seq", "settled_until", "rates", "sharing", "calendars", "versions", "arms", "plans"}
WRITTEN |= {"groups", "suspended", "revoked", "bids", "sales", "held", "open"}
FOLLOWS = {"tick_cents", "most_seats", "fee_bp", "claims", "listings", "bids_of", "bid_cells", "ask_cells", "clock"}
FOLLOWS |= {"bid_dues", "sale_dues", "_pushed", "stepped", "touched_bids", "touched_listings"}


@pytest.fixture(scope="module", params=[False, True], ids=["always open", "by hours"])
def desk(request: pytest.FixtureRequest) -> Desk:
    """A few hundred orders of every kind."""
    desk = open_market(hours=request.param)
    Trader(desk, 3).trade(220)
    desk.settle("pv")
    return desk


def whole(sector: str, entries: list) -> State:  # type: ignore[type-arg]
    """From the first entry on, to where nothing is left of the last order's outcomes."""
    state = State(sector)
    state.run(entries)
    return state


def test_whoever_adds_to_a_book_says_how_it_is_kept() -> None:
    assert vars(Book("pv")).keys() == WRITTEN | FOLLOWS


@pytest.mark.parametrize("sector", ["pv", HOUSE])
def test_what_is_read_is_written_again_to_the_byte(desk: Desk, sector: str) -> None:
    entries, drawn = desk.entries(sector), Random(1)
    for _ in range(6):
        state = whole(sector, entries[: drawn.randrange(1, len(entries))])
        while state.replay.pending:
            state.run(entries[state.seq : state.seq + 1])
        assert write_state(read_state(write_state(state))) == write_state(state)


def test_a_house_goes_on_as_if_it_had_not_been_written(desk: Desk) -> None:
    entries = desk.entries(HOUSE)
    again = read_state(write_state(whole(HOUSE, entries[:6])))
    again.run(entries[6:])
    assert write_state(again) == write_state(whole(HOUSE, entries))


def test_what_is_seen_is_what_the_book_shows(desk: Desk) -> None:
    entries, now = desk.entries("pv"), clock_of(desk).at_us
    state, book = whole("pv", entries), book_at("pv", entries, now)
    state.settle(now)
    offers = board(state)
    assert sorted(one.listing_id for one in offers) == sorted(one.listing_id for one in book.open.values())
    assert [one.ask_cents for one in offers] == sorted(one.ask_cents for one in book.open.values())
    told = in_figures(state)
    assert (told.open, told.lowest_cents) == (len(book.open), min((one.ask_cents for one in offers), default=None))
    assert told.bids == len(book.walking_bids()) == sum(level.bids for level in depth(state))


def test_wallets_are_what_all_transfers_come_to(desk: Desk) -> None:
    states, moved = [], []
    for sector in ("pv", HOUSE):
        states.append(whole(sector, desk.entries(sector)))
        replay = Replay(sector)
        moved += [transfer for *_, posted in replay.run(desk.entries(sector)) for transfer in posted]
    held = balances(moved)
    found = {one.organisation: one for one in purses(states)}
    for account, cents in held.items():
        kind, _, organisation = account.partition(":")
        if kind in ("wallet", "pending", "payable"):
            assert getattr(found[organisation], f"{kind}_cents") == cents
    assert sum(one.reserved_cents for one in found.values()) == sum(
        cents for account, cents in held.items() if account.startswith("reserved:")
    )


def test_a_text_that_is_none_is_refused(desk: Desk) -> None:
    text = write_state(whole(HOUSE, desk.entries(HOUSE)))
    with pytest.raises(TapeBroken):
        read_state(text.replace('"v":1', '"v":2'))
    with pytest.raises(TapeBroken):
        read_state(text[:-2])
    assert digest(text) != digest(text + " ")
