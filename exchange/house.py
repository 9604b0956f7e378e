"""The house's own tape: members, credit lines, limits, deposits, payouts (rules.md §9). Decided like a sector's orders.

`House` is the little the decisions need; the store fills in the members an order touches, replay all of them.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, ClassVar, NamedTuple

from exchange.errors import Invalid
from exchange.instant import Instant
from exchange.member import HOUSE, RESERVED_IDS, DailyLimit, Member, check_id
from exchange.money import Cents
from exchange.orderbook.order import ChangeMember, Facts
from exchange.orderbook.outcome import Refused

MOST_CENTS: Cents = 10**14
"""More than any account of this house will hold: the largest amount a form may state."""


@dataclass(frozen=True, slots=True)
class JoinHouse:
    """An organisation becomes a member. Its name stays out of the tape: it may be a person's."""

    kind: ClassVar[str] = "join"
    organisation: str
    group: str
    supplier: bool
    buyer: bool
    credit_line_cents: Cents = 0


@dataclass(frozen=True, slots=True)
class SetCreditLine:
    """What a buyer may owe from now on; ``facts`` as for a buyer's order."""

    kind: ClassVar[str] = "credit_line"
    organisation: str
    credit_line_cents: Cents
    facts: Facts


@dataclass(frozen=True, slots=True)
class SetDailyLimit:
    """What a firm lets itself spend on instant bids in a day, net; None: as much as it has.

    ``midnight_at`` is the end of the day in Europe/Berlin it is set on, which the core cannot work out.
    """

    kind: ClassVar[str] = "daily_limit"
    organisation: str
    limit_cents: Cents | None
    facts: Facts
    midnight_at: Instant = 0


@dataclass(frozen=True, slots=True)
class Deposit:
    """Money that arrived for a member's wallet; ``reference`` names the bank's booking."""

    kind: ClassVar[str] = "deposit"
    organisation: str
    amount_cents: Cents
    reference: str


@dataclass(frozen=True, slots=True)
class Payout:
    """Money that left for a supplier's bank account; ``reference`` names the bank's booking.

    ``payable_cents`` is a fact: what of its payable account had been released by the order's instant and not paid out.
    """

    kind: ClassVar[str] = "payout"
    organisation: str
    amount_cents: Cents
    reference: str
    payable_cents: Cents = 0


@dataclass(frozen=True, slots=True)
class Joined:
    """A member from now on."""

    kind: ClassVar[str] = "joined"
    organisation: str


@dataclass(frozen=True, slots=True)
class MemberChanged:
    """Group or suspension as they are from now on."""

    kind: ClassVar[str] = "member_changed"
    organisation: str


@dataclass(frozen=True, slots=True)
class CreditLineSet:
    """The credit line in force. ``movement`` is the wallet's number for it, as for a transfer: it changes
    what is available."""

    kind: ClassVar[str] = "credit_line_set"
    organisation: str
    credit_line_cents: Cents
    movement: int


@dataclass(frozen=True, slots=True)
class DailyLimitSet:
    """The limit in force, and the one that takes its place at ``later_at`` if that is given.

    ``movement`` is the wallet's number for it: so every instant bid stands before or after it.
    """

    kind: ClassVar[str] = "daily_limit_set"
    organisation: str
    limit_cents: Cents | None
    later_cents: Cents | None
    later_at: Instant | None
    movement: int

    @property
    def limit(self) -> DailyLimit:
        """As members and wallets keep it."""
        return DailyLimit(self.limit_cents, self.later_cents, self.later_at)


@dataclass(frozen=True, slots=True)
class Deposited:
    """The wallet holds more (gross cents)."""

    kind: ClassVar[str] = "deposited"
    organisation: str
    amount_cents: Cents


@dataclass(frozen=True, slots=True)
class PaidOut:
    """The supplier's payable account holds less (net cents)."""

    kind: ClassVar[str] = "paid_out"
    organisation: str
    amount_cents: Cents


HouseOrder = JoinHouse | SetCreditLine | SetDailyLimit | Deposit | Payout | ChangeMember
HouseOutcome = Joined | MemberChanged | CreditLineSet | DailyLimitSet | Deposited | PaidOut | Refused


class HouseDecided(NamedTuple):
    """One entry to be of the house's tape; the sectors' are `orderbook.outcome.Decided`."""

    at: Instant
    seq: int
    value: HouseOrder | HouseOutcome


