"""Each sector's market today in words: a table operators and analysts share."""

from dataclasses import dataclass

from exchange.catalogue import SECTORS
from exchange.instant import SECOND_US
from exchange.reports.health import LATE_US
from exchange.reports.overview import SectorOverview
from exchange.web import formats
from exchange.web.rows import short_code
from exchange.web.visit import Visit


@dataclass(frozen=True, slots=True)
class SectorView:
    """One line; ``late`` and ``halted`` are empty where all is well."""

    sector: str
    code: str
    name: str
    open: str
    sold: str
    volume: str
    claims: str
    late: str
    halted: str
    reason: str
    entries: str


def sector_name(seen: Visit, code: str) -> str:
    """What a sector is called in the visitor's language."""
    sector = SECTORS.get(code)
    return code if sector is None else sector.name_en if seen.lang == "en" else sector.name_de


def sector_view(seen: Visit, row: SectorOverview) -> SectorView:
    """A sector's line."""
    halted = row.halted_at is not None
    return SectorView(
        sector=row.sector,
        code=short_code(row.sector),
        name=sector_name(seen, row.sector),
        open=formats.number(row.open, seen.lang),
        sold=formats.number(row.sold, seen.lang),
        volume=seen.money(row.sold_cents),
        claims=formats.number(row.claims, seen.lang),
        late=seen.t("operate.late_by", s=row.late_us // SECOND_US) if row.late_us > LATE_US else "",
        halted=seen.t("operate.halted_since", at=formats.clock(row.halted_at)) if row.halted_at is not None else "",
        reason=row.halt_reason if halted else "",
        entries=formats.number(row.head_seq, seen.lang),
    )
