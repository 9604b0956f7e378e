"""The values of this room: a delivery, one of its rows, and the terms its leads are to be listed on."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from exchange.admission import Defect
from exchange.admission.likeness import Trace
from exchange.instant import Instant
from exchange.intake.columns import Columns
from exchange.money import Cents
from exchange.orderbook.sharing import ConversionRule
from exchange.schema.personal import FILE_KEPT_US
from exchange.sector import Sector

KEPT_US = FILE_KEPT_US
MOST_FILE_BYTES = 20 << 20
MOST_ROWS = 50_000
"""Of a file that is uploaded on a page."""

RowState = Literal["ready", "error", "hint", "duplicate", "discarded", "planned", "held", "listed"]
ROW_STATES: tuple[RowState, ...] = (
    "ready", "error", "hint", "duplicate", "discarded", "planned", "held", "listed",
)  # fmt: skip
"""``held``: in quarantine, until an operator has looked at it."""
TO_CHECK: tuple[RowState, ...] = ("error", "hint", "duplicate")
EDITABLE: tuple[RowState, ...] = ("ready", *TO_CHECK)

RAW = "_row"
"""Under this name a row keeps its cells as they came where they do not fit the header."""
KEPT = "_kept"
"""Under this name a row keeps that its supplier saw the hints and wants it as it is."""


@dataclass(frozen=True, slots=True)
class Offer:
    """Seats and net prices of the leads of a delivery; a row's own go first."""

    seats: int
    start_cents: Cents
    floor_cents: Cents
    conversion: ConversionRule | None = None
    """What becomes of those that are exclusive and find no buyer."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One file of a supplier. ``number`` counts the supplier's files; ``dialect`` says how the file is written.

    ``cause`` names why a file could not be read (`intake.unusable`). ``worker`` is who reads or lists it, and
    ``beat_at`` when that was last seen alive.
    """

    delivery_id: str
    supplier: str
    number: int
    sector: str | None
    uploaded_by: str | None
    file_name: str
    file_kind: str
    sheet: str
    dialect: str
    digest: str
    state: str
    cause: str
    mapping: str
    row_count: int
    read_rows: int
    seats: int
    start_cents: Cents
    floor_cents: Cents
    uploaded_at: Instant
    erase_at: Instant
    worker: str
    beat_at: Instant
    convert_us: int | None = None
    convert_seats: int | None = None

    @property
    def offer(self) -> Offer:
        """The terms its leads are listed on."""
        return Offer(self.seats, self.start_cents, self.floor_cents, self.conversion)

    @property
    def conversion(self) -> ConversionRule | None:
        """What becomes of exclusive leads nobody buys; None where they expire."""
        if self.convert_us is None or self.convert_seats is None:
            return None
        return ConversionRule(self.convert_us, self.convert_seats)

    @property
    def name(self) -> str:
        """What people call it: ``L-0412``."""
        return f"L-{self.number:04d}"

    @property
    def fields(self) -> frozenset[str]:
        """Every field or question key its rows may have."""
        told = json.loads(self.mapping) if self.mapping else {"positions": [], "constants": []}
        return frozenset(name for _, name in told["positions"]) | {name for name, _ in told["constants"]}

    def columns(self, sector: Sector) -> Columns:
        """What its columns mean."""
        told = json.loads(self.mapping)
        return Columns(
            tuple((place, name) for place, name in told["positions"]),
            frozenset(question.key for question in sector.questions),
            tuple((name, text) for name, text in told["constants"]),
        )


def mapping_text(columns: Columns) -> str:
    """Columns as a delivery keeps them."""
    told: dict[str, Any] = {"positions": columns.positions, "constants": columns.constants}
    return json.dumps(told, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check found in a row: its state, the findings, and what its enquirer is recognised by."""

    state: RowState
    findings: tuple[Defect, ...] = ()
    prints: tuple[str, str] = ("", "")
    traces: tuple[Trace, ...] = ()
    """What it is like by; not kept, so that of a row that was read back nothing is known."""

    @property
    def kind(self) -> str:
        """The group of rows this one is repaired with: field and code of the first finding."""
        return f"{self.findings[0].field}:{self.findings[0].code}" if self.findings else ""

    def as_text(self) -> str:
        """The findings as a row keeps them: no personal data, since no defect carries any."""
        return json.dumps([(one.field, one.code, one.detail) for one in self.findings], ensure_ascii=False)


def findings_of(row: int, text: str) -> tuple[Defect, ...]:
    """The findings of a row, read back."""
    return tuple(Defect(row, *one) for one in json.loads(text))


@dataclass(frozen=True, slots=True)
class StagedRow:
    """One row of a delivery, opened. ``texts`` is what it says, by field or question key: personal data."""

    row: int
    state: RowState
    findings: tuple[Defect, ...]
    prints: tuple[str, str]
    texts: Mapping[str, str] = field(repr=False)
    list_at: Instant | None = None
    listing_id: str | None = None

    @property
    def verdict(self) -> Verdict:
        """What was last found in it."""
        return Verdict(self.state, self.findings, self.prints)