class House:
    """Members by organisation, the number of the last entry, and the instant it was decided at."""

    def __init__(self, seq: int = 0, settled_until: Instant = 0) -> None:
        self.sector = HOUSE
        self.seq = seq
        self.settled_until = settled_until
        self.members: dict[str, Member] = {}

    def next_seq(self) -> int:
        """The number of the next entry; numbers have no gaps."""
        self.seq += 1
        return self.seq


def decide_house(house: House, order: HouseOrder, at: Instant) -> list[HouseDecided]:
    """Decide one order of the house: its own entry, then its outcome. Raises Invalid for a wrong form."""
    outcome = _DECIDERS[type(order)](house, order, at)
    house.settled_until = at
    return [HouseDecided(at, house.next_seq(), order), HouseDecided(at, house.next_seq(), outcome)]


def _join(house: House, order: JoinHouse, _at: Instant) -> HouseOutcome:
    check_id("organisation", order.organisation)
    check_id("group", order.group)
    _check_amount("credit_line_cents", order.credit_line_cents, least=0)
    if order.organisation in RESERVED_IDS:
        raise Invalid("organisation", f"{order.organisation} names a role, not a member")
    if order.organisation in house.members:
        raise Invalid("organisation", f"{order.organisation} is taken")
    if not (order.supplier or order.buyer):
        raise Invalid("roles", "a member is a supplier, a buyer, or both")
    house.members[order.organisation] = Member(
        organisation=order.organisation,
        group=order.group,
        supplier=order.supplier,
        buyer=order.buyer,
        credit_line_cents=order.credit_line_cents,
    )
    return Joined(order.organisation)


def _change(house: House, order: ChangeMember, _at: Instant) -> HouseOutcome:
    check_id("group", order.group)
    member = house.members.get(order.organisation)
    if member is None:
        return _unknown(order.organisation)
    house.members[order.organisation] = replace(member, group=order.group, suspended=order.suspended)
    return MemberChanged(order.organisation)


def _set_credit_line(house: House, order: SetCreditLine, _at: Instant) -> HouseOutcome:
    _check_amount("credit_line_cents", order.credit_line_cents, least=0)
    member = house.members.get(order.organisation)
    if member is None:
        return _unknown(order.organisation)
    wallet_cents = order.facts.available_cents - member.credit_line_cents
    if wallet_cents + order.credit_line_cents < 0:
        return Refused(order.organisation, order.organisation, "insufficient_funds")
    house.members[order.organisation] = replace(member, credit_line_cents=order.credit_line_cents)
    return CreditLineSet(order.organisation, order.credit_line_cents, order.facts.movement + 1)


def _set_daily_limit(house: House, order: SetDailyLimit, at: Instant) -> HouseOutcome:
    if order.limit_cents is not None:
        _check_amount("limit_cents", order.limit_cents, least=1)
    member = house.members.get(order.organisation)
    if member is None:
        return _unknown(order.organisation)
    limit = member.daily_limit.changed(order.limit_cents, at, order.midnight_at)
    house.members[order.organisation] = replace(member, daily_limit=limit)
    return DailyLimitSet(
        order.organisation, limit.cents, limit.later_cents, limit.later_at, movement=order.facts.movement + 1
    )


def _deposit(house: House, order: Deposit, _at: Instant) -> HouseOutcome:
    _check_amount("amount_cents", order.amount_cents, least=1)
    if order.organisation not in house.members:
        return _unknown(order.organisation)
    return Deposited(order.organisation, order.amount_cents)


def _pay_out(house: House, order: Payout, _at: Instant) -> HouseOutcome:
    _check_amount("amount_cents", order.amount_cents, least=1)
    if order.organisation not in house.members:
        return _unknown(order.organisation)
    if order.amount_cents > order.payable_cents:
        return Refused("operator", order.organisation, "insufficient_funds")
    return PaidOut(order.organisation, order.amount_cents)


def _unknown(organisation: str) -> Refused:
    return Refused("operator", organisation, "unknown")


def _check_amount(field: str, cents: Cents, *, least: Cents) -> None:
    if not isinstance(cents, int) or not least <= cents <= MOST_CENTS:
        raise Invalid(field, f"give whole cents from {least} to {MOST_CENTS}")


_DECIDERS: dict[type, Callable[[House, Any, Instant], HouseOutcome]] = {
    JoinHouse: _join,
    ChangeMember: _change,
    SetCreditLine: _set_credit_line,
    SetDailyLimit: _set_daily_limit,
    Deposit: _deposit,
    Payout: _pay_out,
}
