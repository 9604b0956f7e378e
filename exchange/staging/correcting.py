"""Correcting rows: a cell, a suggestion taken, a hint waved through, a row thrown away and taken back.

After each change the row is judged again beside the others: a duplicate whose first row went away comes forward.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from exchange.admission.reading import clean
from exchange.errors import Forbidden, Invalid
from exchange.staging import rows
from exchange.staging.acquaintance import acquaintance
from exchange.staging.checking import Checker, Texts, in_file, suggestion
from exchange.staging.delivery import EDITABLE, KEPT, RAW, Delivery, StagedRow, Verdict
from exchange.staging.house import House

LONGEST_TYPED = 4_000


@dataclass(frozen=True, slots=True)
class Correction:
    """Changes to the rows of one open delivery, within one transaction."""

    house: House
    connection: Connection
    delivery: Delivery
    checker: Checker

    def set_cells(self, row: int, cells: Mapping[str, str]) -> StagedRow:
        """Put other texts into cells of a row. Raises Unknown, Invalid for a field the row cannot have, Forbidden."""
        found = self._editable(row)
        known = {*self.delivery.fields, *found.texts, *(one.field for one in found.findings), "city", "region"}
        texts = dict(found.texts)
        for name, text in cells.items():
            if name not in known or name in (RAW, KEPT, "row", "person"):
                raise Invalid("field", f"no cell of this row is called {name}")
            if len(text) > LONGEST_TYPED:
                raise Invalid("text", f"{LONGEST_TYPED} letters at most")
            texts[name] = clean(text)
        if {"city", "postcode"} & cells.keys():
            texts.pop(KEPT, None)
        return self._judge(found, {name: text for name, text in texts.items() if text})

    def accept(self, row: int) -> StagedRow:
        """Take the suggestion for a row; without a certain one it stays as it is."""
        found = self._editable(row)
        meant = suggestion(found.texts)
        return found if meant is None else self._judge(found, {**found.texts, "city": meant})

    def keep(self, row: int) -> StagedRow:
        """The supplier saw the hints of a row and wants it as it is."""
        found = self._editable(row)
        return self._judge(found, {**found.texts, KEPT: "1"})

    def discard(self, row: int) -> StagedRow:
        """Throw a row away; it can be taken back as long as the delivery is kept."""
        found = self._editable(row)
        verdict = Verdict("discarded", found.findings, found.prints)
        rows.set_verdict(self.connection, self.delivery.delivery_id, row, verdict)
        self._come_forward(found.prints, row)
        return self._row(row)

    def take_back(self, row: int) -> StagedRow:
        """A row that was thrown away is judged again."""
        found = self._row(row)
        return self._judge(found, found.texts) if found.state == "discarded" else found

    def judge_again(self, row: int) -> StagedRow:
        """Judge a row that says what it said: under other terms, at another instant."""
        found = self._editable(row)
        return self._judge(found, found.texts)

    def _editable(self, row: int) -> StagedRow:
        found = self._row(row)
        if found.state not in EDITABLE:
            raise Forbidden(f"row {row} is {found.state}")
        return found

    def _row(self, row: int) -> StagedRow:
        return rows.row_of(self.connection, self.house.vault, self.delivery.delivery_id, row)

    def _judge(self, found: StagedRow, texts: Texts) -> StagedRow:
        verdict = self._beside(found.row, self.checker.verdict(found.row, texts))
        rows.rewrite(self.connection, self.house.vault, self.delivery.delivery_id, found.row, texts, verdict)
        if verdict.prints != found.prints:
            self._come_forward(found.prints, found.row)
        return self._row(found.row)

    def _beside(self, row: int, verdict: Verdict) -> Verdict:
        """A verdict in the company of the other rows and of what was delivered before."""
        if verdict.state == "error":
            return verdict
        others = rows.alike(self.connection, self.delivery.delivery_id, verdict.prints, row)
        first = next((other for other, state, _ in others if state in ("ready", "hint", "planned", "listed")), None)
        if first is not None:
            return in_file(row, first, verdict)
        return acquaintance(self.connection, self.checker, [verdict]).judge(row, verdict, self.checker)

    def _come_forward(self, prints: tuple[str, str], but: int) -> None:
        """Duplicates of a row that says something else now are judged again, the first of them first."""
        for row, state, _ in rows.alike(self.connection, self.delivery.delivery_id, prints, but):
            if state == "duplicate":
                found = self._row(row)
                verdict = self._beside(row, self.checker.verdict(row, found.texts))
                rows.set_verdict(self.connection, self.delivery.delivery_id, row, verdict)
