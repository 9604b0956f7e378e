"""Rows of a file that came by the command line and may not be listed yet: kept like an uploaded file's."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection

from exchange.admission import Admitted, BatchRules, Defect
from exchange.admission.quarantine import Reason
from exchange.calendars import berlin_day
from exchange.intake.columns import Columns
from exchange.intake.table import Table
from exchange.staging import record, rows
from exchange.staging.checking import Checker
from exchange.staging.delivery import ROW_STATES, Delivery, Verdict, mapping_text
from exchange.staging.gate import Gate, hold, prints_of
from exchange.staging.house import House
from exchange.staging.reader import said

TERMINAL = "CLI"
"""The dialect of such a delivery."""


def put_aside(house: House, rules: BatchRules, some: Collection[Admitted]) -> dict[str, tuple[Reason, ...]]:
    """Which of these leads an operator is to look at before they are listed, by id, with the reasons."""
    with house.reading() as connection:
        return Gate(connection, Checker("", rules, house.vault.fingerprint)).put_aside(list(some))


@dataclass(frozen=True, slots=True)
class Leftover:
    """What is left of one file."""

    house: House
    table: Table
    columns: Columns
    rules: BatchRules

    def keep(self, held: dict[int, tuple[Reason, ...]], waiting: Collection[int]) -> str:
        """Keep rows: ``held`` wait for an operator, ``waiting`` for tomorrow. Returns the
        delivery's name; of the same file there is one."""
        with self.house.writing() as connection:
            delivery = self._delivery(connection)
            there = {row for state in ROW_STATES for row in rows.numbers(connection, delivery.delivery_id, state)}
            held = {row: told for row, told in held.items() if row not in there}
            late = set(waiting) - there
            checker = Checker(delivery.delivery_id, self.rules, self.house.vault.fingerprint)
            kept = len(there) + self._write(connection, checker, held, late)
            record.change(connection, delivery.delivery_id, row_count=kept, read_rows=kept)
            return delivery.name

    def _delivery(self, connection: Connection) -> Delivery:
        """The delivery of this file's leftover rows: that of an earlier run, or a new one."""
        earlier = record.same_file(connection, self.rules.supplier, self.table.digest)
        if earlier is not None and (earlier.dialect, earlier.sector) == (TERMINAL, self.rules.sector.code):
            return earlier
        delivery_id = record.begin(
            connection,
            supplier=self.rules.supplier,
            user_id=None,
            file_name=self.table.path.name[-120:],
            file_kind="csv",
            dialect=TERMINAL,
            digest=self.table.digest,
            now=self.rules.now,
        )
        rules = self.rules
        terms = {"seats": rules.seats, "start_cents": rules.start_cents, "floor_cents": rules.floor_cents}
        mapping = mapping_text(self.columns)
        record.change(connection, delivery_id, sector=rules.sector.code, mapping=mapping, state="open", **terms)
        return record.delivery_of(connection, delivery_id)

    def _write(
        self, connection: Connection, checker: Checker, held: dict[int, tuple[Reason, ...]], late: set[int]
    ) -> int:
        width, tomorrow, kept = len(self.table.header), berlin_day(self.rules.now)[1], 0
        for row, cells in self.table.rows():
            texts = said(cells, self.columns, width) if row in held or row in late else {}
            found = checker.admitted(row, texts) if texts else ()
            if not isinstance(found, Admitted):
                continue
            kept += 1
            prints = prints_of(found, checker)
            verdict = (
                Verdict("held", (Defect(row, "row", "held"),), prints) if row in held else Verdict("ready", (), prints)
            )
            rows.write_rows(connection, self.house.vault, checker.delivery_id, [(row, texts, verdict)])
            if row in held:
                hold(connection, checker, row, found, held[row])
            else:
                rows.plan(connection, checker.delivery_id, {row: tomorrow})
        return kept
