"""A script as read: set-up, timed statements in order, expectations; and the names it introduces."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from exchange.instant import Instant
from exchange.money import BasisPoints
from exchange.orderbook.sharing import second_id
from exchange.script.expectation import Check, Expectation, OutcomeLine
from exchange.script.statement import (
    BuyerLine,
    ConsentLine,
    CurveLine,
    ListLeads,
    PlaceBid,
    SectorLine,
    SetUp,
    SupplierLine,
    Timed,
)


@dataclass(frozen=True, slots=True)
class Script:
    """Rates in basis points. ``only_day`` is the script's day where it has one only, None where several."""

    file: str
    only_day: date | None
    vat_bp: BasisPoints = 0
    fee_bp: BasisPoints = 0
    curves: tuple[CurveLine, ...] = ()
    sectors: tuple[SectorLine, ...] = ()
    suppliers: tuple[SupplierLine, ...] = ()
    buyers: tuple[BuyerLine, ...] = ()
    consents: tuple[ConsentLine, ...] = ()
    statements: tuple[Timed, ...] = ()
    expectations: tuple[Expectation, ...] = ()

    @property
    def begins_at(self) -> Instant | None:
        """The first statement's instant; None where nothing happens."""
        return self.statements[0].at if self.statements else None

    @property
    def ends_at(self) -> Instant | None:
        """The last statement's instant, up to and including which the scheduler runs."""
        return self.statements[-1].at if self.statements else None

    @property
    def outcome_lines(self) -> list[OutcomeLine]:
        """Expected outcomes as written."""
        return [e.value for e in self.expectations if isinstance(e.value, OutcomeLine)]

    @property
    def checks(self) -> list[Check]:
        """What is looked at after the last statement, as written."""
        return [e.value for e in self.expectations if isinstance(e.value, Check)]


@dataclass(slots=True)
class Names:
    """The line at which each name was introduced, kind by kind."""

    curves: dict[str, int] = field(default_factory=dict)
    sectors: dict[str, int] = field(default_factory=dict)
    suppliers: dict[str, int] = field(default_factory=dict)
    buyers: dict[str, int] = field(default_factory=dict)
    consents: dict[str, int] = field(default_factory=dict)
    listings: dict[str, int] = field(default_factory=dict)
    bids: dict[str, int] = field(default_factory=dict)

    @property
    def organisations(self) -> set[str]:
        """Whoever is supplier, buyer or both."""
        return self.suppliers.keys() | self.buyers.keys()


def introduced(script: Script) -> Iterator[tuple[str, str, int]]:
    """Kind, name and line of every name a script introduces, in its order."""
    kinds: dict[str, Sequence[SetUp]] = {
        "curves": script.curves,
        "sectors": script.sectors,
        "suppliers": script.suppliers,
        "buyers": script.buyers,
        "consents": script.consents,
    }
    for kind, lines in kinds.items():
        for line in lines:
            yield kind, line.name, line.line
    for statement in script.statements:
        if isinstance(statement, ListLeads):
            seconds = map(second_id, statement.names) if statement.conversion is not None else ()
            for name in (*statement.names, *seconds):
                yield "listings", name, statement.line
        elif isinstance(statement, PlaceBid):
            yield "bids", statement.name, statement.line
