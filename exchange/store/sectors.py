"""Writing a sector's own rows: its rates and rules, curve and calendar versions, halts, members' standings."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, insert, update

from exchange.instant import Instant
from exchange.orderbook.book import Book
from exchange.orderbook.listing import OPEN
from exchange.orderbook.order import Arm, ChangeMember, OpenSector, SetRates, SetSharing, TuneSector
from exchange.orderbook.outcome import Decided, Halted, Resumed
from exchange.payload import canonical, encode
from exchange.pricing.curve import CurveVersion
from exchange.schema import calendars, curve_versions, halts, listings, sector_rates, sectors, standings, tunings
from exchange.store.rates import rates_row


def write_rule(connection: Connection, book: Book, known: set[int], decided: Decided) -> None:
    """Write what one order or outcome changes of the sector itself; most change nothing of it.

    ``known`` are the curve versions that have rows.
    """
    at, seq, value = decided
    if type(value) is TuneSector:
        _tuned(connection, book, known, value)
        connection.execute(insert(tunings).values(sector=book.sector, **tuning_row(at, seq, value)))
    elif type(value) is SetRates:
        row = rates_row(value.rates)
        connection.execute(_sector(book).values(**row))
        connection.execute(insert(sector_rates).values(sector=book.sector, seq=seq, **row))
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
            plans="[]",
            halted_at=None,
            halt_reason="",
        )
    )
    seq, rates = book.rates[0]
    connection.execute(insert(sector_rates).values(sector=book.sector, seq=seq, **rates_row(rates)))
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
    connection.execute(_sector(book).values(arms=arms_text(book.arms), plans=plans_text(book)))


def arms_text(arms: tuple[Arm, ...]) -> str:
    """Arms as their columns have them: version and basis points."""
    return canonical([[arm.version.number, arm.probability_bp] for arm in arms])


def plans_text(book: Book) -> str:
    """What is planned, as its column has it: the instant and the arms, in order of time."""
    plans = sorted(book.plans.items())
    return canonical([[from_at, [[arm.version.number, arm.probability_bp] for arm in arms]] for from_at, arms in plans])


def tuning_row(at: Instant, seq: int, value: TuneSector) -> dict[str, Any]:
    """One order to tune, as its row has it; without arms it only made versions known, or called a plan off."""
    return {
        "seq": seq,
        "at": at,
        "from_at": at if value.from_at is None else max(value.from_at, at),
        "arms": arms_text(value.arms),
        "operator": value.operator,
        "planned": value.from_at is not None,
    }


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


def _shared(connection: Connection, book: Book, _at: Instant, value: SetSharing) -> None:
    sharing = value.sharing
    connection.execute(_sector(book).values(buyout_bp=sharing.buyout_bp, seat_bp=sharing.seat_bp))


def _sector(book: Book) -> Any:
    return update(sectors).where(sectors.c.sector == book.sector)


_WRITE: dict[type, Callable[[Connection, Book, Instant, Any], None]] = {
    OpenSector: _opened,
    Halted: _halted,
    Resumed: _resumed,
    ChangeMember: _member_changed,
    SetSharing: _shared,
}

RULES = (TuneSector, SetRates, *_WRITE)
"""Orders and outcomes that change a sector's own rows."""
