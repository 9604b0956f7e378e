"""Sectors as operators edited them, read into this process's catalogue; and what an edit would touch.

`Catalogue.refresh` is called before a page is made and before files are read: within two seconds all processes agree.
Prices of leads that are listed never come from here: terms are fixed on the tape.
"""

import json
from dataclasses import dataclass, field, replace
from threading import Lock
from time import monotonic
from typing import Any

from sqlalchemy import Connection, func, select

from exchange.catalogue import SECTORS
from exchange.catalogue.defaults import DEFAULTS
from exchange.catalogue.editions import Edition, applied, edition_of, read_edition
from exchange.instant import Instant
from exchange.orderbook.rates import Rates
from exchange.schema import bids, listings, sales, sectors, tape
from exchange.schema.access import users
from exchange.schema.operating import sector_editions
from exchange.store.rates import read_rates

STALE_S = 2.0
_OWN = dict(SECTORS)
_OWN_PRICES = dict(DEFAULTS)
"""The catalogue as it ships."""


@dataclass(frozen=True, slots=True)
class Change:
    """One line of a sector's history: an edition or an order that set its rates."""

    kind: str
    number: int
    at: Instant
    who: str
    reason: str


@dataclass(frozen=True, slots=True)
class Touched:
    """What keeps its terms when a sector changes: open leads, living bids, sales that may still be claimed."""

    listings: int
    bids: int
    sales: int


@dataclass(slots=True)
class Catalogue:
    """Reads what changed, at most every two seconds; one per process and database."""

    _read_s: float = field(default=-STALE_S)
    _seen: tuple[Any, ...] | None = field(default=None)
    _lock: Lock = field(default_factory=Lock)

    def refresh(self, connection: Connection, *, now: bool = False) -> None:
        """Put what is in force into the process's catalogue."""
        with self._lock:
            if not now and monotonic() - self._read_s < STALE_S:
                return
            self._read_s = monotonic()
            seen = _versions(connection)
            if seen == self._seen:
                return
            self._seen = seen
            for code in _OWN:
                SECTORS[code], DEFAULTS[code] = _in_force(connection, code)


def edition_in_force(connection: Connection, code: str) -> tuple[int, Edition]:
    """A sector's edition with its number; 0 is the catalogue's own. Raises KeyError for a sector it does not know."""
    known = sector_editions.c
    question = select(known.number, known.payload).where(known.sector == code).order_by(known.number.desc()).limit(1)
    row = connection.execute(question).one_or_none()
    if row is None:
        return 0, edition_of(_OWN[code], _OWN_PRICES[code])
    return row.number, read_edition(json.loads(row.payload))


def rates_in_force(connection: Connection, code: str) -> Rates | None:
    """A sector's grid, seats, fee and claim rules; None where it is not open."""
    found = read_rates(connection, code)
    return found[-1][1] if found else None


def history(connection: Connection, code: str) -> list[Change]:
    """Every change of a sector, the latest first."""
    known = sector_editions.c
    named = {one.user_id: one.name for one in connection.execute(select(users.c.user_id, users.c.name))}
    rows = connection.execute(select(sector_editions).where(known.sector == code))
    found = [Change("edition", row.number, row.at, named.get(row.user_id, row.user_id), row.reason) for row in rows]
    orders = select(tape.c.seq, tape.c.at, tape.c.payload).where(
        tape.c.sector == code, tape.c.seq.in_([seq for seq, _ in read_rates(connection, code)])
    )
    for order in connection.execute(orders):
        who = json.loads(order.payload).get("operator", "")
        found.append(Change("rates", order.seq, order.at, named.get(who, who), ""))
    return sorted(found, key=lambda one: (-one.at, one.kind))


def touched(connection: Connection, code: str, now: Instant) -> Touched:
    """What an edit leaves as it is, counted."""
    living = (bids.c.sector == code) & bids.c.state.in_(("active", "paused"))
    offered = (listings.c.sector == code) & (listings.c.state == "open")
    claimable = (sales.c.sector == code) & ((sales.c.closes_at > now) | (sales.c.claim == "claimed"))
    counts = [
        connection.execute(select(func.count()).select_from(table).where(where)).scalar_one()
        for table, where in ((listings, offered), (bids, living), (sales, claimable))
    ]
    return Touched(*map(int, counts))


def answered(connection: Connection, code: str, key: str) -> tuple[int, int]:
    """How many open leads answer a question, and how many living bids filter by it."""
    mark = f'"{key}"'
    offered = (listings.c.sector == code) & (listings.c.state == "open") & listings.c.answers.contains(mark)
    living = (bids.c.sector == code) & bids.c.state.in_(("active", "paused")) & bids.c.terms.contains(mark)
    counts = [
        connection.execute(select(func.count()).select_from(table).where(where)).scalar_one()
        for table, where in ((listings, offered), (bids, living))
    ]
    return int(counts[0]), int(counts[1])


def _versions(connection: Connection) -> tuple[Any, ...]:
    known = sector_editions.c
    editions = connection.execute(select(known.sector, func.max(known.number)).group_by(known.sector)).all()
    columns = ("sector", "tick_cents", "most_seats", "fee_bp", "claims")
    rows = connection.execute(select(*(sectors.c[name] for name in columns)).order_by(sectors.c.sector)).all()
    return tuple(map(tuple, sorted(editions))), tuple(map(tuple, rows))


def _in_force(connection: Connection, code: str) -> Any:
    """Sector and prices; the rates of the tape take the catalogue's place once they were changed there."""
    _, edition = edition_in_force(connection, code)
    sector, prices = applied(_OWN[code], _OWN_PRICES[code], edition)
    found = read_rates(connection, code)
    if len(found) > 1:
        rates = found[-1][1]
        sector = replace(
            sector,
            tick_cents=rates.tick_cents,
            most_seats=rates.most_seats,
            fee_bp=rates.fee_bp,
            claims=rates.claims,
        )
    return sector, prices
