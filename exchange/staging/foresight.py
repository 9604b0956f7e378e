"""What the desk would say of clean leads if they were listed now: the permit, and the day's cap (docs/admission.md)."""

from dataclasses import dataclass

from sqlalchemy import Connection

from exchange.admission import Defect
from exchange.errors import Unlicensed
from exchange.instant import Instant
from exchange.store.admission import asked_permits, permitted, room_left


@dataclass(frozen=True, slots=True)
class Foresight:
    """What stands in the way of a supplier's leads in one sector; it may be another thing when they are listed.

    ``licence`` names the permits of which one is needed where the supplier has none, else it is empty. ``left`` leads
    may still be listed on the day, of ``per_day``; None without a cap.
    """

    licence: str
    left: int | None = None
    per_day: int = 0

    def fault(self, row: int, before: int) -> Defect | None:
        """Why a row would not be listed today, so many of the same supplier before it; None for one that would be."""
        if self.licence:
            return Defect(row, "row", "licence", self.licence)
        if self.left is not None and before >= self.left:
            return Defect(row, "row", "cap_reached", str(self.per_day))
        return None

    def late(self, many: int) -> int:
        """How many of so many rows would not be listed today."""
        if self.licence:
            return many
        return 0 if self.left is None else max(many - self.left, 0)


def foresee(connection: Connection, sector: str, supplier: str, now: Instant) -> Foresight:
    """What the desk would find; nothing is locked, so it promises nothing."""
    kinds = asked_permits(connection, sector).get("supplier")
    missing = kinds is not None and not permitted(connection, supplier, kinds, now)
    left, per_day = room_left(connection, sector, [supplier], now).get(supplier, (None, 0))
    return Foresight(Unlicensed(supplier, sector, kinds).named if kinds and missing else "", left, per_day)
