"""The state of one tape at one of its numbers: moved on by entries, written as text, read back much sooner.

Two states of one number have the same text, however they came about: from the first entry, or from an earlier text and
the entries after it.
"""

from collections.abc import Iterable
from hashlib import sha256
from heapq import heappush
from typing import Any

from exchange.claims import Parts
from exchange.errors import TapeBroken
from exchange.house import House
from exchange.instant import Instant
from exchange.ledger import Account, Transfer
from exchange.member import HOUSE, Member
from exchange.moment.bids import read_bids, write_bids
from exchange.moment.listings import read_listings, write_held, write_listings
from exchange.moment.rules import read_rules, write_rules
from exchange.money import Cents
from exchange.orderbook import match
from exchange.orderbook.book import Book
from exchange.orderbook.sale import CLAIMED, UNCLAIMED, Sale
from exchange.payload import canonical, encode, parse, read_value
from exchange.replay import Replay
from exchange.tape import Entry, Head

VERSION = 1
"""Of the text: another one is not read but made anew."""

_SALE = ("sale_id", "seq", "listing_id", "buyer", "supplier", "sold_at", "closes_at", "claim", "ground", "silence_at")


class State:
    """A tape up to a number: its book or house, and what it has moved on every account but reservations (cents)."""

    def __init__(self, sector: str) -> None:
        self.replay = Replay(sector)
        self.balances: dict[Account, Cents] = {}

    @property
    def sector(self) -> str:
        return self.replay.sector

    @property
    def seq(self) -> int:
        """The number of the last entry."""
        return self.replay.head.seq

    @property
    def book(self) -> Book:
        return self.replay.book

    @property
    def held_cents(self) -> dict[str, Cents]:
        """What standing bids hold, by bid."""
        return self.replay.ledger.held_cents

    def run(self, entries: Iterable[Entry]) -> None:
        """Move on by the next entries, each proven; raises TapeBroken at the first that is not what the rules say."""
        for _, _, posted in self.replay.run(entries):
            for transfer in posted:
                self._move(transfer)

    def settle(self, until: Instant) -> None:
        """Let the clocks go on to an instant before which nothing is due that is not on the tape."""
        if self.sector != HOUSE and match.settle(self.book, until):
            raise TapeBroken(f"{self.sector} {self.seq}: something fell due that is not on the tape")

    def _move(self, transfer: Transfer) -> None:
        for account, cents in ((transfer.debit, -transfer.amount_cents), (transfer.credit, transfer.amount_cents)):
            if not account.startswith("reserved:"):
                left = self.balances.get(account, 0) + cents
                self.balances[account] = left
                if not left:
                    del self.balances[account]


def write_state(state: State) -> str:
    """The text of a state; it may only be asked for between an order's last outcome and the next entry."""
    if state.replay.pending:
        raise ValueError(f"{state.sector} {state.seq}: further outcomes of that order are to come")
    data: dict[str, Any] = {
        "v": VERSION,
        "sector": state.sector,
        "head": [state.replay.head.seq, state.replay.head.hash],
        "last_at": state.replay.last_at,
        "balances": sorted(state.balances.items()),
    }
    if state.sector == HOUSE:
        house = state.replay.house
        data |= {"seq": house.seq, "settled_until": house.settled_until}
        data["members"] = [encode(member) for _, member in sorted(house.members.items())]
        return canonical(data)
    book = state.book
    data |= {"seq": book.seq, "settled_until": book.settled_until, "rules": write_rules(book)}
    data |= {"listings": write_listings(book), "bids": write_bids(book)}
    data |= {"held": write_held(book), "sales": _write_sales(book)}
    return canonical(data)


def read_state(text: str) -> State:
    """The state of a text. Raises TapeBroken where it is none, or one whose accounts do not sum to zero."""
    data = parse(text)
    if not isinstance(data, dict) or data.get("v") != VERSION:
        raise TapeBroken("this state was written by another version")
    state = State(data["sector"])
    replay = state.replay
    replay.head, replay.last_at = Head(*data["head"]), data["last_at"]
    state.balances = dict(data["balances"])
    moving: House | Book = replay.house if state.sector == HOUSE else replay.book
    moving.seq, moving.settled_until = data["seq"], data["settled_until"]
    if state.sector == HOUSE:
        members = [read_value(Member, parse(one)) for one in data["members"]]
        replay.house.members = {member.organisation: member for member in members}
    else:
        _read_book(data, state.book)
        state.held_cents.update({b.bid_id: b.reserved_cents for b in state.book.bids.values() if b.reserved_cents})
    if sum(state.balances.values()) + sum(state.held_cents.values()):
        raise TapeBroken(f"{state.sector} {state.seq}: the accounts of this state do not sum to zero")
    return state


def digest(text: str) -> str:
    """What a state is known by: SHA-256 of its text, hexadecimal."""
    return sha256(text.encode()).hexdigest()


def _read_book(data: dict[str, Any], book: Book) -> None:
    read_rules(data["rules"], book)
    read_listings(data["listings"], book)
    read_bids(data["bids"], book)
    book.held = {person: set(groups) for person, groups in data["held"]}
    for kept in data["sales"]:
        remember_sale(book, _read_sale(kept))


def remember_sale(book: Book, sale: Sale) -> None:
    """Know a sale and what of it is still to come: silence, or its payout, which waits for a ruling while claimed."""
    silence_at, book.sales[sale.sale_id] = sale.silence_at, sale
    if sale.claim == CLAIMED and silence_at is not None:
        heappush(book.sale_dues, (silence_at, False, sale.seq, sale))
    if not sale.released and not (sale.claim == CLAIMED and sale.closes_at <= book.settled_until):
        heappush(book.sale_dues, (sale.closes_at, True, sale.seq, sale))


def _write_sales(book: Book) -> list[dict[str, Any]]:
    """Sales whose claim is known and which are not paid out; an unclaimed one follows from its entry."""
    known = sorted((sale for sale in book.sales.values() if not _plain(sale)), key=lambda sale: sale.seq)
    return [
        {name: getattr(sale, name) for name in _SALE} | {"parts": list(sale.parts), "returned": list(sale.returned)}
        for sale in known
    ]


def _plain(sale: Sale) -> bool:
    return sale.released or sale.claim == UNCLAIMED


def _read_sale(kept: dict[str, Any]) -> Sale:
    names = ("sale_id", "seq", "listing_id", "buyer", "supplier", "sold_at", "closes_at")
    sale = Sale(**{name: kept[name] for name in names}, parts=Parts(*kept["parts"]))
    sale.claim, sale.ground, sale.silence_at = kept["claim"], kept["ground"], kept["silence_at"]
    sale.returned = Parts(*kept["returned"])
    return sale
