"""Admission as operators see it: leads put aside, who is on the suppression list, caps, permits, pages, rules."""

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from exchange.admission.quarantine import QuarantineRules, Reason, reasons_in
from exchange.instant import Instant
from exchange.postcodes import area_of
from exchange.schema import heads, organisations, sectors
from exchange.schema.admission import (
    consent_pages,
    held_leads,
    quarantine_rules,
    supplier_caps,
    suppressions,
)

PAGE = 50


@dataclass(frozen=True, slots=True)
class HeldRow:
    """A lead that was put aside, and why: no name, no number. ``area`` is the main town of its postcode's area."""

    listing_id: str
    sector: str
    supplier: str
    supplier_name: str
    region: str
    area: str
    source: str
    campaign: str
    page: str
    reasons: tuple[Reason, ...]
    state: str
    asked_at: Instant
    held_at: Instant
    decided_at: Instant | None
    reason: str


@dataclass(frozen=True, slots=True)
class SuppressionRow:
    """One hash on the list; ``short`` names it to people."""

    short: str
    kind: str
    reason: str
    noted_at: Instant
    user_id: str


@dataclass(frozen=True, slots=True)
class SectorAdmission:
    """What a sector asks: its rules, and permits as its head keeps them."""

    sector: str
    rules: QuarantineRules
    permits: str


def held(
    connection: Connection, *, state: str = "held", supplier: str | None = None, most: int = PAGE
) -> list[HeldRow]:
    """Leads in a state, those that wait longest first, decided ones latest first; of one supplier."""
    known = held_leads.c
    order = known.held_at if state == "held" else known.decided_at.desc()
    wanted = (
        select(held_leads, organisations.c.name)
        .join(organisations, organisations.c.organisation == known.supplier)
        .where(known.state == state)
    )
    if supplier is not None:
        wanted = wanted.where(known.supplier == supplier)
    return [
        HeldRow(
            row.listing_id,
            row.sector,
            row.supplier,
            row.name,
            row.region,
            area_of(row.postcode),
            row.source,
            row.campaign,
            row.page,
            reasons_in(row.reasons),
            row.state,
            row.asked_at,
            row.held_at,
            row.decided_at,
            row.reason,
        )
        for row in connection.execute(wanted.order_by(order, known.listing_id).limit(most))
    ]


def held_counts(connection: Connection, supplier: str | None = None) -> dict[str, int]:
    """How many leads were put aside, by where they stand."""
    known = held_leads.c
    counted = select(known.state, func.count()).group_by(known.state)
    if supplier is not None:
        counted = counted.where(known.supplier == supplier)
    return {state: int(many) for state, many in connection.execute(counted)}


def suppression_rows(connection: Connection, most: int = PAGE) -> tuple[int, list[SuppressionRow]]:
    """How many hashes are on the list, and the latest of them."""
    known = suppressions.c
    many = connection.execute(select(func.count()).select_from(suppressions)).scalar_one()
    wanted = select(suppressions).order_by(known.noted_at.desc(), known.fingerprint).limit(most)
    return int(many), [
        SuppressionRow(row.fingerprint[:12], row.kind, row.reason, row.noted_at, row.user_id)
        for row in connection.execute(wanted)
    ]


def sector_admissions(connection: Connection) -> list[SectorAdmission]:
    """Every sector's rules and permits, by name."""
    known = quarantine_rules.c
    columns = known.likeness, known.phone_sectors, known.young_leads, known.least_score_bp, known.pages
    own = {row[0]: QuarantineRules(*row[1:]) for row in connection.execute(select(known.sector, *columns))}
    wanted = select(heads.c.sector, heads.c.permits).join(sectors, sectors.c.sector == heads.c.sector)
    return [
        SectorAdmission(row.sector, own.get(row.sector, QuarantineRules()), row.permits)
        for row in connection.execute(wanted.order_by(heads.c.sector))
    ]


def caps(connection: Connection, supplier: str | None = None) -> list[tuple[str, str, int]]:
    """Supplier, sector, leads a day."""
    known = supplier_caps.c
    wanted = select(known.supplier, known.sector, known.per_day).order_by(known.supplier, known.sector)
    if supplier is not None:
        wanted = wanted.where(known.supplier == supplier)
    return [(row[0], row[1], row[2]) for row in connection.execute(wanted)]


def pages(connection: Connection) -> list[tuple[str, str]]:
    """Supplier, host of a page operators know."""
    known = consent_pages.c
    return [
        (row[0], row[1])
        for row in connection.execute(select(known.supplier, known.page).order_by(known.supplier, known.page))
    ]
