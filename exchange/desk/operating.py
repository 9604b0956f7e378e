"""What the market's operators ask of a sector: opening, tuning, halting it, ruling on claims."""

from exchange.claims import ClaimRules
from exchange.desk.answer import Answer
from exchange.desk.floor import Floor
from exchange.desk.request import request
from exchange.errors import Invalid
from exchange.instant import Instant
from exchange.member import OPERATOR, check_id
from exchange.money import BasisPoints, Cents
from exchange.orderbook.order import (
    Arm,
    HaltSector,
    OpenSector,
    ResumeSector,
    RuleClaim,
    SetRates,
    SetSharing,
    TuneSector,
)
from exchange.orderbook.rates import Rates
from exchange.orderbook.sharing import Sharing
from exchange.pricing.curve import CurveVersion
from exchange.pricing.hours import Calendar

_WHOLE_BP = 10_000


class Operating(Floor):
    """The operators' verbs. Rates in basis points."""

    def open_sector(
        self,
        code: str,
        *,
        tick_cents: Cents,
        most_seats: int,
        fee_bp: BasisPoints,
        vat_bp: BasisPoints,
        calendar: Calendar,
        claims: ClaimRules | None = None,
        arms: tuple[Arm, ...] = (),
        versions: tuple[CurveVersion, ...] = (),
        operator: str = OPERATOR,
    ) -> Answer:
        """Open a sector, and put curves in force in it at once. Returns the answer to the opening."""
        check_id("sector", code)
        _check("tick_cents", tick_cents, 1, 10**9)
        _check("most_seats", most_seats, 1, 1_000)
        _check("fee_bp", fee_bp, 0, _WHOLE_BP)
        _check("vat_bp", vat_bp, 0, _WHOLE_BP)
        order = OpenSector(tick_cents, most_seats, fee_bp, vat_bp, calendar, claims or ClaimRules())
        opened = self.ask(code, request(order, OPERATOR), opening=True)
        if arms or versions:
            self.tune(code, operator=operator, arms=arms, versions=versions)
        return opened

    def tune(
        self,
        sector: str,
        *,
        operator: str = OPERATOR,
        arms: tuple[Arm, ...],
        versions: tuple[CurveVersion, ...] = (),
        from_at: Instant | None = None,
    ) -> Answer:
        """Put curve versions in force for leads listed from now on, or from an instant that lies ahead.

        Without arms the versions are only made known; with an instant and no arms the plan for it is called off.
        """
        order = TuneSector(operator, arms, versions, from_at)
        return self.ask(sector, request(order, OPERATOR))

    def set_sharing(
        self, sector: str, *, buyout_bp: BasisPoints, seat_bp: BasisPoints, operator: str = OPERATOR
    ) -> Answer:
        """What a buy-out costs and a converted lead's seat starts at, in basis points of the ask; 0: there is none.

        Buy-outs cost it at once, conversions follow it for leads listed from now on. Raises Invalid.
        """
        return self.ask(sector, request(SetSharing(operator, Sharing(buyout_bp, seat_bp)), OPERATOR))

    def set_rates(self, sector: str, *, operator: str = OPERATOR, rates: Rates) -> Answer:
        """Grid, seats, fee and claim rules from now on; nothing that was listed, entered or sold changes."""
        return self.ask(sector, request(SetRates(operator, rates), OPERATOR))

    def halt(self, sector: str, *, operator: str = OPERATOR, reason: str) -> Answer:
        """Stop a sector's price clock and purchases."""
        return self.ask(sector, request(HaltSector(operator, reason), OPERATOR))

    def resume(self, sector: str, *, operator: str = OPERATOR) -> Answer:
        """End a halt."""
        return self.ask(sector, request(ResumeSector(operator), OPERATOR))

    def rule(
        self, sector: str, *, sale_id: str, operator: str = OPERATOR, ruling: str, key: str | None = None
    ) -> Answer:
        """Decide an open claim: ``uphold`` or ``reject``."""
        if ruling == "uphold":
            return self.ask(sector, request(RuleClaim(sale_id, operator, "uphold"), OPERATOR, key))
        if ruling == "reject":
            return self.ask(sector, request(RuleClaim(sale_id, operator, "reject"), OPERATOR, key))
        raise Invalid("ruling", f"{ruling!r} is neither uphold nor reject")


def _check(field: str, value: int, least: int, most: int) -> None:
    if not isinstance(value, int) or not least <= value <= most:
        raise Invalid(field, f"give a whole number from {least} to {most}")
