"""What would keep the ready rows of a delivery from being listed now, told on its check before anybody lists them."""

from bisect import bisect_left
from dataclasses import dataclass

from exchange.instant import Instant
from exchange.reports import Connection
from exchange.staging import Delivery, StagedRow, rows
from exchange.staging.foresight import Foresight, foresee
from exchange.web.visit import Visit


@dataclass(frozen=True, slots=True)
class Ahead:
    """What the desk would say, and the numbers of the rows that are ready, in the order they are listed in."""

    foresight: Foresight
    ready: list[int]

    def note(self, seen: Visit, row: StagedRow) -> str:
        """What would be said of one row, in a few words; nothing of one that is not ready."""
        if row.state != "ready":
            return ""
        found = self.foresight.fault(row.row, bisect_left(self.ready, row.row))
        return "" if found is None else seen.t(f"check.ahead.{found.code}")


def foreseen(connection: Connection, delivery: Delivery, now: Instant) -> Ahead:
    """What would be said of a delivery's rows."""
    ready = rows.numbers(connection, delivery.delivery_id, "ready")
    return Ahead(foresee(connection, delivery.sector or "", delivery.supplier, now), ready)


def ahead_view(seen: Visit, ahead: Ahead) -> str:
    """All of it in a sentence; empty where everything that is ready would be listed."""
    found = ahead.foresight
    late = found.late(len(ahead.ready))
    if not late:
        return ""
    if found.licence:
        return seen.t("check.ahead.permits", permits=found.licence)
    if found.suspended:
        return seen.t("check.ahead.suspended")
    return seen.tn("check.ahead.cap", late, left=found.left or 0, per_day=found.per_day)
