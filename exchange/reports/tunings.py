"""Which curves are in force in a sector, which will be, which were: from its row and its orders to tune."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, select

from exchange.errors import Unknown
from exchange.instant import Instant
from exchange.money import BasisPoints
from exchange.pricing.curve import CurveVersion
from exchange.schema import curve_versions, listings, sectors, tunings
from exchange.schema.access import users
from exchange.schema.curves import curve_drafts
from exchange.schema.operating import audit

Shares = tuple[tuple[int, BasisPoints], ...]
"""Curve versions with their probabilities."""

ACTIVE, PLANNED, PAST, CALLED_OFF = "active", "planned", "past", "called_off"
KINDS = ("approve", "activate", "roll_back", "arms")
"""Words of the audit log for what puts curves in force."""


@dataclass(frozen=True, slots=True)
class Tuning:
    """One order to tune: what it put in force from when, who gave it, who drew the curve, and why.

    ``kind``, ``by``, ``author`` (who drew what was approved) and ``reason`` are as the audit log has them, empty for
    what came with the sector's opening; ``until_at`` is when the next one began.
    """

    seq: int
    at: Instant
    from_at: Instant
    until_at: Instant | None
    shares: Shares
    state: str
    kind: str
    by: str
    author: str
    reason: str


@dataclass(frozen=True, slots=True)
class InForce:
    """What a sector draws its leads' curves from, and what is planned."""

    shares: Shares
    plans: tuple[tuple[Instant, Shares], ...]

    @property
    def main(self) -> int | None:
        """The version a lead most likely gets; the older one of two alike."""
        return main_of(self.shares)


class _Note(NamedTuple):
    """What the audit log says of an order to tune."""

    kind: str
    by: str
    author: str
    reason: str


def main_of(shares: Shares) -> int | None:
    """The version with the greatest probability, the older one of two alike; None without any."""
    return max(shares, key=lambda arm: (arm[1], -arm[0]))[0] if shares else None


def in_force(connection: Connection, sector: str, now: Instant) -> InForce:
    """What holds in a sector for a lead listed now. Raises Unknown."""
    row = connection.execute(select(sectors.c.arms, sectors.c.plans).where(sectors.c.sector == sector)).one_or_none()
    if row is None:
        raise Unknown("sector", sector)
    held, plans = _shares(json.loads(row.arms)), []
    for from_at, arms in json.loads(row.plans):
        if from_at <= now:
            held = _shares(arms)
        else:
            plans.append((from_at, _shares(arms)))
    return InForce(held, tuple(plans))


def versions_of(connection: Connection, sector: str) -> dict[int, CurveVersion]:
    """Every curve version a sector knows, by its number."""
    known = select(curve_versions.c.payload).where(curve_versions.c.sector == sector).order_by(curve_versions.c.number)
    found = (CurveVersion.from_payload(json.loads(payload)) for payload in connection.execute(known).scalars())
    return {version.number: version for version in found}


def tunings_of(connection: Connection, sector: str, now: Instant) -> list[Tuning]:
    """The orders to tune that put something in force, the latest beginning first."""
    rows = connection.execute(select(tunings).where(tunings.c.sector == sector).order_by(tunings.c.seq)).all()
    noted = _noted(connection, sector)
    dropped = _dropped(rows)
    held = sorted((row for row in rows if row.arms != "[]" and row.seq not in dropped), key=_order)
    found, until_at = [], None
    current = max((row for row in held if row.from_at <= now), key=_order, default=None)
    for row in reversed(held):
        state = PLANNED if row.from_at > now else ACTIVE if row is current else PAST
        found.append(_tuning(row, state, until_at, noted))
        until_at = row.from_at
    off = [_tuning(row, CALLED_OFF, None, noted) for row in rows if row.arms != "[]" and row.seq in dropped]
    return sorted([*found, *off], key=lambda one: (one.from_at, one.seq), reverse=True)


def _order(row: Any) -> tuple[Instant, int]:
    return row.from_at, row.seq


def _dropped(rows: Iterable[Any]) -> set[int]:
    """Plans that never began: called off, or another one took their instant."""
    waiting: dict[Instant, int] = {}
    dropped: set[int] = set()
    for row in rows:
        ahead = row.planned and row.from_at > row.at
        if ahead and row.from_at in waiting:
            dropped.add(waiting.pop(row.from_at))
        if ahead and row.arms != "[]":
            waiting[row.from_at] = row.seq
    return dropped


def _noted(connection: Connection, sector: str) -> dict[int, _Note]:
    """What the audit log says of the orders to tune, by their numbers."""
    drew = select(curve_drafts.c.number, users.c.name).join(users, users.c.user_id == curve_drafts.c.changed_by)
    drawn = drew.where(curve_drafts.c.sector == sector, curve_drafts.c.state == "approved")
    authors = {row.number: row.name for row in connection.execute(drawn)}
    wanted = select(audit, users.c.name).outerjoin(users, users.c.user_id == audit.c.user_id)
    of_curves = (audit.c.sector == sector) & audit.c.action.in_(tuple(f"curve.{kind}" for kind in KINDS))
    found = {}
    for row in connection.execute(wanted.where(of_curves)):
        after, kind = json.loads(row.after), row.action.partition(".")[2]
        author = authors.get(after.get("version"), "") if kind == "approve" else ""
        found[row.seq] = _Note(kind, row.name or row.user_id, author, after.get("reason", ""))
    return found


def _tuning(row: Any, state: str, until_at: Instant | None, noted: dict[int, _Note]) -> Tuning:
    note = noted.get(row.seq, _Note("", "", "", ""))
    shares = _shares(json.loads(row.arms))
    return Tuning(row.seq, row.at, row.from_at, until_at, shares, state, note.kind, note.by, note.author, note.reason)


def _shares(arms: Iterable[Iterable[int]]) -> Shares:
    return tuple((number, share_bp) for number, share_bp in arms)


def running_on(connection: Connection, sector: str) -> dict[int, int]:
    """How many open listings run on each curve version."""
    known = listings.c
    wanted = (
        select(known.curve, func.count()).where(known.sector == sector, known.state == "open").group_by(known.curve)
    )
    return {row[0]: row[1] for row in connection.execute(wanted)}
