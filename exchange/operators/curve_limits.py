"""The limits of a sector's curves: what holds, who set it, and whether a drawing keeps them.

One operator alone makes limits stricter. Looser ones wait until another operator sets the same, as a curve does:
whoever wants a curve past a limit must not be the one who lifts it.
"""

import json
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from exchange.access.users import User
from exchange.aftersale.rulings import only_operators
from exchange.audit import Deed, Hand, Small, log
from exchange.desk import Conflict
from exchange.errors import Forbidden, Invalid, Unknown
from exchange.instant import HOUR_US, Instant
from exchange.money import Cents
from exchange.operators.curve_checks import Check, Limits, checks
from exchange.operators.market import reason_text
from exchange.pricing.drawing import Drawing
from exchange.reports.ages import Asked, asked_of
from exchange.schema import sectors
from exchange.schema.access import users
from exchange.schema.curves import curve_limits
from exchange.store import Store

_RANGES = {
    "largest_fall_bp": (100, 9_000),
    "least_step_us": (0, 24 * HOUR_US),
    "least_hold_us": (0, 24 * HOUR_US),
    "least_floor_cents": (1, 10**9),
    "cost_cents": (1, 10**9),
}


_NOTHING_ASKED: dict[str, Any] = {"asked": None, "asked_by": None, "asked_at": None}


@dataclass(frozen=True, slots=True)
class AskedLimits:
    """Looser limits that wait for another operator; ``by`` is a name."""

    limits: Limits
    user_id: str
    by: str
    at: Instant


@dataclass(frozen=True, slots=True)
class CurveLimits:
    """Raises Forbidden for anybody but operators."""

    store: Store

    def set(self, user: User, sector: str, limits: Limits, reason: str, request_id: str = "") -> bool:
        """New limits; ``limits.revision`` is the one that was looked at. Whether they hold now: looser ones only once
        another operator has set the same. Raises Invalid, Unknown, Conflict, Forbidden for who asked and asks again."""
        only_operators(user)
        reason, now = reason_text(reason), self.store.clock.now()
        wanted = _checked(limits)
        with self.store.write_aside() as connection:
            before = limits_of(connection, sector)
            if before.revision != limits.revision:
                raise Conflict("somebody changed these limits meanwhile: look again")
            holds = not _looser(before, limits) or _seconded(connection, sector, wanted, user)
            row = {"changed_by": user.user_id, "changed_at": now, "revision": limits.revision + 1}
            if holds:
                row |= wanted | _NOTHING_ASKED
            else:
                row |= _checked(before) | {"asked": json.dumps(wanted), "asked_by": user.user_id, "asked_at": now}
            if before.revision:
                here = (curve_limits.c.sector == sector) & (curve_limits.c.revision == limits.revision)
                connection.execute(update(curve_limits).where(here).values(**row))
            else:
                connection.execute(insert(curve_limits).values(sector=sector, **row))
            after: dict[str, Small] = {**wanted, "reason": reason}
            deed = Deed("curve.limits" if holds else "curve.limits_ask", {"sector": sector}, _checked(before), after)
            log(connection, Hand(user.user_id, request_id), deed, now)
        return holds


def limits_of(connection: Connection, sector: str) -> Limits:
    """What holds in a sector: its own limits, or the house's defaults. Raises Unknown."""
    row = connection.execute(select(curve_limits).where(curve_limits.c.sector == sector)).one_or_none()
    if row is not None:
        return Limits(**{name: row._mapping[name] for name in asdict(Limits())})
    if connection.execute(select(sectors.c.sector).where(sectors.c.sector == sector)).first() is None:
        raise Unknown("sector", sector)
    return Limits()


def asked_limits(connection: Connection, sector: str) -> AskedLimits | None:
    """What waits for another operator in a sector."""
    row = _asked(connection, sector)
    if row is None:
        return None
    limits = Limits(**json.loads(row.asked), revision=row.revision)
    by = connection.execute(select(users.c.name).where(users.c.user_id == row.asked_by)).scalar()
    return AskedLimits(limits, row.asked_by, by or row.asked_by, row.asked_at)


def _asked(connection: Connection, sector: str) -> Row[Any] | None:
    mine = (curve_limits.c.sector == sector) & curve_limits.c.asked.is_not(None)
    return connection.execute(select(curve_limits).where(mine)).one_or_none()


def _seconded(connection: Connection, sector: str, wanted: dict[str, Small], user: User) -> bool:
    """Whether another operator asked for the same; raises Forbidden where it was this one."""
    row = _asked(connection, sector)
    if row is None or json.loads(row.asked) != wanted:
        return False
    if row.asked_by == user.user_id:
        raise Forbidden("another operator puts looser limits in force")
    return True


def _looser(before: Limits, after: Limits) -> bool:
    """Whether a curve may do anything under the new limits that it may not do now."""
    pairs = (
        (after.largest_fall_bp, before.largest_fall_bp),
        (before.least_step_us, after.least_step_us),
        (before.least_hold_us, after.least_hold_us),
        (before.least_floor_cents or 0, after.least_floor_cents or 0),
        (before.cost_cents or 0, after.cost_cents or 0),
    )
    return any(one > other for one, other in pairs)


def checked(connection: Connection, sector: str, drawing: Drawing, now: Instant) -> list[Check]:
    """A drawing against the limits, also at the prices suppliers asked for in the last 28 days."""
    tick_cents = connection.execute(select(sectors.c.tick_cents).where(sectors.c.sector == sector)).scalar_one()
    asked = asked_of(connection, sector, now)
    drawings = as_asked(drawing, asked, tick_cents)
    return checks(drawings, tick_cents, limits_of(connection, sector), asked.lowest_floor_cents)


def as_asked(drawing: Drawing, asked: Asked, tick_cents: Cents) -> list[Drawing]:
    """A drawing, and its curve at each pair of prices suppliers asked for, as far as they lie on today's tick."""
    found = [drawing]
    for start, floor in asked.pairs:
        if not (start % tick_cents or floor % tick_cents):
            found.append(Drawing(drawing.curve, start, floor))
    return found


def _checked(limits: Limits) -> dict[str, Small]:
    row = {name: value for name, value in asdict(limits).items() if name != "revision"}
    for name, (least, most) in _RANGES.items():
        value = row[name]
        if value is not None and not least <= value <= most:
            raise Invalid(name, f"a whole number from {least} to {most}")
    return row
