"""The last look before a lead is listed: what the sector's rules put aside waits for an operator (`held_leads`)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple

from sqlalchemy import Connection, delete, func, insert, select, update

from exchange.admission import Admitted, fingerprints
from exchange.admission.likeness import traces
from exchange.admission.quarantine import Evidence, QuarantineRules, Reason, page_of, reasons, reasons_text
from exchange.instant import DAY_US
from exchange.reports.quality import scores_of
from exchange.schema import fingerprints as fingerprint_rows
from exchange.schema import leads, sectors
from exchange.schema.admission import consent_pages, held_leads, likenesses, quarantine_rules
from exchange.staging.checking import Checker

HELD, RELEASED, REJECTED, LAPSED = "held", "released", "rejected", "lapsed"
_held = held_leads.c

WAITS_US = 7 * DAY_US
"""How long a lead waits for an operator before it goes back: an enquirer does not wait longer."""


def rules_of(connection: Connection, sector: str) -> QuarantineRules:
    """The sector's rules, or the defaults."""
    known = quarantine_rules.c
    wanted = select(known.likeness, known.phone_sectors, known.young_leads, known.least_score_bp, known.pages)
    row = connection.execute(wanted.where(known.sector == sector)).one_or_none()
    return QuarantineRules() if row is None else QuarantineRules(*row)


def prints_of(found: Admitted, checker: Checker) -> tuple[str, str]:
    """What the enquirer of a lead is recognised by: number, address."""
    phone, email = fingerprints(found.contact, checker.fingerprint)
    return phone, email


def released(connection: Connection, checker: Checker, some: Iterable[Admitted]) -> set[str]:
    """Which of these leads an operator has looked at, by id; one that names another person by now was not."""
    mine = {one.lead.lead_id: prints_of(one, checker) for one in some}
    wanted = select(_held.listing_id, _held.phone_print, _held.email_print).where(
        _held.listing_id.in_(list(mine)), _held.state == RELEASED
    )
    return {row.listing_id for row in connection.execute(wanted) if mine[row.listing_id] == tuple(row[1:])}


class Gate:
    """Looks at the leads of one supplier in one sector that are to be listed at once."""

    def __init__(self, connection: Connection, checker: Checker) -> None:
        self._connection = connection
        self._checker = checker
        self._sector = checker.rules.sector.code
        self._since = checker.rules.now - checker.rules.sector.duplicate_window_us
        self._rules = rules_of(connection, self._sector)

    def put_aside(self, some: Sequence[Admitted]) -> dict[str, tuple[Reason, ...]]:
        """The leads an operator is to look at first, by id, with the reasons."""
        if self._rules == QuarantineRules(0, 0, 0, 0, pages=False) or not some:
            return {}
        likest, sectors_of = self._likest(some), self._sectors(some)
        pages, brought = self._pages(), self._brought()
        scores = self._scores()
        found = {}
        for one in some:
            alike, kinds = likest.get(one.lead.lead_id, ("", frozenset[str]()))
            evidence = Evidence(
                page_of(one.consent.source_url),
                alike,
                kinds,
                sectors_of.get(self._checker.fingerprint(one.contact.phone), 0),
                brought.get(one.lead.source, 0),
                scores.get(one.lead.source),
                pages,
            )
            told = reasons(evidence, self._rules)
            if told:
                found[one.lead.lead_id] = told
        return found

    def _likest(self, some: Sequence[Admitted]) -> dict[str, tuple[str, frozenset[str]]]:
        """For each lead the earlier one it is most like, and in what."""
        mine = {one.lead.lead_id: traces(one.contact, self._checker.fingerprint) for one in some}
        wanted = {trace.trace for each in mine.values() for trace in each}
        known, having = likenesses.c, defaultdict[str, set[tuple[str, str]]](set)
        asked = select(known.trace, known.kind, known.lead_id).where(
            known.sector == self._sector, known.trace.in_(wanted), known.seen_at > self._since
        )
        for trace, kind, lead_id in self._connection.execute(asked):
            having[trace].add((lead_id, kind))
        found = {}
        for lead_id, each in mine.items():
            common = defaultdict[str, set[str]](set)
            for trace in each:
                for other, kind in having[trace.trace]:
                    common[other].add(kind)
            if common:
                other = max(common, key=lambda one: (len(common[one]), one))
                found[lead_id] = other, frozenset(common[other])
        return found

    def _sectors(self, some: Sequence[Admitted]) -> dict[str, int]:
        """Each number's other sectors within the window."""
        if not self._rules.phone_sectors:
            return {}
        known = fingerprint_rows.c
        others = select(sectors.c.sector).where(sectors.c.sector != self._sector)
        asked = (
            select(known.fingerprint, func.count(known.sector.distinct()))
            .where(
                known.sector.in_(others),
                known.fingerprint.in_({self._checker.fingerprint(one.contact.phone) for one in some}),
                known.seen_at > self._since,
            )
            .group_by(known.fingerprint)
        )
        return {print_: int(many) for print_, many in self._connection.execute(asked)}

    def _pages(self) -> frozenset[str]:
        known = consent_pages.c
        mine = select(known.page).where(known.supplier == self._checker.rules.supplier)
        return frozenset(self._connection.execute(mine).scalars()) if self._rules.pages else frozenset()

    def _brought(self) -> dict[str, int]:
        """How many leads the supplier has brought by source, where new sources are looked at."""
        if not self._rules.young_leads:
            return {}
        mine = (leads.c.sector == self._sector) & (leads.c.supplier == self._checker.rules.supplier)
        asked = select(leads.c.source, func.count()).where(mine).group_by(leads.c.source)
        return {source: int(many) for source, many in self._connection.execute(asked)}

    def _scores(self) -> Mapping[str, int]:
        if not self._rules.least_score_bp:
            return {}
        rules = self._checker.rules
        return scores_of(self._connection, rules.now, rules.supplier, self._sector)


def hold(connection: Connection, checker: Checker, row: int, found: Admitted, told: tuple[Reason, ...]) -> None:
    """Put a lead aside; one that was put aside before is put aside anew."""
    lead = found.lead
    phone, email = prints_of(found, checker)
    values = {
        "listing_id": lead.lead_id,
        "sector": lead.sector,
        "supplier": lead.supplier,
        "delivery_id": checker.delivery_id,
        "row": row,
        "region": lead.region,
        "postcode": lead.postcode,
        "source": lead.source,
        "campaign": lead.campaign,
        "page": page_of(found.consent.source_url),
        "reasons": reasons_text(told),
        "phone_print": phone,
        "email_print": email,
        "state": HELD,
        "asked_at": lead.asked_at,
        "held_at": checker.rules.now,
        "reason": "",
    }
    connection.execute(delete(held_leads).where(_held.listing_id == lead.lead_id))
    connection.execute(insert(held_leads).values(**values))


def set_rules(connection: Connection, sector: str, rules: QuarantineRules) -> None:
    """Other rules for a sector from now on."""
    names = ("likeness", "phone_sectors", "young_leads", "least_score_bp", "pages")
    values = dict(zip(names, astuple(rules), strict=True))
    mine = quarantine_rules.c.sector == sector
    if not connection.execute(update(quarantine_rules).where(mine).values(**values)).rowcount:
        connection.execute(insert(quarantine_rules).values(sector=sector, **values))
