"""One run of `leads import`: chunk by chunk out of the file, through the desk, into a tally."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field

from exchange.admission import BatchRules, Defect, Defects
from exchange.desk import Desk
from exchange.errors import ExchangeError, Forbidden, Unknown
from exchange.intake.batch import Fresh, checked
from exchange.intake.columns import Columns
from exchange.intake.table import Table
from exchange.store import OfferedLead
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

    def run(self, tally: Tally, report: Callable[[Defects, Defects], None], advance: Callable[[int], None]) -> None:
        """List every good row, report every bad one; raises what concerns the file as a whole.

        Rows that were listed before something was raised stay listed; the same file again skips them as
        duplicates.
        """
        for chunk in checked(self.table, self.columns, self.rules, self.vault.fingerprint, self._in_stock):
            refused = () if self.dry_run or self.desk is None else self._list(self.desk, chunk.fresh)
            defects = tuple(sorted((*chunk.defects, *refused), key=lambda defect: defect.row))
            report(defects, chunk.notices)
            tally.add(defects)
            tally.rows += chunk.row_count
            tally.listed += len(chunk.fresh) - len(refused)
            tally.refused += chunk.refused_rows + len(refused)
            tally.notices += len(chunk.notices)
            advance(chunk.row_count)

    def _in_stock(self, prints: Collection[str]) -> Collection[str]:
        if self.desk is None:
            return ()
        since = self.rules.now - self.rules.sector.duplicate_window_us
        return self.desk.people(self.rules.sector.code, prints, since)

    def _list(self, desk: Desk, fresh: Sequence[Fresh]) -> Defects:
        """List leads in the file's order; the defects of those the desk would not take."""
        offered = [self._offered(one) for one in fresh]
        results = desk.list_leads(self.rules.sector.code, supplier=self.rules.supplier, leads=offered)
        defects = []
        for one, result in zip(fresh, results, strict=True):
            if isinstance(result, Forbidden | Unknown):
                raise result
            fault = result.code if isinstance(result, ExchangeError) else result.refused and result.refused.code
            if fault:
                defects.append(Defect(one.admitted.row, "row", "refused", fault))
        return tuple(defects)

    def _offered(self, one: Fresh) -> OfferedLead:
        lead = one.admitted.lead
        return OfferedLead(
            listing_id=lead.lead_id,
            region=lead.region,
            postcode=lead.postcode,
            seats=lead.seats,
            start_cents=lead.start_cents,
            floor_cents=lead.floor_cents,
            asked_at=lead.asked_at,
            answers=lead.answers,
            contact=one.admitted.contact,
            proof=one.admitted.consent,
            source=lead.source,
            campaign=lead.campaign,
            batch=f"B-{self.table.digest[:12]}",
        )
