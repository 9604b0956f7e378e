"""What the desk would say of clean leads listed now: permit, suspension, the day's cap (docs/admission.md)."""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from exchange.admission import Defect
from exchange.errors import Unlicensed
from exchange.instant import Instant
from exchange.schema.house import organisations
from exchange.store.admission import asked_permits, permitted, room_left


@dataclass(frozen=True, slots=True)
class Foresight:
    """What stands in the way of a supplier's leads in one sector; it may be another thing when they are listed.

    ``licence`` names the permits of which one is needed where the supplier has none, else it is empty. ``left`` leads
    may still be listed on the day, of ``per_day``; None without a cap. A ``suspended`` supplier lists nothing.
    """

    licence: str
    left: int | None = None
    per_day: int = 0
    suspended: bool = False

    def fault(self, row: int, before: int) -> Defect | None:
        """Why a row would not be listed today, so many of the same supplier before it; None for one that would be."""
        if self.licence:
            return Defect(row, "row", "licence", self.licence)
        if self.suspended:
            return Defect(row, "row", "refused", "forbidden")
        if self.left is not None and before >= self.left:
            return Defect(row, "row", "cap_reached", str(self.per_day))
        return None

    def late(self, many: int) -> int:
        """How many of so many rows would not be listed today."""
        if self.licence or self.suspended:
            return many
        return 0 if self.left is None else max(many - self.left, 0)


def foresee(connection: Connection, sector: str, supplier: str, now: Instant) -> Foresight:
    """What the desk would find; nothing is locked, so it promises nothing."""
    kinds = asked_permits(connection, sector).get("supplier")
    missing = kinds is not None and not permitted(connection, supplier, kinds, now)
    left, per_day = room_left(connection, sector, [supplier], now).get(supplier, (None, 0))
    known = organisations.c
    suspended = connection.execute(select(known.suspended).where(known.organisation == supplier)).scalar()
    named = Unlicensed(supplier, sector, kinds).named if kinds and missing else ""
    return Foresight(named, left, per_day, bool(suspended))
