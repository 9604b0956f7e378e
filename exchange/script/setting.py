"""Sets the scene: members with their money, sectors with their curves, as a script's set-up lines say."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from exchange.calendars import make_calendar
from exchange.desk import Desk
from exchange.errors import ExchangeError
from exchange.instant import Instant, from_datetime, to_datetime
from exchange.lead import ConsentScope
from exchange.orderbook.order import Arm
from exchange.orderbook.sharing import Sharing
from exchange.pricing.curve import CurveVersion
from exchange.pricing.hours import Calendar
from exchange.script.mistake import Mistake, ScriptError
from exchange.script.script import Script
from exchange.script.statement import BuyerLine, SectorLine, Shares
from exchange.script.timeline import FIRST_DAY

_YEARS_BEHIND, _YEARS_AHEAD = 1, 6
"""What a calendar covers around the script's days: price clocks may run for years in short opening hours."""


class Setting:
    """What statements refer to by name, and the set-up itself."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.versions = {
            line.name: CurveVersion(number, line.name, line.curve) for number, line in enumerate(script.curves, 1)
        }
        """Numbered in the order of their lines, the same in every sector."""
        self.consents = {line.name: ConsentScope(recipients=line.covers) for line in script.consents}

    @property
    def begins_at(self) -> Instant:
        """When the set-up happens: at the first statement's instant."""
        first_day = from_datetime(datetime(FIRST_DAY.year, FIRST_DAY.month, FIRST_DAY.day, tzinfo=UTC))
        return first_day if self.script.begins_at is None else self.script.begins_at

    def arms(self, shares: Shares) -> tuple[Arm, ...]:
        """Curves with their probabilities as the desk takes them."""
        return tuple(Arm(self.versions[name], share_bp) for name, share_bp in shares)

    def arrange(self, desk: Desk) -> None:
        """Admit the members, pay in their money, open the sectors; raises ScriptError naming the line."""
        suppliers = {line.name for line in self.script.suppliers}
        buyers = {line.name for line in self.script.buyers}
        for supplier in self.script.suppliers:
            if supplier.name not in buyers:
                with self._blame(supplier.line):
                    desk.join(supplier.name, name=supplier.name, supplier=True)
        for buyer in self.script.buyers:
            with self._blame(buyer.line):
                _admit(desk, buyer, is_supplier=buyer.name in suppliers)
        for sector in self.script.sectors:
            with self._blame(sector.line):
                self._open(desk, sector)

    @contextmanager
    def _blame(self, line: int) -> Iterator[None]:
        try:
            yield
        except ExchangeError as refused:
            mistake = Mistake(self.script.file, line, f"what the desk refuses ({refused})", "a set-up it takes")
            raise ScriptError([mistake]) from None

    def _open(self, desk: Desk, sector: SectorLine) -> None:
        desk.open_sector(
            sector.name,
            tick_cents=sector.tick_cents,
            most_seats=sector.most_seats,
            fee_bp=self.script.fee_bp if sector.fee_bp is None else sector.fee_bp,
            vat_bp=self.script.vat_bp,
            calendar=self._calendar(sector),
            arms=self.arms(sector.arms),
            versions=tuple(self.versions.values()),
        )
        if sector.sharing != Sharing():
            desk.set_sharing(sector.name, buyout_bp=sector.sharing.buyout_bp, seat_bp=sector.sharing.seat_bp)

    def _calendar(self, sector: SectorLine) -> Calendar:
        first = to_datetime(self.begins_at).year - _YEARS_BEHIND
        last = to_datetime(self.script.ends_at or self.begins_at).year + _YEARS_AHEAD
        return make_calendar(1, sector.windows, years=range(first, last + 1), with_holidays=sector.holidays)


def _admit(desk: Desk, buyer: BuyerLine, *, is_supplier: bool) -> None:
    desk.join(
        buyer.name,
        name=buyer.name,
        supplier=is_supplier,
        buyer=True,
        group=None if buyer.group is None else group_id(buyer.group),
        credit_line_cents=buyer.credit_cents,
    )
    if buyer.money_cents:
        desk.deposit(buyer.name, amount_cents=buyer.money_cents, reference="script")


def group_id(group: str) -> str:
    """A group's id: no organisation of a script can have it, since its names hold no point."""
    return f"group.{group}"
