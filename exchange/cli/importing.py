"""One run of `leads import`: chunk by chunk out of the file, through the desk, into a tally."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field

from exchange.admission import BatchRules, Defect, Defects
from exchange.desk import Desk
from exchange.desk.floor import Result
from exchange.errors import DayFull, Duplicate, ExchangeError, Forbidden, Suppressed, Unknown
from exchange.instant import DAY_US
from exchange.intake.batch import Fresh, checked
from exchange.intake.columns import Columns
from exchange.intake.table import Table
from exchange.orderbook.sharing import ConversionRule
from exchange.staging.acquaintance import known_prints
from exchange.staging.foresight import foresee
from exchange.staging.house import House
from exchange.staging.leftover import Leftover, put_aside
from exchange.store import OfferedLead
from exchange.store.admission import suppressed
from exchange.vault import Vault

SHOWN_ROWS = 5
"""How many row numbers of one kind of defect are kept for the summary."""


@dataclass
class Tally:
    """What became of the rows so far; its size does not grow with the file."""

    shown_defects: int
    rows: int = 0
    listed: int = 0
    refused: int = 0
    notices: int = 0
    kinds: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Field and code of a defect -> how many."""
    examples: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    first: list[Defect] = field(default_factory=list)

    def add(self, defects: Iterable[Defect]) -> None:
        """Count defects, and keep the first ones."""
        for defect in defects:
            kind = defect.field, defect.code
            self.kinds[kind] += 1
            rows = self.examples.setdefault(kind, [])
            if len(rows) < SHOWN_ROWS:
                rows.append(defect.row)
            if len(self.first) < self.shown_defects:
                self.first.append(defect)


@dataclass(frozen=True)
class Import:
    """A checked file on its way to the desk; without a desk it is only checked."""

    table: Table
    columns: Columns
    rules: BatchRules
    vault: Vault
    desk: Desk | None
    dry_run: bool = False
    conversion: ConversionRule | None = None

    def run(self, tally: Tally, report: Callable[[Defects, Defects], None], advance: Callable[[int], None]) -> None:
        """List every good row, report every bad one; raises what concerns the file as a whole.

        Rows that were listed before something was raised stay listed; the same file again skips them as
        duplicates.
        """
        for chunk in checked(self.table, self.columns, self.rules, self.vault.fingerprint, self._in_stock):
            refused = self._refused(chunk.fresh, tally.listed)
            defects = tuple(sorted((*chunk.defects, *refused), key=lambda defect: defect.row))
            report(defects, chunk.notices)
            tally.add(defects)
            tally.rows += chunk.row_count
            tally.listed += len(chunk.fresh) - len(refused)
            tally.refused += chunk.refused_rows + len(refused)
            tally.notices += len(chunk.notices)
            advance(chunk.row_count)

    def _refused(self, fresh: Sequence[Fresh], listed: int) -> Defects:
        if self.desk is None:
            return ()
        return self._foresee(self.desk, fresh, listed) if self.dry_run else self._list(self.desk, fresh)

    def _foresee(self, desk: Desk, fresh: Sequence[Fresh], listed: int) -> Defects:
        """What would be said of leads if they were listed now, so many of the file before them."""
        rules, defects = self.rules, []
        aside = put_aside(House(desk), rules, [one.admitted for one in fresh])
        with desk.store.read() as connection:
            ahead = foresee(connection, rules.sector.code, rules.supplier, rules.now)
            objected = suppressed(connection, {print_ for one in fresh for print_ in one.fingerprints})
        for one in fresh:
            row, found = one.admitted.row, ahead.fault(one.admitted.row, listed)
            if one.admitted.lead.lead_id in aside:
                found = Defect(row, "row", "held")
            elif not ahead.licence and objected & set(one.fingerprints):
                found = Defect(row, "person", "suppressed")
            if found is None:
                listed += 1
            else:
                defects.append(found)
        return tuple(defects)

    def _in_stock(self, prints: Collection[str]) -> Collection[str]:
        if self.desk is None:
            return ()
        since = self.rules.now - self.rules.sector.duplicate_window_us
        with self.desk.store.read() as connection:
            return known_prints(connection, self.rules.sector.code, prints, since)

    def _list(self, desk: Desk, fresh: Sequence[Fresh]) -> Defects:
        """List leads in the file's order; the defects of those the desk would not take."""
        house = House(desk)
        told = put_aside(house, self.rules, [one.admitted for one in fresh])
        aside = {
            one.admitted.row: told[one.admitted.lead.lead_id] for one in fresh if one.admitted.lead.lead_id in told
        }
        fresh = [one for one in fresh if one.admitted.row not in aside]
        offered = [self._offered(one) for one in fresh]
        sector = self.rules.sector
        window_us = sector.duplicate_window_us
        results = desk.list_leads(sector.code, supplier=self.rules.supplier, leads=offered, window_us=window_us)
        defects, late = [Defect(row, "row", "held") for row in aside], []
        for one, result in zip(fresh, results, strict=True):
            if isinstance(result, Forbidden | Unknown):
                raise result
            fault = _fault(one.admitted.row, result, window_us)
            if fault is not None:
                defects.append(fault)
            if isinstance(result, DayFull):
                late.append(one.admitted.row)
        if aside or late:
            Leftover(house, self.table, self.columns, self.rules).keep(aside, late)
        return tuple(defects)

    def _offered(self, one: Fresh) -> OfferedLead:
        found, batch = one.admitted, f"B-{self.table.digest[:12]}"
        return OfferedLead.of(
            found.lead, found.contact, found.consent, conversion=self.conversion, batch=batch, once=True
        )


def _fault(row: int, result: Result, window_us: int) -> Defect | None:
    """Why the desk would not list a row."""
    if isinstance(result, Duplicate):
        return Defect(row, "person", "duplicate_in_stock", str(window_us // DAY_US))
    if isinstance(result, DayFull):
        return Defect(row, "row", "cap_reached", str(result.per_day))
    if isinstance(result, Suppressed):
        return Defect(row, "person", "suppressed")
    code = result.code if isinstance(result, ExchangeError) else result.refused and result.refused.code
    return Defect(row, "row", "refused", code) if code else None
