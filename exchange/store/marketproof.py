"""Proving the market's rows: each is what a replay of the tapes makes of it."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, Table, select

from exchange.errors import TapeBroken
from exchange.house import House
from exchange.ledger import Ledger
from exchange.orderbook.book import Book
from exchange.payload import canonical, encode, parse
from exchange.schema import (
    bids,
    calendars,
    curve_versions,
    halts,
    listings,
    organisations,
    recipients,
    sales,
    sector_rates,
    sectors,
    standings,
    tunings,
)
from exchange.store.market import Changes
from exchange.store.rates import rates_row
from exchange.store.rows import Row, bid_row, listing_row, recipient_rows, sale_row
from exchange.store.sectors import arms_text, plans_text, tuning_row
from exchange.store.tapes import READ_AHEAD
from exchange.store.withdrawals import check_withdrawals


def check_members(connection: Connection, house: House) -> None:
    """Compare organisations with the house's tape; names stand on no tape."""
    wanted = {
        name: {
            "group_id": member.group,
            "supplier": member.supplier,
            "buyer": member.buyer,
            "suspended": member.suspended,
        }
        for name, member in house.members.items()
    }
    _check_rows("_house", "organisation", wanted, _rows(connection, organisations, "organisation"))


def check_market(connection: Connection, book: Book, ledger: Ledger, changes: Changes) -> None:
    """Compare a sector's rows with the book a replay left; raises TapeBroken at the first difference."""
    sector = book.sector
    _check_reservations(book, ledger)
    if book.seq:
        _check_rules(connection, book)
    stops = {since: {"resumed_at": until, "reason": reason} for since, until, reason in changes.halts}
    _check_rows(sector, "halt", stops, _rows(connection, halts, "halted_at", sector))
    tuned = {seq: tuning_row(at, seq, value) for at, seq, value in changes.tunings}
    _check_rows(sector, "tuning", tuned, _rows(connection, tunings, "seq", sector))
    _check_in_order(sector, "listing", _listings(book, changes), _in_order(connection, listings, sector))
    _check_recipients(connection, book, changes)
    check_withdrawals(connection, sector, changes.revoked)
    _check_in_order(sector, "bid", _bids(book, changes), _in_order(connection, bids, sector), book)
    _check_in_order(sector, "sale", _sales(book, changes), _in_order(connection, sales, sector))


def _check_reservations(book: Book, ledger: Ledger) -> None:
    """Each living bid holds what the rules say it holds, and no other account of the kind holds anything."""
    held = {bid.bid_id: bid.reserved_cents for bid in book.bids.values() if bid.reserved_cents}
    known = ledger.held_cents
    for name in _sorted(held.keys() | known.keys()):
        if held.get(name) != known.get(name):
            raise TapeBroken(f"{book.sector}: bid {name} reserves {held.get(name)}, its account {known.get(name)}")


def _check_rules(connection: Connection, book: Book) -> None:
    sector = book.sector
    rules = {
        "tick_cents": book.tick_cents,
        "most_seats": book.most_seats,
        "fee_bp": book.fee_bp,
        "vat_bp": book.vat_bp,
        "buyout_bp": book.sharing.buyout_bp,
        "seat_bp": book.sharing.seat_bp,
        "claims": encode(book.claims),
        "calendar": book.calendar_version,
        "arms": arms_text(book.arms),
        "plans": plans_text(book),
        "halted_at": book.halted_at,
        "halt_reason": book.halt_reason,
    }
    _check_rows(sector, "sector", {sector: rules}, _rows(connection, sectors, "sector", sector))
    set_by = {seq: rates_row(rates) for seq, rates in book.rates}
    _check_rows(sector, "rates", set_by, _rows(connection, sector_rates, "seq", sector))
    versions = {
        number: {"name": version.name, "payload": canonical(version.to_payload())}
        for number, version in book.versions.items()
    }
    _check_rows(sector, "curve version", versions, _rows(connection, curve_versions, "number", sector))
    made = {number: {"payload": canonical(calendar.to_payload())} for number, calendar in book.calendars.items()}
    _check_rows(sector, "calendar", made, _rows(connection, calendars, "version", sector))
    told = {name: {"group_id": group, "suspended": name in book.suspended} for name, group in book.groups.items()}
    _check_rows(sector, "standing", told, _rows(connection, standings, "organisation", sector))


