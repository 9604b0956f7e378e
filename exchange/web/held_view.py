"""A lead put aside, and the quality of a source, in words."""

from dataclasses import dataclass

from exchange.admission.quarantine import Reason
from exchange.catalogue import SECTORS
from exchange.reports.admission import HeldRow
from exchange.reports.quality import FEWEST, Quality, Rate
from exchange.sector import REGIONS
from exchange.web import formats
from exchange.web.visit import Visit


@dataclass(frozen=True, slots=True)
class HeldView:
    """One row of the queue. ``unknown_page`` is the host an operator may know from now on."""

    id: str
    sector: str
    supplier: str
    firm: str
    place: str
    source: str
    page: str
    asked: str
    waits: str
    reasons: list[str]
    unknown_page: str
    open: bool
    decided: str


@dataclass(frozen=True, slots=True)
class QualityView:
    """One source: its score with interval, and the two rates with their cases."""

    firm: str
    sector: str
    source: str
    sold: str
    score: str
    span: str
    reached: str
    upheld: str


def held_view(seen: Visit, row: HeldRow) -> HeldView:
    """What an operator reads: reasons and where it comes from, nobody's name and number."""
    sector = SECTORS[row.sector]
    told = "" if row.decided_at is None else formats.moment(row.decided_at, "minute", seen.lang)
    return HeldView(
        row.listing_id,
        sector.name_en if seen.lang == "en" else sector.name_de,
        row.supplier,
        row.supplier_name,
        ", ".join(part for part in (row.area, REGIONS.get(row.region, row.region)) if part),
        " / ".join(part for part in (row.source, row.campaign) if part) or seen.t("aside.no_source"),
        row.page,
        formats.moment(row.asked_at, "minute", seen.lang),
        formats.age(seen.now - row.held_at),
        [_reason(seen, one) for one in row.reasons],
        row.page if any(one.code == "page_unknown" for one in row.reasons) else "",
        row.state == "held",
        " · ".join(part for part in (told, row.reason) if part),
    )


def _reason(seen: Visit, one: Reason) -> str:
    if one.code == "likely_duplicate":
        lead, _, kinds = one.detail.partition(" ")
        words = ", ".join(seen.t(f"aside.like.{kind}") for kind in kinds.split("+"))
        return seen.t("aside.why.likely_duplicate", lead=lead, words=words)
    return seen.t(f"aside.why.{one.code}", detail=one.detail)


def quality_view(seen: Visit, one: Quality) -> QualityView:
    """A source's record; where there are too few cases it says so instead of a score."""
    sector = SECTORS[one.sector]
    score, span = seen.t("quality.too_few", n=FEWEST), ""
    if one.score_bp is not None:
        score = f"{one.score_bp // 100}"
        span = f"{one.low_bp // 100}–{one.high_bp // 100}"
    return QualityView(
        one.supplier,
        sector.short,
        " / ".join(part for part in (one.source, one.campaign) if part) or seen.t("aside.no_source"),
        formats.number(one.sold, seen.lang),
        score,
        span,
        _rate(seen, one.reached),
        _rate(seen, one.upheld),
    )


def _rate(seen: Visit, rate: Rate) -> str:
    return seen.t(
        "quality.rate", hits=formats.number(rate.hits, seen.lang), cases=formats.number(rate.cases, seen.lang)
    )
