"""From ready rows to listings: first a plan (which row when), then whoever is awake lists what is due.

The plan is one transaction and the number in it is exact. Listing is idempotent by delivery and row: the lead's id
follows from both, so a row that was listed by a process that died afterwards is found in the market and only noted.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, select

from exchange.admission import Admitted, Defect
from exchange.errors import ExchangeError
from exchange.instant import Instant
from exchange.schema import listings
from exchange.staging import record, rows
from exchange.staging.checking import Checker
from exchange.staging.delivery import Delivery, StagedRow, Verdict
from exchange.staging.house import House
from exchange.store import OfferedLead

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Plan:
    """When leads are to be listed: from an instant on, spread evenly over a span (0: all at that instant)."""

    from_at: Instant
    spread_us: int = 0

    def instants(self, numbers: list[int]) -> dict[int, Instant]:
        """Row -> instant; the last row comes just before the span is over, on whole seconds for a stretch of rows."""
        many = max(len(numbers), 1)
        return {row: self.from_at + self.spread_us * place // many for place, row in enumerate(numbers)}


class Lister:
    """Lists planned rows that are due; any number of these may run, a delivery is worked on by one."""

    def __init__(self, house: House) -> None:
        self._house = house

    def list_due(self, delivery_id: str) -> int:
        """List every row of a delivery that is due; returns how many are in the market now because of it."""
        with self._house.writing() as connection:
            worker = record.take(connection, delivery_id, self._house.now())
        if worker is None:
            return 0
        try:
            listed = 0
            while some := self._due(delivery_id):
                listed += self._list(delivery_id, some)
                with self._house.writing() as connection:
                    if not record.beat(connection, delivery_id, worker, self._house.now()):
                        break
            return listed
        finally:
            with self._house.writing() as connection:
                record.let_go(connection, delivery_id, worker)

    def _due(self, delivery_id: str) -> list[StagedRow]:
        with self._house.reading() as connection:
            now, vault = self._house.now(), self._house.vault
            return rows.rows_of(connection, vault, delivery_id, ("planned",), due_at=now, most=AT_ONCE)

    def _list(self, delivery_id: str, some: list[StagedRow]) -> int:
        with self._house.reading() as connection:
            delivery = record.delivery_of(connection, delivery_id)
            checker = self._house.checker(connection, delivery)
            there = _there(connection, [checker.listing_id(one.row) for one in some])
            stock = self._house.in_stock(connection, checker, {print_ for one in some for print_ in one.prints})
        verdicts: dict[int, Verdict] = {}
        offered: dict[int, OfferedLead] = {}
        for one in some:
            if checker.listing_id(one.row) in there:
                continue
            found = checker.admitted(one.row, one.texts)
            if not isinstance(found, Admitted):
                verdicts[one.row] = Verdict("error", found, one.prints)
            elif stock & set(one.prints):
                verdicts[one.row] = checker.in_stock(one.row, one.verdict)
            else:
                offered[one.row] = _offered(delivery, found)
        verdicts |= self._offer(delivery, checker, offered)
        self._note(delivery_id, checker, some, verdicts)
        return len(some) - len(verdicts)

    def _offer(self, delivery: Delivery, checker: Checker, offered: dict[int, OfferedLead]) -> dict[int, Verdict]:
        """List leads in the file's order; the verdicts of those the desk would not take."""
        sector = checker.rules.sector
        results = self._house.desk.list_leads(
            sector.code,
            supplier=delivery.supplier,
            leads=list(offered.values()),
            window_us=sector.duplicate_window_us,
        )
        refused = {}
        for row, result in zip(offered, results, strict=True):
            fault = result.code if isinstance(result, ExchangeError) else result.refused and result.refused.code
            if fault:
                refused[row] = Verdict("error", (Defect(row, "row", "refused", fault),))
        return refused

    def _note(
        self, delivery_id: str, checker: Checker, some: Iterable[StagedRow], verdicts: dict[int, Verdict]
    ) -> None:
        with self._house.writing() as connection:
            for one in some:
                if one.row in verdicts:
                    rows.set_verdict(connection, delivery_id, one.row, verdicts[one.row])
                else:
                    rows.set_listed(connection, delivery_id, one.row, checker.listing_id(one.row))


def _there(connection: Connection, listing_ids: list[str]) -> set[str]:
    wanted = select(listings.c.listing_id).where(listings.c.listing_id.in_(listing_ids))
    return set(connection.execute(wanted).scalars())


def _offered(delivery: Delivery, found: Admitted) -> OfferedLead:
    lead = found.lead
    return OfferedLead(
        listing_id=lead.lead_id,
        region=lead.region,
        postcode=lead.postcode,
        seats=lead.seats,
        start_cents=lead.start_cents,
        floor_cents=lead.floor_cents,
        asked_at=lead.asked_at,
        answers=lead.answers,
        contact=found.contact,
        proof=found.consent,
        source=lead.source,
        campaign=lead.campaign,
        batch=delivery.name,
    )
