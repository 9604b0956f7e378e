"""A state moved on along its tape: the entries in stretches, and what they name that had ended before it was kept.

What a state leaves out are ended listings and bids, old sales and unclaimed ones: rows have them as they were, since
nothing of them has changed by then or ever will.
"""

from collections.abc import Sequence
from itertools import islice
from typing import Any

from sqlalchemy import Column, Connection, RowMapping, Table, select

from exchange.claims import Parts
from exchange.instant import Instant
from exchange.member import HOUSE
from exchange.moment.state import State, remember_sale
from exchange.orderbook.sale import Sale
from exchange.payload import parse
from exchange.schema import bids, listings, sales
from exchange.store.books import bid_of, chunks, sale_of
from exchange.store.listings import listing_of
from exchange.store.tapes import read_entries
from exchange.tape import Entry

AT_ONCE = 5_000
_NAMING = ("buy", "withdraw", "withdraw_consent", "change", "pause", "unpause", "cancel", "claim", "rule")
"""Kinds of orders that name a thing which may have ended; a listing names a person who may hold seats."""


class Past:
    """Moves a state on; ``since`` is where it stood when it was read."""

    def __init__(self, connection: Connection, state: State) -> None:
        self._connection = connection
        self._state = state
        self._since = state.seq
        self._since_at: Instant = state.book.settled_until
        self._paid_until = self._since_at

    def run(self, last: int, *, whole: bool = False) -> None:
        """Up to an entry; ``whole``: and on to the end of what was decided with it. Raises TapeBroken."""
        state = self._state
        entries = read_entries(self._connection, state.sector, state.seq + 1, None if whole else last)
        while state.seq < last and (some := list(islice(entries, min(AT_ONCE, last - state.seq)))):
            self.bring_back(some)
            state.run(some)
        while whole and state.replay.pending:
            state.run(islice(entries, 1))

    def bring_back(self, entries: Sequence[Entry]) -> None:
        """What the next entries name and the state does not hold."""
        state = self._state
        if not self._since or state.sector == HOUSE:
            return
        asked = [parse(entry.payload) for entry in entries if entry.kind in _NAMING]
        listed = [parse(entry.payload) for entry in entries if entry.kind == "list"]
        self._bring_listings(asked)
        self._bring_bids(asked)
        self._bring_sales(asked)
        self._bring_seats({one["person_id"] for one in listed} - state.book.held.keys())
        self._expect_payouts(entries[-1].at)

    def _bring_listings(self, asked: list[Any]) -> None:
        book = self._state.book
        names = {one["listing_id"] for one in asked if "listing_id" in one}
        names.update(*(one["listing_ids"] for one in asked if "listing_ids" in one))
        for row in self._ended(listings, listings.c.listing_id, names - book.listings.keys()):
            book.listings[row["listing_id"]] = listing_of(row, book)

    def _bring_bids(self, asked: list[Any]) -> None:
        book = self._state.book
        for row in self._ended(
            bids, bids.c.bid_id, {one["bid_id"] for one in asked if "bid_id" in one} - book.bids.keys()
        ):
            book.bids[row["bid_id"]] = bid_of(row)

    def _bring_sales(self, asked: list[Any]) -> None:
        book = self._state.book
        names = {one["sale_id"] for one in asked if "sale_id" in one} - book.sales.keys()
        for row in self._ended(sales, sales.c.sale_id, names):
            if row["closes_at"] > self._since_at:
                remember_sale(book, _as_sold(row))
            else:
                book.sales[row["sale_id"]] = sale_of(row)

    def _bring_seats(self, people: set[str]) -> None:
        state, columns = self._state, (sales.c.person_id, sales.c.group_id)
        for some in chunks(sorted(people)):
            taken = select(*columns).where(sales.c.sector == state.sector, sales.c.seq <= self._since)
            for row in self._connection.execute(taken.where(sales.c.person_id.in_(some))):
                state.book.held.setdefault(row.person_id, set()).add(row.group_id)

    def _expect_payouts(self, until: Instant) -> None:
        """Unclaimed sales from before, whose window closes by then."""
        state, book = self._state, self._state.book
        if not self._since or state.sector == HOUSE or until <= self._paid_until:
            return
        windows_us = [rates.claims.window_us for _, rates in book.rates] or [book.claims.window_us]
        mine = (sales.c.sector == state.sector, sales.c.seq <= self._since)
        sold = sales.c.sold_at.between(self._paid_until - max(windows_us) + 1, until - min(windows_us))
        due = select(sales).where(*mine, sold, sales.c.closes_at.between(self._paid_until + 1, until))
        for row in self._connection.execute(due.order_by(sales.c.seq)).mappings():
            if row["sale_id"] not in book.sales:
                remember_sale(book, _as_sold(row))
        self._paid_until = until

    def _ended(self, table: Table, key: Column[str], names: set[str]) -> list[RowMapping]:
        """Rows of these names that were there when the state was kept."""
        found: list[RowMapping] = []
        for some in chunks(sorted(names)):
            there = (table.c.sector == self._state.sector, table.c.seq <= self._since)
            found += self._connection.execute(select(table).where(key.in_(some), *there)).mappings().all()
        return found


def _as_sold(row: RowMapping) -> Sale:
    """A sale before anybody claimed it."""
    return Sale(
        sale_id=row["sale_id"],
        seq=row["seq"],
        listing_id=row["listing_id"],
        buyer=row["buyer"],
        supplier=row["supplier"],
        parts=Parts(row["ask_cents"], row["vat_cents"], row["fee_cents"]),
        sold_at=row["sold_at"],
        closes_at=row["closes_at"],
    )
