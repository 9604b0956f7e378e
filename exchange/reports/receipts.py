"""What a receipt needs of the database: a sale's entries, the days they lie in, and who was looked at (rules.md §3).

The sector's state at the sale comes from the nearest snapshot before it and the entries since (`store.snapshots`);
where there is none, the tape is replayed from its beginning.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from secrets import token_hex
from typing import Any

from sqlalchemy import Connection, select

from exchange.calendars import BERLIN, berlin_day
from exchange.errors import ExchangeError, Unknown
from exchange.instant import Instant, to_datetime
from exchange.orderbook.book import Book
from exchange.orderbook.listing import Listing
from exchange.orderbook.order import ListLead, OpenSector, SetSharing, TuneSector
from exchange.orderbook.outcome import Changed, Converted, Decided, Filled, Halted, Listed, Resumed
from exchange.orderbook.outcome import Placed as BidPlaced
from exchange.payload import ORDERS, canonical
from exchange.proofs.day import Root, leaves
from exchange.proofs.precedence import Looked, Wanted, looked_at
from exchange.proofs.receipt import Placed, PlacedDay, write_receipt
from exchange.proofs.tree import paths_of
from exchange.schema import bids, listings, sales, tape
from exchange.store.past import Past
from exchange.store.roots import hashes_of, read_roots, stretches_of
from exchange.store.snapshots import state_after
from exchange.store.tapes import read_entries
from exchange.tape import ZERO, Entry, is_order

_LOOK_BACK = 200
_RULES = ("open", "tune", "sharing", "halted", "resumed")
_ORDER_KINDS = frozenset(order.kind for order in ORDERS)


class NotPublished(ExchangeError):
    """A day the receipt speaks of has no root yet."""

    code = "not_published"


@dataclass
class _Story:
    """What the tape says up to a sale: the entries a receipt shows, in their order, and what led to the sale."""

    shown: list[Entry]
    looked: list[Looked]
    listing: Listing
    own_bid: str | None


def make_receipt(connection: Connection, sale_id: str) -> str:
    """The receipt of a sale as text. Raises Unknown for no sale, NotPublished while a day of it has no root."""
    row = connection.execute(select(sales.c.sector, sales.c.seq).where(sales.c.sale_id == sale_id)).one_or_none()
    if row is None:
        raise Unknown("sale", sale_id)
    story = _story(connection, row.sector, row.seq)
    published = [_published(connection, date) for date in _dates(story.shown)]
    days, placed = [], []
    for root in published:
        day, entries = _place_day(connection, root, story.shown)
        days.append(day)
        placed += entries
    return write_receipt(sale_id, placed, days, story.listing.table, story.looked, story.own_bid, token_hex(16))


def _story(connection: Connection, sector: str, seq: int) -> _Story:
    group = _group(connection, sector, seq)
    filled: Any = group[-1].value()
    at = group[-1].at
    first_id = _first_of(connection, filled.listing_id)
    kept = _Kept({filled.listing_id, first_id}, filled.bid_id, buyout=bool(filled.buyout))
    for entry in _told(connection, sector, filled, first_id, group[0].seq):
        kept.see(entry, entry.value())
    state = state_after(connection, sector, group[0].seq - 1)
    state.settle(max(at - 1, state.replay.last_at))
    Past(connection, state).bring_back(group)
    values: list[Any] = [entry.value() for entry in group]
    decided = [Decided(entry.at, entry.seq, value) for entry, value in zip(group, values, strict=True)]
    wanted = _wanted(state.book, decided, filled, at)
    looked = looked_at(state.book, wanted, at, decided)
    state.run(group)
    for entry, value in zip(group, values, strict=True):
        kept.see(entry, value)
    own = None if filled.bid_id is None else state.book.bids[filled.bid_id]
    if own is not None and own.bid_id not in {one.bid_id for one in looked}:
        looked.append(Looked(own.bid_id, own.terms.limit_cents, own.place, "filled"))
        looked.sort(key=lambda one: (-one.limit_cents, one.place))
    listing = state.book.listings[filled.listing_id]
    return _Story(kept.shown(listing), looked, listing, filled.bid_id)


def _first_of(connection: Connection, listing_id: str) -> str:
    """The exclusive listing a converted one follows; of every other one itself."""
    known = select(listings.c.converted_from).where(listings.c.listing_id == listing_id)
    return connection.execute(known).scalar_one() or listing_id


def _told(connection: Connection, sector: str, filled: Filled, first_id: str, before: int) -> list[Entry]:
    """The entries before a number that a receipt may show: rules, halts, how the lead was listed, the bid's terms."""
    mine = (tape.c.sector == sector, tape.c.seq < before)
    numbers = set(connection.execute(select(tape.c.seq).where(*mine, tape.c.kind.in_(_RULES))).scalars())
    known = select(listings.c.seq).where(listings.c.listing_id.in_((filled.listing_id, first_id)))
    numbers |= {number for listed in connection.execute(known).scalars() for number in (listed - 1, listed)}
    if filled.bid_id is not None:
        entered = connection.execute(select(bids.c.seq).where(bids.c.bid_id == filled.bid_id)).scalar_one()
        named = tape.c.payload.contains(f'"bid_id":{canonical(filled.bid_id)}', autoescape=True)
        terms = select(tape.c.seq).where(*mine, tape.c.seq >= entered, tape.c.kind.in_(("placed", "changed")), named)
        numbers |= {number for told in connection.execute(terms).scalars() for number in (told - 1, told)}
    chosen = sorted(number for number in numbers if number < before)
    return [entry for number in chosen for entry in read_entries(connection, sector, number, number)]


