"""What can be seen in a state: the board, the depth of the bids, the wallets. Amounts in cents, net on the board."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from exchange.instant import Instant
from exchange.moment.state import State
from exchange.money import Cents


@dataclass(frozen=True, slots=True)
class Offer:
    """One open listing as the board had it; ``next_at`` is its next step or its end, unknown during a halt."""

    listing_id: str
    region: str
    listed_at: Instant
    ask_cents: Cents
    seats: int
    sold: int
    next_at: Instant | None


@dataclass(frozen=True, slots=True)
class Level:
    """Standing bids of one limit: how many, and how many leads they still want."""

    limit_cents: Cents
    bids: int
    wanted: int


@dataclass(frozen=True, slots=True)
class Figures:
    """A book in figures. ``lowest_cents`` and ``median_cents`` (the lower of two) are None where nothing is open."""

    open: int
    lowest_cents: Cents | None
    median_cents: Cents | None
    bids: int
    wanted: int
    reserved_cents: Cents
    halted: bool


@dataclass(frozen=True, slots=True)
class Purse:
    """One member: free to spend and set apart for bids (gross), and as a supplier pending and payable."""

    organisation: str
    wallet_cents: Cents
    reserved_cents: Cents
    pending_cents: Cents
    payable_cents: Cents


def board(state: State) -> list[Offer]:
    """The open listings, lower ask first, then the earlier."""
    book = state.book
    found = sorted(book.open.values(), key=lambda listing: (listing.ask_cents, listing.seq))
    return [
        Offer(
            listing.listing_id,
            listing.region,
            listing.listed_at,
            listing.ask_cents,
            listing.seats,
            listing.sold,
            None if book.halted_at is not None else listing.next_event(),
        )
        for listing in found
    ]


def depth(state: State) -> list[Level]:
    """The bids that walk, by limit, the highest first."""
    bids: defaultdict[Cents, int] = defaultdict(int)
    wanted: defaultdict[Cents, int] = defaultdict(int)
    for bid in state.book.walking_bids():
        bids[bid.terms.limit_cents] += 1
        wanted[bid.terms.limit_cents] += bid.terms.quantity - bid.filled
    return [Level(limit_cents, bids[limit_cents], wanted[limit_cents]) for limit_cents in sorted(bids, reverse=True)]


def in_figures(state: State) -> Figures:
    """The book in seven figures."""
    asks = sorted(listing.ask_cents for listing in state.book.open.values())
    levels = depth(state)
    return Figures(
        open=len(asks),
        lowest_cents=asks[0] if asks else None,
        median_cents=asks[(len(asks) - 1) // 2] if asks else None,
        bids=sum(level.bids for level in levels),
        wanted=sum(level.wanted for level in levels),
        reserved_cents=sum(state.held_cents.values()),
        halted=state.book.halted_at is not None,
    )


def purses(states: Iterable[State]) -> list[Purse]:
    """Every member over all these tapes, the house's own among them, by id."""
    held: dict[str, defaultdict[str, Cents]] = {kind: defaultdict(int) for kind in ("wallet", "pending", "payable")}
    reserved: defaultdict[str, Cents] = defaultdict(int)
    for state in states:
        for account, cents in state.balances.items():
            kind, _, organisation = account.partition(":")
            if organisation:
                held[kind][organisation] += cents
        for bid_id, cents in state.held_cents.items():
            reserved[state.book.bids[bid_id].buyer] += cents
    known = sorted({name for accounts in (*held.values(), reserved) for name in accounts})
    return [
        Purse(name, held["wallet"][name], reserved[name], held["pending"][name], held["payable"][name])
        for name in known
    ]