def _listings(book: Book, changes: Changes) -> Iterator[Row]:
    halted = book.halted_at is not None
    for name in changes.listed:
        row = listing_row(book.listings[name], lead_id="", sector=book.sector, halted=halted)
        del row["lead_id"]
        yield row | {"closed_at": changes.closed_at.get(name)}


def _check_recipients(connection: Connection, book: Book, changes: Changes) -> None:
    wanted = {
        (row["listing_id"], row["organisation"]): row
        for name in changes.listed
        for row in recipient_rows(book.listings[name])
    }
    ours = select(recipients).join(listings).where(listings.c.sector == book.sector)
    found = {(row.listing_id, row.organisation): dict(row._mapping) for row in connection.execute(ours)}
    _check_rows(book.sector, "recipient", wanted, found)


def _bids(book: Book, changes: Changes) -> Iterator[Row]:
    for name, entered_at in changes.entered_at.items():
        ended_at = changes.last_at[name] if book.bids[name].ended else None
        yield bid_row(book.bids[name], book) | {"entered_at": entered_at, "ended_at": ended_at}


def _sales(book: Book, changes: Changes) -> Iterator[Row]:
    for name, filled in changes.filled.items():
        seats = book.listings[filled.listing_id].seats
        yield sale_row(filled, book.sales[name], sector=book.sector, seats=seats)


def _without_closed(progress: str, book: Book) -> str:
    """What a bid's row remembers, less listings that have closed since it was written."""
    try:
        data = parse(progress)
        if canonical(data) == progress:
            return canonical(data | {"passed": [seq for seq in data["passed"] if seq in book.open]})
    except (TapeBroken, KeyError, TypeError):
        pass  # what does not read as ours differs as it stands
    return progress


def _rows(connection: Connection, table: Table, key: str, sector: str | None = None) -> dict[Any, Row]:
    rows = select(table) if sector is None else select(table).where(table.c.sector == sector)
    return {row[key]: dict(row) for row in connection.execute(rows.order_by(table.c[key])).mappings()}


def _check_rows(sector: str, kind: str, wanted: Mapping[Any, Row], found: Mapping[Any, Row]) -> None:
    for name in _sorted(wanted.keys() | found.keys()):
        where = _where(sector, wanted.get(name) or found[name])
        if name not in found:
            raise TapeBroken(f"{where}: {kind} {name} has no row")
        if name not in wanted:
            raise TapeBroken(f"{where}: {kind} {name} stands on no tape")
        for column, value in wanted[name].items():
            if found[name][column] != value:
                raise TapeBroken(f"{where}: {kind} {name}: {column} is {found[name][column]!r}, should be {value!r}")


def _in_order(connection: Connection, table: Table, sector: str) -> Iterator[Row]:
    """A sector's rows in the order of their numbers, a bounded number in memory."""
    names, after = table.columns.keys(), 0
    while True:
        rows = select(table).where(table.c.sector == sector, table.c.seq > after).order_by(table.c.seq)
        found = connection.execute(rows.limit(READ_AHEAD)).all()
        for row in found:
            yield dict(zip(names, row, strict=True))
        if len(found) < READ_AHEAD:
            return
        after = found[-1].seq


def _check_in_order(
    sector: str, kind: str, wanted: Iterator[Row], found: Iterator[Row], book: Book | None = None
) -> None:
    """Compare row by row, both in the order of the entries that made them; bids' with the book they rest in."""
    row = next(found, None)
    for one in wanted:
        if row is None or row["seq"] > one["seq"]:
            raise TapeBroken(f"{_where(sector, one)}: {kind} {_name(kind, one)} has no row")
        if row["seq"] < one["seq"]:
            break
        if not one.items() <= row.items() and book is not None:
            row["progress"] = _without_closed(row["progress"], book)
        if not one.items() <= row.items():
            column = next(name for name, value in one.items() if row[name] != value)
            raise TapeBroken(
                f"{_where(sector, one)}: {kind} {_name(kind, one)}: {column} is {row[column]!r}, "
                f"should be {one[column]!r}"
            )
        row = next(found, None)
    if row is not None:
        raise TapeBroken(f"{_where(sector, row)}: {kind} {_name(kind, row)} stands on no tape")


def _name(kind: str, row: Row) -> str:
    return str(row[f"{kind}_id"])


def _where(sector: str, row: Row) -> str:
    """The sector, with the entry that made the thing where it has one."""
    return f"{sector} {row['seq']}" if "seq" in row else sector


def _sorted(names: Any) -> Iterator[Any]:
    return iter(sorted(names))
