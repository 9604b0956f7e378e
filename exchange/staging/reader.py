"""Reads a delivery's file into rows, chunk by chunk, each chunk with its progress in one transaction.

Whoever reads has taken the delivery (`record.take`) and says with every chunk that it lives. Who takes over from a
process that died begins again: what was read is thrown away first, so a file is read once or not at all.
"""

from collections.abc import Iterator
from itertools import islice

from exchange.admission.reading import clean
from exchange.errors import ExchangeError
from exchange.intake.columns import Columns
from exchange.intake.drafts import LONGEST_CELL, misfits, texts_of
from exchange.intake.formula import unguarded
from exchange.intake.table import Cells, Table
from exchange.intake.unusable import Unusable
from exchange.staging import files, posted, record, rows
from exchange.staging.acquaintance import Acquaintance, acquaintance
from exchange.staging.checking import Checker, Texts, in_file, like_in_file
from exchange.staging.delivery import MOST_ROWS, RAW, Delivery, Verdict
from exchange.staging.house import House

CHUNK_ROWS = 500
Judged = list[tuple[int, Texts, Verdict]]


class TakenOver(ExchangeError):
    """Another process reads this delivery now: what this one has in its hands is dropped."""

    code = "conflict"


class Reader:
    """Reads deliveries; any number of these may run, a delivery is read by one."""

    def __init__(self, house: House) -> None:
        self._house = house

    def read(self, delivery_id: str) -> bool:
        """Read a delivery to its end; False where somebody else does. A file that is broken leaves no row."""
        with self._house.writing() as connection:
            worker = record.take(connection, delivery_id, self._house.now())
            if worker is None:
                return False
            delivery = record.delivery_of(connection, delivery_id)
            if delivery.state != "reading":
                record.let_go(connection, delivery_id, worker)
                return False
            rows.erase_rows(connection, delivery_id)
        try:
            self._read(delivery, worker)
        except Unusable as error:
            self._give_up(delivery, worker, error)
        except TakenOver:
            return False
        return True

    def _read(self, delivery: Delivery, worker: str) -> None:
        with files.workplace() as folder:
            path = folder / "file"
            with self._house.reading() as connection:
                files.restore(connection, self._house.vault, delivery.delivery_id, path)
                checker = self._house.checker(connection, delivery)
            table = files.table_in(delivery, path, folder)
            if table.row_count > MOST_ROWS:
                raise Unusable("too_many", str(MOST_ROWS))
            self._fill(delivery, worker, checker, table)

    def _fill(self, delivery: Delivery, worker: str, checker: Checker, table: Table) -> None:
        seen = Seen()
        columns = delivery.columns(checker.rules.sector)
        found = judged(table, columns, checker)
        done = 0
        while some := list(islice(found, CHUNK_ROWS)):
            with self._house.writing() as connection:
                known = acquaintance(connection, checker, [verdict for _, _, verdict in some])
                some = [(row, texts, seen.judge(row, verdict, checker, known)) for row, texts, verdict in some]
                rows.write_rows(connection, self._house.vault, delivery.delivery_id, some)
                done += len(some)
                progress = {"read_rows": done, "row_count": table.row_count}
                if not record.beat(connection, delivery.delivery_id, worker, self._house.now(), **progress):
                    raise TakenOver("read by another process")
        with self._house.writing() as connection:
            files.forget(connection, delivery.delivery_id)
            record.change(connection, delivery.delivery_id, state="open", worker="")
            posted.plan_clean(connection, delivery.delivery_id, self._house.now())

    def _give_up(self, delivery: Delivery, worker: str, error: Unusable) -> None:
        with self._house.writing() as connection:
            if record.beat(connection, delivery.delivery_id, worker, self._house.now()):
                record.erase(connection, delivery.delivery_id)
                cause = f"{error.cause}|{error.detail}"
                record.change(connection, delivery.delivery_id, state="failed", cause=cause, worker="")


class Seen:
    """The enquirers of a file so far: the first row that could be listed stays."""

    def __init__(self) -> None:
        self._first: dict[str, int] = {}
        self._like: dict[str, int] = {}

    def judge(self, row: int, verdict: Verdict, checker: Checker, known: Acquaintance) -> Verdict:
        """The verdict of a row beside those before it and what was delivered before."""
        if verdict.state == "error":
            return verdict
        for print_ in verdict.prints:
            if print_ in self._first:
                return in_file(row, self._first[print_], verdict)
        judged = known.judge(row, verdict, checker)
        if judged.state in ("error", "duplicate"):
            return judged
        likest = [self._like[one.trace] for one in verdict.traces if one.trace in self._like]
        self._first |= dict.fromkeys(verdict.prints, row)
        for one in verdict.traces:
            self._like.setdefault(one.trace, row)
        return like_in_file(row, min(likest), judged) if likest else judged


def judged(table: Table, columns: Columns, checker: Checker) -> Iterator[tuple[int, Texts, Verdict]]:
    """Every row of a table with what it says and what it is worth alone."""
    width = len(table.header)
    for row, cells in table.rows():
        texts = said(cells, columns, width)
        yield row, texts, checker.verdict(row, texts)


def said(cells: Cells, columns: Columns, width: int) -> dict[str, str]:
    """What a row says, nothing left out: one that does not fit the header is kept whole."""
    if misfits(cells, width):
        return {RAW: f"{len(cells)}/{width} {clean(';'.join(cells))}"}
    if max(map(len, cells)) <= LONGEST_CELL:
        return texts_of(cells, columns)
    kept = {name: unguarded(cells[place]) for place, name in columns.positions if cells[place].strip()}
    return dict(columns.constants) | kept
