"""Which market statistics are asked for: a sector, a region or all, months; for page, file and JSON alike."""

from collections.abc import Mapping
from dataclasses import dataclass

from exchange.errors import Invalid, Unknown
from exchange.instant import Instant
from exchange.reports import Connection
from exchange.reports.stretch import last_trade
from exchange.reports.trades import released
from exchange.reports.trading import Cell, Month
from exchange.sector import REGIONS
from exchange.web.premises import premises

MOST_MONTHS = 12
USUAL_MONTHS = 3


@dataclass(frozen=True, slots=True)
class Statistics:
    """What was asked for and found. ``known`` are all months there are, the latest first; ``region`` empty for all."""

    sector: str
    region: str
    known: tuple[str, ...]
    months: tuple[Month, ...]
    until_at: Instant

    @property
    def cells(self) -> list[Cell]:
        """The finest cells of the region, in time's order, empty and hidden ones with them."""
        return [cell for month in self.months for cell in month.cells(self.region)]

    @property
    def by_month(self) -> list[tuple[Month, Cell]]:
        """Months that are over, of the region where it has months."""
        if not self.region:
            return [(month, month.whole) for month in self.months if month.whole is not None]
        return [(month, month.regions[self.region][0]) for month in self.months if month.whole and not month.by_day]

    @property
    def by_region(self) -> Month | None:
        """The latest month whose regions are given as months."""
        return next((month for month in reversed(self.months) if month.regions and not month.by_day), None)


def statistics_of(connection: Connection, asked: Mapping[str, str | None], now: Instant) -> Statistics:
    """By ``sector``, ``region``, ``from`` and ``until`` (months, both included); the sector that sold last, everywhere,
    the last three months where they are left out. Raises Unknown, Invalid."""
    ours = premises()
    sector, region = asked.get("sector") or _usual_sector(connection), asked.get("region") or ""
    if sector not in ours.desk.sectors():
        raise Unknown("sector", sector)
    if region and region not in REGIONS:
        raise Invalid("region", "names no federal state")
    known = released(connection, now)
    chosen = _chosen(known.months, asked.get("from") or "", asked.get("until") or "")
    months = tuple(ours.trades.month(connection, ours.rulebook, sector, name, known.until_at) for name in chosen)
    return Statistics(sector, region, tuple(reversed(known.months)), months, known.until_at)


def _usual_sector(connection: Connection) -> str:
    last, sectors = last_trade(connection), premises().desk.sectors()
    return last[0] if last and last[0] in sectors else next(iter(sectors), "")


def _chosen(known: tuple[str, ...], first: str, last: str) -> tuple[str, ...]:
    """Of the known months those asked for; a stretch that holds none of them is empty."""
    if first and last and first > last:
        raise Invalid("from", "a stretch ends after it begins")
    upto = [name for name in known if not last or name <= last]
    found = [name for name in upto if name >= first] if first else upto[-USUAL_MONTHS:]
    if len(found) > MOST_MONTHS:
        raise Invalid("from", f"at most {MOST_MONTHS} months")
    return tuple(found)