def _group(connection: Connection, sector: str, seq: int) -> list[Entry]:
    """What was decided with an entry, up to it: an order and its outcomes, or what fell due at that instant."""
    found: list[Entry] = []
    for entry in _backwards(connection, sector, seq):
        if found and (entry.at != found[-1].at or found[-1].kind in _ORDER_KINDS):
            break
        found.append(entry)
    return found[::-1]


def _backwards(connection: Connection, sector: str, seq: int) -> Iterator[Entry]:
    """A tape's entries from a number on back to its beginning, a bounded number in memory."""
    while seq > 0:
        first = max(1, seq - _LOOK_BACK + 1)
        yield from reversed(list(read_entries(connection, sector, first, seq)))
        seq = first - 1


def _wanted(book: Book, decided: list[Decided], filled: Filled, at: Instant) -> Wanted:
    """The lead as it was offered when the seat was sold; of a buy-out the ask, not its factor."""
    listing, ask_cents = book.listings.get(filled.listing_id), filled.ask_cents
    if listing is not None:
        lead: Any = listing
        group, seq, seats, answers = listing.supplier_group, listing.seq, listing.seats, listing.answers
        if filled.buyout:
            ask_cents = listing.table.ask_after(listing.elapsed_us(at))
    else:
        seq, listed = next(
            (seq, value)
            for _, seq, value in decided
            if isinstance(value, Listed) and value.listing_id == filled.listing_id
        )
        lead = decided[0].value if listed.converted_from is None else book.listings[listed.converted_from]
        group, seats = book.groups.get(lead.supplier, lead.supplier_group), listed.seats
        answers = dict(lead.answers)
    return Wanted(
        listing_id=filled.listing_id,
        seq=seq,
        region=lead.region,
        postcode=lead.postcode,
        seats=seats,
        asked_at=lead.asked_at,
        supplier=lead.supplier,
        supplier_group=group,
        person_id=lead.person_id,
        answers=answers,
        consent=lead.consent,
        ask_cents=ask_cents,
    )


class _Kept:
    """The entries that are about one sale, as they go by."""

    def __init__(self, listing_ids: set[str], bid_id: str | None, *, buyout: bool) -> None:
        """``listing_ids``: the listing, and the exclusive one it follows, if it does."""
        self._listing_ids = listing_ids
        self._bid_id = bid_id
        self._buyout = buyout
        self._curves: dict[int, Entry] = {}
        self._found: dict[str, Entry] = {}
        self._stops: list[Entry] = []
        self._asked: Entry | None = None

    def see(self, entry: Entry, value: Any) -> None:
        """Keep what the receipt will show."""
        if is_order(value):
            self._asked = entry
        if isinstance(value, OpenSector):
            self._found["open"] = entry
        elif isinstance(value, TuneSector):
            for version in (*value.versions, *(arm.version for arm in value.arms)):
                self._curves.setdefault(version.number, entry)
        elif isinstance(value, Halted | Resumed):
            self._stops.append(entry)
        elif isinstance(value, SetSharing) and self._buyout:
            self._found["sharing"] = entry
        elif isinstance(value, ListLead | Listed | Converted) and value.listing_id in self._listing_ids:
            self._found[f"{value.kind} {value.listing_id}"] = entry
        elif isinstance(value, BidPlaced | Changed) and value.bid_id == self._bid_id:
            if self._asked is not None and self._asked.kind in ("bid", "change"):
                self._found["bid"] = self._asked
        elif isinstance(value, Filled):
            self._found["filled"] = entry
            if self._bid_id is None and self._asked is not None:
                self._found["buy"] = self._asked

    def shown(self, listing: Listing) -> list[Entry]:
        """The entries of one sale in their order."""
        found = {entry.seq: entry for entry in (*self._found.values(), self._curves[listing.curve])}
        begun = min(entry.seq for entry in self._found.values() if entry.kind == Listed.kind)
        found |= {entry.seq: entry for entry in self._stops if entry.seq > begun}
        return [found[number] for number in sorted(found)]


def _dates(entries: list[Entry]) -> list[str]:
    """The days these entries lie in."""
    begins = sorted({berlin_day(entry.at)[0] for entry in entries})
    return [to_datetime(at).astimezone(BERLIN).date().isoformat() for at in begins]


def _published(connection: Connection, date: str) -> Root:
    found = read_roots(connection, date)
    if not found:
        raise NotPublished(f"the root of {date} is not published yet: a day has one soon after its end")
    return found[0]


def _place_day(connection: Connection, root: Root, entries: list[Entry]) -> tuple[PlacedDay, list[Placed]]:
    """A day and the entries of it that are shown, each with its way to the root; the day is read once."""
    mine = [entry for entry in entries if root.day.since_at <= entry.at < root.day.until_at]
    first_leaf, index = {}, 1
    for sector, first, last in stretches_of(connection, root.day):
        first_leaf[sector] = index - first
        index += last - first + 1
    at = {entry.seq: first_leaf[entry.sector] + entry.seq for entry in mine}
    _, paths = paths_of(leaves(root.day, hashes_of(connection, root.day)), [0, *at.values()])
    placed = [
        Placed(entry, _before(connection, entry), root.day.date, at[entry.seq], paths[at[entry.seq]]) for entry in mine
    ]
    return PlacedDay(root, paths[0]), placed


def _before(connection: Connection, entry: Entry) -> str:
    """The hash of the entry before."""
    mine = select(tape.c.hash).where(tape.c.sector == entry.sector, tape.c.seq == entry.seq - 1)
    return ZERO if entry.seq == 1 else str(connection.execute(mine).scalar_one())
