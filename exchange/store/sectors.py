"""Writing a sector's own rows: its rates and rules, curve and calendar versions, halts, members' standings."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, insert, update

from exchange.instant import Instant
from exchange.orderbook.book import Book
from exchange.orderbook.listing import OPEN
from exchange.orderbook.order import ChangeMember, OpenSector, TuneSector
from exchange.orderbook.outcome import Halted, Resumed
from exchange.payload import canonical, encode
from exchange.pricing.curve import CurveVersion
from exchange.schema import calendars, curve_versions, halts, listings, sectors, standings


def write_rule(connection: Connection, book: Book, known: set[int], at: Instant, value: Any) -> None:
    """Write what one order or outcome changes of the sector itself; most change nothing of it.

    ``known`` are the curve versions that have rows.
    """
    if type(value) is TuneSector:
        _tuned(connection, book, known, value)
    elif type(value) in _WRITE:
        _WRITE[type(value)](connection, book, at, value)


def _opened(connection: Connection, book: Book, _at: Instant, value: OpenSector) -> None:
    connection.execute(
        insert(sectors).values(
            sector=book.sector,
            tick_cents=value.tick_cents,
            most_seats=value.most_seats,
            fee_bp=value.fee_bp,
            vat_bp=value.vat_bp,
            claims=encode(value.claims),
            calendar=value.calendar.version,
            arms="[]",
            halted_at=None,
            halt_reason="",
        )
    )
    payload = canonical(value.calendar.to_payload())
    connection.execute(insert(calendars).values(sector=book.sector, version=value.calendar.version, payload=payload))


def _tuned(connection: Connection, book: Book, known: set[int], value: TuneSector) -> None:
    versions: dict[int, CurveVersion] = {version.number: version for version in value.versions}
    versions |= {arm.version.number: arm.version for arm in value.arms}
    for number in sorted(versions.keys() - known):
        version = versions[number]
        row = {"number": number, "name": version.name, "payload": canonical(version.to_payload())}
        connection.execute(insert(curve_versions).values(sector=book.sector, **row))
        known.add(number)
    arms = [[arm.version.number, arm.probability_bp] for arm in value.arms]
    if arms:
        connection.execute(_sector(book).values(arms=canonical(arms)))


def _halted(connection: Connection, book: Book, at: Instant, value: Halted) -> None:
    connection.execute(_sector(book).values(halted_at=at, halt_reason=value.reason))
    connection.execute(insert(halts).values(sector=book.sector, halted_at=at, resumed_at=None, reason=value.reason))
    # Nobody knows when anything comes next; the resumption writes these instants anew.
    waiting = update(listings).where(listings.c.sector == book.sector, listings.c.state == OPEN)
    connection.execute(waiting.values(next_at=None, expires_at=None))


def _resumed(connection: Connection, book: Book, at: Instant, _value: Resumed) -> None:
    connection.execute(_sector(book).values(halted_at=None))
    running = halts.c.resumed_at.is_(None)
    connection.execute(update(halts).where(halts.c.sector == book.sector, running).values(resumed_at=at))


def _member_changed(connection: Connection, book: Book, _at: Instant, value: ChangeMember) -> None:
    row = {"group_id": value.group, "suspended": value.suspended}
    standing = (standings.c.sector == book.sector, standings.c.organisation == value.organisation)
    if not connection.execute(update(standings).where(*standing).values(**row)).rowcount:
        connection.execute(insert(standings).values(sector=book.sector, organisation=value.organisation, **row))


def _sector(book: Book) -> Any:
    return update(sectors).where(sectors.c.sector == book.sector)


_WRITE: dict[type, Callable[[Connection, Book, Instant, Any], None]] = {
    OpenSector: _opened,
    Halted: _halted,
    Resumed: _resumed,
    ChangeMember: _member_changed,
}

RULES = (TuneSector, *_WRITE)
"""Orders and outcomes that change a sector's own rows."""
