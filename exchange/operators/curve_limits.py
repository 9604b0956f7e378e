"""The limits of a sector's curves: what holds, who set it, and whether a drawing keeps them."""

from dataclasses import asdict, dataclass

from sqlalchemy import Connection, insert, select, update

from exchange.access.users import User
from exchange.aftersale.rulings import only_operators
from exchange.audit import Deed, Hand, Small, log
from exchange.desk import Conflict
from exchange.errors import Invalid, Unknown
from exchange.instant import HOUR_US, Instant
from exchange.money import Cents
from exchange.operators.curve_checks import Check, Limits, checks
from exchange.operators.market import reason_text
from exchange.pricing.drawing import Drawing
from exchange.reports.ages import Asked, asked_of
from exchange.schema import sectors
from exchange.schema.curves import curve_limits
from exchange.store import Store

_RANGES = {
    "largest_fall_bp": (100, 9_000),
    "least_step_us": (0, 24 * HOUR_US),
    "least_hold_us": (0, 24 * HOUR_US),
    "least_floor_cents": (1, 10**9),
    "cost_cents": (1, 10**9),
}


@dataclass(frozen=True, slots=True)
class CurveLimits:
    """Raises Forbidden for anybody but operators."""

    store: Store

    def set(self, user: User, sector: str, limits: Limits, reason: str, request_id: str = "") -> None:
        """New limits; ``limits.revision`` is the one that was looked at. Raises Invalid, Unknown, Conflict."""
        only_operators(user)
        reason, now = reason_text(reason), self.store.clock.now()
        row = _checked(limits) | {"changed_by": user.user_id, "changed_at": now, "revision": limits.revision + 1}
        with self.store.write_aside() as connection:
            before = limits_of(connection, sector)
            if before.revision != limits.revision:
                raise Conflict("somebody changed these limits meanwhile: look again")
            if before.revision:
                here = (curve_limits.c.sector == sector) & (curve_limits.c.revision == limits.revision)
                connection.execute(update(curve_limits).where(here).values(**row))
            else:
                connection.execute(insert(curve_limits).values(sector=sector, **row))
            after: dict[str, Small] = {**_checked(limits), "reason": reason}
            deed = Deed("curve.limits", {"sector": sector}, _checked(before), after)
            log(connection, Hand(user.user_id, request_id), deed, now)


def limits_of(connection: Connection, sector: str) -> Limits:
    """What holds in a sector: its own limits, or the house's defaults. Raises Unknown."""
    row = connection.execute(select(curve_limits).where(curve_limits.c.sector == sector)).one_or_none()
    if row is not None:
        return Limits(**{name: row._mapping[name] for name in asdict(Limits())})
    if connection.execute(select(sectors.c.sector).where(sectors.c.sector == sector)).first() is None:
        raise Unknown("sector", sector)
    return Limits()


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
