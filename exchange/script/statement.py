"""Every statement of a script as a frozen value: set-up lines without an instant, timed ones with theirs.

Amounts are cents, rates basis points, spans microseconds; organisations, sectors and things go by the names
the script gives them. ``line`` is where the statement stands.
"""

from dataclasses import dataclass
from typing import Literal

from exchange.instant import Instant
from exchange.money import BasisPoints, Cents
from exchange.orderbook.caps import Cap
from exchange.orderbook.filters import Condition
from exchange.orderbook.sharing import NONE, ConversionRule, Sharing
from exchange.pricing.curve import Curve
from exchange.script.windows import Window

OPERATOR = "operator"

Shares = tuple[tuple[str, BasisPoints], ...]
"""Curves by name with their probability: the arms of a sector."""


@dataclass(frozen=True, slots=True)
class CurveLine:
    line: int
    name: str
    curve: Curve


@dataclass(frozen=True, slots=True)
class SectorLine:
    """``fee_bp`` is None where the script's own fee holds; no ``windows`` mean an ever-running price clock."""

    line: int
    name: str
    tick_cents: Cents
    arms: Shares
    most_seats: int
    windows: tuple[Window, ...] = ()
    holidays: bool = True
    fee_bp: BasisPoints | None = None
    sharing: Sharing = NONE


@dataclass(frozen=True, slots=True)
class SupplierLine:
    line: int
    name: str


@dataclass(frozen=True, slots=True)
class BuyerLine:
    line: int
    name: str
    money_cents: Cents
    credit_cents: Cents = 0
    group: str | None = None


@dataclass(frozen=True, slots=True)
class ConsentLine:
    line: int
    name: str
    covers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ListLeads:
    """One lead, or a batch of equal ones: each name is an order of its own."""

    line: int
    at: Instant
    names: tuple[str, ...]
    sector: str
    supplier: str
    region: str
    postcode: str
    start_cents: Cents
    floor_cents: Cents
    seats: int
    curve: str | None = None
    duration_us: int | None = None
    consent: str | None = None
    age_us: int = 0
    answers: tuple[tuple[str, str], ...] = ()
    person: str | None = None
    draw: int = 0
    conversion: ConversionRule | None = None


@dataclass(frozen=True, slots=True)
class PlaceBid:
    line: int
    at: Instant
    name: str
    buyer: str
    sector: str
    limit_cents: Cents
    quantity: int
    regions: tuple[str, ...] | None = None
    postcodes: tuple[str, ...] | None = None
    seats_at_most: int | None = None
    age_below_us: int | None = None
    conditions: tuple[Condition, ...] = ()
    budget_cents: Cents | None = None
    caps: tuple[Cap, ...] = ()
    windows: tuple[Window, ...] | None = None
    until_at: Instant | None = None
    not_from: tuple[str, ...] = ()
    only_from: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Buy:
    line: int
    at: Instant
    buyer: str
    listing: str
    most_cents: Cents
    key: str | None = None
    buyout: bool = False


@dataclass(frozen=True, slots=True)
class ChangeBid:
    """Another limit or another total quantity; exactly one of the two is given."""

    line: int
    at: Instant
    bid: str
    limit_cents: Cents | None = None
    quantity: int | None = None


@dataclass(frozen=True, slots=True)
class SwitchBid:
    line: int
    at: Instant
    bid: str
    verb: Literal["pause", "unpause", "cancel"]


@dataclass(frozen=True, slots=True)
class CancelAll:
    line: int
    at: Instant
    buyer: str


@dataclass(frozen=True, slots=True)
class Withdraw:
    """By the supplier; or ``revoke``: the operator says that the enquirer took the consent back."""

    line: int
    at: Instant
    listing: str
    revoke: bool = False


@dataclass(frozen=True, slots=True)
class Halt:
    line: int
    at: Instant
    sector: str
    reason: str


@dataclass(frozen=True, slots=True)
class Resume:
    line: int
    at: Instant
    sector: str


@dataclass(frozen=True, slots=True)
class Deposit:
    line: int
    at: Instant
    buyer: str
    amount_cents: Cents


@dataclass(frozen=True, slots=True)
class LimitDay:
    """What a firm lets itself spend on instant bids in a day, net; None: no limit."""

    line: int
    at: Instant
    buyer: str
    limit_cents: Cents | None


@dataclass(frozen=True, slots=True)
class Tune:
    line: int
    at: Instant
    sector: str
    arms: Shares
    from_at: Instant | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    line: int
    at: Instant
    sale: str
    ground: str


@dataclass(frozen=True, slots=True)
class Rule:
    line: int
    at: Instant
    sale: str
    ruling: Literal["uphold", "reject"]


@dataclass(frozen=True, slots=True)
class Settle:
    line: int
    at: Instant


SetUp = CurveLine | SectorLine | SupplierLine | BuyerLine | ConsentLine

Timed = (
    ListLeads
    | PlaceBid
    | Buy
    | ChangeBid
    | SwitchBid
    | CancelAll
    | Withdraw
    | Halt
    | Resume
    | Deposit
    | LimitDay
    | Tune
    | Claim
    | Rule
    | Settle
)
