"""Runs of a sector's arms, and the leads that were drawn into them.

A run is a stretch of time in which the same curve versions were in force with the same probabilities. Leads of
different runs are never compared: what changed between them (season, buyers, the share of each arm) would be taken for
the curve's doing.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, or_, select

from exchange.instant import Instant
from exchange.money import BasisPoints
from exchange.reports.arm_figures import Comparison, DrawnLead, compare
from exchange.reports.schedules import Rulebook
from exchange.schema import curve_versions, listings, sales, tunings

MOST_LEADS = 10_000
"""The latest of a run that are read."""


@dataclass(frozen=True, slots=True)
class Run:
    """Arms by version number with their probabilities, in force in ``[from_at, until_at)``; ``seq`` is its order."""

    seq: int
    from_at: Instant
    until_at: Instant | None
    shares_bp: tuple[tuple[int, BasisPoints], ...]

    @property
    def arms(self) -> tuple[int, ...]:
        """The versions that can be drawn."""
        return tuple(number for number, share_bp in self.shares_bp if share_bp)


@dataclass(frozen=True, slots=True)
class Version:
    """A curve version the sector knows, and its probability now (0: not in force)."""

    number: int
    name: str
    share_bp: BasisPoints


def runs(connection: Connection, sector: str, now: Instant) -> list[Run]:
    """A sector's runs up to now, the latest first; empty for a sector there is none of."""
    begun: list[tuple[Instant, int, Any]] = []
    planned: dict[Instant, tuple[int, Any]] = {}
    question = select(tunings).where(tunings.c.sector == sector).order_by(tunings.c.seq)
    for row in connection.execute(question):
        arms = json.loads(row.arms)
        begun += _begun(planned, row.at)
        if row.planned and row.from_at > row.at:
            planned.pop(row.from_at, None)
            planned |= {row.from_at: (row.seq, arms)} if arms else {}
        elif arms:
            begun.append((row.at, row.seq, arms))
    begun += _begun(planned, now)
    found: list[Run] = []
    for from_at, seq, arms in begun:
        shares = tuple((int(number), int(share_bp)) for number, share_bp in sorted(arms))
        if found and found[-1].shares_bp == shares:
            continue
        if found:
            found[-1] = Run(found[-1].seq, found[-1].from_at, from_at, found[-1].shares_bp)
        found.append(Run(seq, from_at, None, shares))
    return found[::-1]


def _begun(planned: dict[Instant, tuple[int, Any]], until: Instant) -> list[tuple[Instant, int, Any]]:
    due = sorted(from_at for from_at in planned if from_at <= until)
    return [(from_at, *planned.pop(from_at)) for from_at in due]


def comparison(connection: Connection, rulebook: Rulebook, sector: str, run: Run, now: Instant) -> Comparison:
    """The arms of a run side by side, as far as it has come."""
    rows, lost = _drawn(connection, sector, run)
    return compare(run.arms, _leads(connection, rulebook, sector, rows, now), lost)


def versions(connection: Connection, sector: str, run: Run | None) -> list[Version]:
    """Every curve version of a sector with its probability in a run, the newest first."""
    shares = dict(run.shares_bp) if run is not None else {}
    question = select(curve_versions.c.number, curve_versions.c.name).where(curve_versions.c.sector == sector)
    rows = connection.execute(question.order_by(curve_versions.c.number.desc()))
    return [Version(row.number, row.name, shares.get(row.number, 0)) for row in rows]


def version_payloads(connection: Connection, sector: str) -> dict[int, Any]:
    """Every curve version of a sector as its tape has it, by number."""
    question = select(curve_versions.c.number, curve_versions.c.payload).where(curve_versions.c.sector == sector)
    return {row.number: json.loads(row.payload) for row in connection.execute(question)}


def _drawn(connection: Connection, sector: str, run: Run) -> tuple[Sequence[Any], int]:
    """Listings drawn into the run, in their order; those that named their curve themselves were not drawn."""
    known = listings.c
    mine = [(known.curve == number) & (known.arm_bp == share_bp) for number, share_bp in run.shares_bp]
    wanted = (known.sector == sector) & (known.listed_at >= run.from_at) & or_(*mine)
    if run.until_at is not None:
        wanted &= known.listed_at < run.until_at
    many = connection.execute(select(func.count()).select_from(listings).where(wanted)).scalar_one()
    columns = ("listing_id", "curve", "region", "seats", "sold", "state", "listed_at", "closed_at")
    question = select(*(known[name] for name in columns)).where(wanted)
    rows = connection.execute(question.order_by(known.listed_at.desc(), known.seq.desc()).limit(MOST_LEADS)).all()
    return rows[::-1], int(many) - len(rows)


def _leads(
    connection: Connection, rulebook: Rulebook, sector: str, rows: Sequence[Any], now: Instant
) -> list[DrawnLead]:
    sold = _sales(connection, [row.listing_id for row in rows])
    ends: dict[str, list[tuple[Instant, Instant]]] = {}
    for row in rows:
        told = [sale.sold_at for sale in sold.get(row.listing_id, ())]
        ends.setdefault(row.region, []).extend((row.listed_at, at) for at in (row.closed_at or now, *told))
    spans = {
        region: iter(rulebook.running_us(connection, sector, region, stretches)) for region, stretches in ends.items()
    }
    found = []
    for row in rows:
        mine = sold.get(row.listing_id, ())
        lasted_us = next(spans[row.region])
        ages_us = sum(next(spans[row.region]) for _ in mine)
        net_cents = sum(sale.ask_cents - sale.returned_net_cents for sale in mine)
        found.append(
            DrawnLead(
                row.listing_id,
                row.curve,
                row.state == "open",
                lasted_us,
                row.state == "sold",
                row.seats,
                len(mine),
                sum(sale.ask_cents for sale in mine),
                net_cents,
                ages_us,
            )
        )
    return found


def _sales(connection: Connection, listing_ids: Sequence[str]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    columns = (sales.c.listing_id, sales.c.sold_at, sales.c.ask_cents, sales.c.returned_net_cents)
    for first in range(0, len(listing_ids), 500):
        some = listing_ids[first : first + 500]
        for row in connection.execute(select(*columns).where(sales.c.listing_id.in_(some)).order_by(sales.c.seq)):
            found.setdefault(row.listing_id, []).append(row)
    return found
