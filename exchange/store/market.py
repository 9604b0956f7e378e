"""Writing what was decided in one sector: listings, bids and sales as they stand now, in bulk."""

from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import Connection

from exchange.failpoint import failpoint
from exchange.instant import Instant
from exchange.orderbook.book import Book
from exchange.orderbook.order import TuneSector
from exchange.orderbook.outcome import (
    Cancelled,
    Changed,
    Claimed,
    ConsentWithdrawn,
    Converted,
    Decided,
    Expired,
    Filled,
    Halted,
    Listed,
    Placed,
    Rejected,
    Released,
    Resumed,
    Upheld,
    Withdrawn,
)
from exchange.schema import bids, listings, recipients, sales
from exchange.store.recall import forget
from exchange.store.rows import (
    bid_row,
    bid_state,
    listing_clock,
    listing_row,
    recipient_rows,
    sale_row,
    sale_state,
)
from exchange.store.sheets import Page, Sheet
from exchange.store.withdrawals import leads_of, write_withdrawals

_CLOCK = ("sold", "bought_out", "state", "anchor_at", "anchor_us", "ask_cents", "next_at", "expires_at", "closed_at")
_BID = (
    *("place", "group_id", "kind", "terms", "limit_cents", "quantity", "budget_cents", "until_at"),
    *("filled", "spent_cents", "reserved_cents", "state", "suspended", "progress", "ended_at"),
)
_CLAIM = (
    *("claim", "ground", "silence_at"),
    *("returned_net_cents", "returned_vat_cents", "returned_fee_cents", "released"),
)

NEW_LISTINGS = Sheet(listings, listings.columns.keys())
RECIPIENTS = Sheet(recipients, recipients.columns.keys())
ASKS = Sheet(listings, ("ask_cents", "next_at"), found_by={"sector": "sector", "seq": "seq"})
LISTINGS = Sheet(listings, _CLOCK, found_by={"listing_id": "listing_id"})
NEW_BIDS = Sheet(bids, bids.columns.keys())
BIDS = Sheet(bids, _BID, found_by={"bid_id": "bid_id"})
NEW_SALES = Sheet(sales, sales.columns.keys())
SALES = Sheet(sales, _CLAIM, found_by={"sale_id": "sale_id"})

MARKET = (
    (LISTINGS, "write.listings"),
    (NEW_BIDS, "write.new_bids"),
    (BIDS, "write.bids"),
    (NEW_SALES, "write.new_sales"),
    (SALES, "write.sales"),
)
"""The order in which what changed in sectors is written, and the failpoint after each statement."""


