"""A wallet in words: what is held by which bid, what moved, and which months and kinds may be asked for."""

from dataclasses import dataclass

from flask import url_for

from exchange.instant import DAY_US, Instant, from_datetime
from exchange.reports.deposits import DepositRow
from exchange.reports.holdings import Holding
from exchange.reports.money import KINDS, Kind, Movement
from exchange.web import formats
from exchange.web.rows import short_code
from exchange.web.visit import Visit

MOST_MONTHS = 24


@dataclass(frozen=True, slots=True)
class MovementView:
    """One movement in words."""

    number: str
    at: str
    what: str
    detail: str
    href: str
    amount: str
    after: str
    gain: bool


@dataclass(frozen=True, slots=True)
class HoldingView:
    """What one standing bid holds."""

    name: str
    href: str
    left: str
    amount: str
    paused: bool


@dataclass(frozen=True, slots=True)
class DepositView:
    """A deposit on its way."""

    reference: str
    href: str
    amount: str
    at: str
    state: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What of the movements was asked for; ``month`` is ``2026-11`` or empty."""

    kind: Kind | None
    month: str
    span: tuple[Instant, Instant] | None

    @property
    def filters(self) -> dict[str, str]:
        """As they stand in an address."""
        return {name: value for name, value in (("kind", self.kind or ""), ("month", self.month)) if value}


def asked_for(kind: str, month: str, months: list[tuple[str, Instant]], now: Instant) -> Asked:
    """What an address asks for; what is unknown is left out."""
    found = next((one for one in KINDS if one == kind), None)
    for place, (name, from_at) in enumerate(months):
        if name == month:
            return Asked(found, month, (from_at, months[place - 1][1] if place else now + DAY_US))
    return Asked(found, "", None)


def months_between(first_at: Instant, last_at: Instant) -> list[tuple[str, Instant]]:
    """The months of Berlin a span touches, the latest first, each with its beginning."""
    found: list[tuple[str, Instant]] = []
    at = last_at
    while len(found) < MOST_MONTHS:
        begins_at = from_datetime(formats.berlin(at).replace(day=1, hour=0, minute=0, second=0, microsecond=0))
        found.append((f"{formats.berlin(begins_at):%Y-%m}", begins_at))
        if begins_at <= first_at:
            break
        at = begins_at - 1
    return found


def movement_view(seen: Visit, movement: Movement, credit_line_cents: int) -> MovementView:
    """One line."""
    gain = movement.change_cents > 0
    number = formats.number(movement.number, seen.lang)
    if movement.first != movement.number:
        number = f"{formats.number(movement.first, seen.lang)}–{number}"
    href = ""
    if movement.listing_id:
        href = url_for("leads.show", listing_id=movement.listing_id)
    elif movement.bid_id:
        href = url_for("bids.show", bid_id=movement.bid_id)
    return MovementView(
        number=number,
        at=formats.moment(movement.at, "second", seen.lang),
        what=seen.t(f"wallet.kind.{movement.kind}"),
        detail=movement.bid or (short_code(movement.sector) if movement.listing_id else ""),
        href=href,
        amount=("+" if gain else "") + seen.money(movement.change_cents),
        after=seen.money(movement.balance_cents + credit_line_cents),
        gain=gain,
    )


def holding_view(seen: Visit, holding: Holding) -> HoldingView:
    """One standing bid."""
    return HoldingView(
        name=holding.name or short_code(holding.sector),
        href=url_for("bids.show", bid_id=holding.bid_id),
        left=seen.tn("wallet.held_for", holding.left),
        amount=seen.money(holding.reserved_cents),
        paused=holding.paused,
    )


def deposit_view(seen: Visit, row: DepositRow) -> DepositView:
    """One deposit."""
    return DepositView(
        reference=row.reference,
        href=url_for("wallet.deposit", reference=row.reference),
        amount=seen.money(row.amount_cents),
        at=formats.moment(row.asked_at, "minute", seen.lang),
        state=seen.t(f"deposit.state.{row.state}"),
    )
