"""From ready rows to listings: first a plan (which row when), then whoever is awake lists what is due.

The plan is one transaction and the number in it is exact. Listing is idempotent by delivery and row: the lead's id
follows from both, so a row that was listed by a process that died afterwards is found in the market and only noted.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, select

from exchange.admission import Admitted, Defect
from exchange.calendars import berlin_day
from exchange.desk.floor import Result
from exchange.errors import DayFull, Duplicate, ExchangeError, Suppressed, Unlicensed
from exchange.instant import Instant
from exchange.schema import listings
from exchange.staging import record, rows
from exchange.staging.acquaintance import acquaintance
from exchange.staging.checking import Checker
from exchange.staging.delivery import Delivery, StagedRow, Verdict
from exchange.staging.gate import Gate, hold, prints_of, released
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
            known = acquaintance(connection, checker, [one.verdict for one in some])
        verdicts: dict[int, Verdict] = {}
        admitted: dict[int, Admitted] = {}
        for one in some:
            if checker.listing_id(one.row) in there:
                continue
            found = checker.admitted(one.row, one.texts)
            judged = known.judge(one.row, one.verdict, checker)
            if not isinstance(found, Admitted):
                verdicts[one.row] = Verdict("error", found, one.prints)
            elif judged != one.verdict:
                verdicts[one.row] = judged
            else:
                admitted[one.row] = found
        verdicts |= self._put_aside(checker, admitted)
        offered = {row: _offered(delivery, found) for row, found in admitted.items() if row not in verdicts}
        verdicts |= self._offer(delivery, checker, offered, {one.row: one.prints for one in some})
        self._note(delivery_id, checker, some, verdicts)
        return len(some) - len(verdicts)

    def _put_aside(self, checker: Checker, admitted: dict[int, Admitted]) -> dict[int, Verdict]:
        """What the sector's rules put aside waits for an operator, but for what one has released already."""
        with self._house.reading() as connection:
            looked_at = released(connection, checker, admitted.values())
            new = [found for found in admitted.values() if found.lead.lead_id not in looked_at]
            told = Gate(connection, checker).put_aside(new)
        if not told:
            return {}
        aside = {row: found for row, found in admitted.items() if found.lead.lead_id in told}
        with self._house.writing() as connection:
            for row, found in aside.items():
                hold(connection, checker, row, found, told[found.lead.lead_id])
                held = Verdict("held", (Defect(row, "row", "held"),), prints_of(found, checker))
                rows.set_verdict(connection, checker.delivery_id, row, held)
        return {row: Verdict("held") for row in aside}

    def _offer(
        self, delivery: Delivery, checker: Checker, offered: dict[int, OfferedLead], prints: dict[int, tuple[str, str]]
    ) -> dict[int, Verdict]:
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
            verdict = _refusal(row, result, checker, prints[row])
            if verdict is not None:
                refused[row] = verdict
        return self._still_refused(checker, refused)

    def _still_refused(self, checker: Checker, refused: dict[int, Verdict]) -> dict[int, Verdict]:
        """But for those another worker, thought dead, has listed meanwhile: they are in the market."""
        if not refused:
            return refused
        with self._house.reading() as connection:
            there = _there(connection, [checker.listing_id(row) for row in refused])
        return {row: verdict for row, verdict in refused.items() if checker.listing_id(row) not in there}

    def _note(
        self, delivery_id: str, checker: Checker, some: Iterable[StagedRow], verdicts: dict[int, Verdict]
    ) -> None:
        with self._house.writing() as connection:
            for one in some:
                verdict = verdicts.get(one.row)
                if verdict is not None and verdict.state == "planned":
                    tomorrow = berlin_day(checker.rules.now)[1]
                    rows.postpone(connection, delivery_id, one.row, verdict, tomorrow)
                elif verdict is not None and verdict.state != "held":
                    rows.set_verdict(connection, delivery_id, one.row, verdict)
                elif verdict is None:
                    rows.set_listed(connection, delivery_id, one.row, checker.listing_id(one.row))


def _refusal(row: int, result: Result, checker: Checker, prints: tuple[str, str]) -> Verdict | None:
    """The verdict of a row the desk would not list; one that is too many for the day stays planned."""
    if isinstance(result, Duplicate):
        return checker.in_stock(row, Verdict("ready", (), prints))
    if isinstance(result, DayFull):
        return Verdict("planned", (Defect(row, "row", "cap_reached", str(result.per_day)),), prints)
    if isinstance(result, Suppressed):
        return Verdict("error", (Defect(row, "person", "suppressed"),), prints)
    if isinstance(result, Unlicensed):
        return Verdict("error", (Defect(row, "row", "licence", result.named),), prints)
    fault = result.code if isinstance(result, ExchangeError) else result.refused and result.refused.code
    return Verdict("error", (Defect(row, "row", "refused", fault),), prints) if fault else None


def _there(connection: Connection, listing_ids: list[str]) -> set[str]:
    wanted = select(listings.c.listing_id).where(listings.c.listing_id.in_(listing_ids))
    return set(connection.execute(wanted).scalars())


def _offered(delivery: Delivery, found: Admitted) -> OfferedLead:
    conversion, batch = delivery.conversion, delivery.name
    return OfferedLead.of(found.lead, found.contact, found.consent, conversion=conversion, batch=batch, once=True)