class Changes:
    """What a transaction's entries did to a sector: what is new, what changed, when it ended."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.listed: list[str] = []
        self.entered_at: dict[str, Instant] = {}
        self.filled: dict[str, Filled] = {}
        self.claimed: dict[str, None] = {}
        self.closed_at: dict[str, Instant] = {}
        self.last_at: dict[str, Instant] = {}
        self.halts: list[tuple[Instant, Instant | None, str]] = []
        self.tunings: list[tuple[Instant, int, TuneSector]] = []
        self.revoked: list[tuple[Instant, int, ConsentWithdrawn]] = []
        self.converted: dict[str, str] = {}
        """Second listing -> first."""

    def add(self, decided: Iterable[Decided]) -> None:
        """Take note of further entries."""
        for at, seq, value in decided:
            if type(value) is TuneSector:
                self.tunings.append((at, seq, value))
            elif type(value) is ConsentWithdrawn:
                self.revoked.append((at, seq, value))
            note = _NOTES.get(type(value))
            if note is not None:
                note(self, at, value)

    def _listed(self, _at: Instant, value: Listed) -> None:
        self.listed.append(value.listing_id)

    def _placed(self, at: Instant, value: Placed) -> None:
        self.entered_at[value.bid_id] = at

    def _bid_changed(self, at: Instant, value: Changed | Cancelled) -> None:
        self.last_at[value.bid_id] = at

    def _filled(self, at: Instant, value: Filled) -> None:
        self.filled[value.sale_id] = value
        if value.sold_out:
            self.closed_at[value.listing_id] = at
        if value.bid_id is not None:
            self.last_at[value.bid_id] = at

    def _expired(self, at: Instant, value: Expired) -> None:
        (self.closed_at if value.thing == "listing" else self.last_at)[value.name] = at

    def _withdrawn(self, at: Instant, value: Withdrawn) -> None:
        self.closed_at[value.listing_id] = at

    def _converted(self, at: Instant, value: Converted) -> None:
        self.closed_at[value.listing_id] = at
        self.converted[value.into] = value.listing_id

    def _halted(self, at: Instant, value: Halted) -> None:
        self.halts.append((at, None, value.reason))

    def _resumed(self, at: Instant, _value: Resumed) -> None:
        if self.halts:
            since, _, reason = self.halts[-1]
            self.halts[-1] = (since, at, reason)

    def _sale_changed(self, _at: Instant, value: Claimed | Upheld | Rejected | Released) -> None:
        self.claimed[value.sale_id] = None

    def write(self, connection: Connection, page: Page, lead_ids: dict[str, str]) -> None:
        """Write new listings and the falls of the others, gather on the page what else changed, as the book has it now.

        ``lead_ids`` names the leads of new listings; the second listing of a lead has that of its first.
        """
        firsts = leads_of(connection, self.converted.values()) if self.converted else {}
        seconds = {second: firsts[first] for second, first in self.converted.items()}
        self._write_listings(connection, page, lead_ids | seconds)
        failpoint("write.new_listings")
        write_withdrawals(connection, self.revoked)
        self._write_asks(connection)
        failpoint("write.asks")
        self._write_bids(page)
        self._write_sales(page)

    def _write_listings(self, connection: Connection, page: Page, lead_ids: dict[str, str]) -> None:
        book, halted = self.book, self.book.halted_at is not None
        new = [
            listing_row(book.listings[name], lead_id=lead_ids[name], sector=book.sector, halted=halted)
            | {"closed_at": self.closed_at.get(name)}
            for name in self.listed
        ]
        touched = [
            {"listing_id": name, "closed_at": self.closed_at.get(name)}
            | listing_clock(book.listings[name], halted=halted)
            for name in sorted(book.touched_listings.difference(self.listed))
        ]
        NEW_LISTINGS.write(connection, new)
        RECIPIENTS.write(connection, [row for name in self.listed for row in recipient_rows(book.listings[name])])
        page.add(LISTINGS, touched)

    def _write_asks(self, connection: Connection) -> None:
        """The falls of all listings that did nothing but fall: one statement, in the order of their rows."""
        book, running = self.book, self.book.halted_at is None
        fallen = [book.open[seq] for seq in sorted(book.stepped & book.open.keys())]
        if book.touched_listings:
            fallen = [one for one in fallen if one.listing_id not in book.touched_listings]
        rows = [
            {
                "sector": book.sector,
                "seq": one.seq,
                "ask_cents": one.ask_cents,
                "next_at": one.next_event() if running else None,
            }
            for one in fallen
        ]
        ASKS.write(connection, rows)

    def _write_bids(self, page: Page) -> None:
        book = self.book
        new = [
            bid_row(book.bids[name], book) | {"entered_at": at, "ended_at": self._ended_at(name)}
            for name, at in self.entered_at.items()
        ]
        touched = [
            {"bid_id": name, "ended_at": self._ended_at(name)} | bid_state(book.bids[name], book)
            for name in sorted(book.touched_bids - self.entered_at.keys())
            if name in book.bids and (name in self.last_at or not book.bids[name].ended)
        ]
        page.add(NEW_BIDS, new)
        page.add(BIDS, touched)

    def _ended_at(self, bid_id: str) -> Instant | None:
        return self.last_at[bid_id] if self.book.bids[bid_id].ended else None

    def _write_sales(self, page: Page) -> None:
        book = self.book
        new = [
            sale_row(filled, book.sales[name], sector=book.sector, seats=book.listings[filled.listing_id].seats)
            for name, filled in self.filled.items()
        ]
        touched = [{"sale_id": name} | sale_state(book.sales[name]) for name in self.claimed if name not in self.filled]
        page.add(NEW_SALES, new)
        page.add(SALES, touched)

    def done(self) -> None:
        """Once written: the book forgets what was touched, and what only rows need remember."""
        book = self.book
        forget(book, book.touched_listings, book.touched_bids, self.claimed)
        book.touched_listings.clear()
        book.touched_bids.clear()
        book.stepped.clear()


_NOTES: dict[type, Callable[[Changes, Instant, Any], None]] = {
    Listed: Changes._listed,
    Placed: Changes._placed,
    Changed: Changes._bid_changed,
    Cancelled: Changes._bid_changed,
    Filled: Changes._filled,
    Halted: Changes._halted,
    Resumed: Changes._resumed,
    Expired: Changes._expired,
    Withdrawn: Changes._withdrawn,
    Converted: Changes._converted,
    Claimed: Changes._sale_changed,
    Upheld: Changes._sale_changed,
    Rejected: Changes._sale_changed,
    Released: Changes._sale_changed,
}
