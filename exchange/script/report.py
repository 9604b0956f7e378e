"""What a rehearsal says: every outcome, then where it differs from what the script expects."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from exchange.member import HOUSE
from exchange.orderbook.sharing import second_id
from exchange.script.comparison import LEFT_OUT, MISSING, UNEXPECTED, Row, compare, compare_checks, in_order
from exchange.script.expectation import OutcomeLine
from exchange.script.inspection import inspect
from exchange.script.playing import NO_SECTOR
from exchange.script.rehearsal import Rehearsal
from exchange.script.script import Script
from exchange.script.statement import ListLeads, PlaceBid
from exchange.script.timeline import spell
from exchange.script.wording import Happened, Sales


@dataclass(frozen=True, slots=True)
class Report:
    """``expected`` counts the script's own lines; ``rows`` are the differences, none if all is as expected."""

    day: date | None
    expected: int
    happened: Sequence[Happened]
    sales: Sales
    rows: Sequence[Row]

    @property
    def as_expected(self) -> bool:
        """Whether nothing differs."""
        return not self.rows

    def lines(self) -> Iterator[str]:
        """Every outcome: in the script's own words after ``>``, or as a comment where it has none for it."""
        for one in self.happened:
            line = one.line(self.sales)
            if line is None:
                yield f"# {spell(one.at, self.day)} {one.remark(self.sales)}"
            else:
                yield f"> {line.spell(self.day)}"

    def records(self) -> Iterator[str]:
        """Every outcome as one JSON object a line."""
        for one in self.happened:
            yield json.dumps(one.record(self.sales), ensure_ascii=False)

    def verdict(self) -> Iterator[str]:
        """What was expected (-) and what was found (+), with equal lines around them; or that nothing differs."""
        if self.as_expected:
            if self.expected:
                yield f"# as expected: {self.expected} {'line' if self.expected == 1 else 'lines'}"
            return
        missing = sum(row.mark == MISSING for row in self.rows)
        found = sum(row.mark == UNEXPECTED for row in self.rows)
        yield f"# differs: {missing} expected and not found (-), {found} found and not expected (+)"
        for row in self.rows:
            yield LEFT_OUT if row.line is None else f"{row.mark} {row.line.spell(self.day)}"


def rehearse(rehearsal: Rehearsal) -> Report:
    """Play a script to its end, then look at everything it expects. Raises ScriptError for a refused set-up."""
    script = rehearsal.script
    happened = rehearsal.play()
    sales = rehearsal.sale_names()
    found = [line for one in happened if (line := one.line(sales)) is not None]
    sectors = _Sectors(script, happened, sales)
    rows = compare(in_order(script.outcome_lines, sectors.of), found)
    rows += compare_checks(script.checks, [inspect(rehearsal.desk, check) for check in script.checks])
    return Report(script.only_day, len(script.expectations), happened, sales, rows)


class _Sectors:
    """The sector an expected line speaks of, by the thing it names."""

    def __init__(self, script: Script, happened: Sequence[Happened], sales: Sales) -> None:
        self._known = dict.fromkeys((line.name for line in script.suppliers), HOUSE)
        self._known |= dict.fromkeys((line.name for line in script.buyers), HOUSE)
        self._known |= {sales[sale]: one.sector for one in happened if (sale := _sale_of(one)) is not None}
        self._known |= {sector.name: sector.name for sector in script.sectors}
        for statement in script.statements:
            if isinstance(statement, PlaceBid):
                self._known[statement.name] = statement.sector
            elif isinstance(statement, ListLeads):
                seconds = map(second_id, statement.names)
                self._known |= dict.fromkeys((*statement.names, *seconds), statement.sector)

    def of(self, line: OutcomeLine) -> str:
        """The name of the sector; none for a sale that does not exist."""
        name = line.words[1] if line.kind == "refuse" else line.words[0]
        return self._known.get(name, NO_SECTOR)


def _sale_of(one: Happened) -> str | None:
    return getattr(one.outcome, "sale_id", None)
