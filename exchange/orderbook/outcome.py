"""Outcomes: what the sector decided. Values; each becomes one entry of the tape right after its order."""

from dataclasses import dataclass
from typing import ClassVar, Literal, NamedTuple

from exchange.instant import Instant
from exchange.money import BasisPoints, Cents
from exchange.orderbook.order import Order
from exchange.orderbook.sharing import Conversion

SkipReason = Literal[
    "own_lead", "not_covered_by_consent", "already_bought", "out_of_hours", "cap_reached", "budget_used"
]


@dataclass(frozen=True, slots=True)
class Listed:
    """A lead is open, on these terms (rules.md §1); its number on the tape ranks it among listings.

    ``converted_from`` is the listing whose second one this is; its order is that one's.
    """

    kind: ClassVar[str] = "listed"
    listing_id: str
    start_cents: Cents
    floor_cents: Cents
    tick_cents: Cents
    seats: int
    curve: int
    arm_bp: BasisPoints
    duration_us: int
    calendar: int
    conversion: Conversion | None = None
    converted_from: str | None = None


@dataclass(frozen=True, slots=True)
class Placed:
    """A standing bid rests, with what it holds of its buyer's wallet (gross)."""

    kind: ClassVar[str] = "placed"
    bid_id: str
    buyer: str
    reserved_cents: Cents


@dataclass(frozen=True, slots=True)
class Changed:
    """A bid is as its last change says. ``state`` after it; ``kept_place`` tells whether it was re-queued."""

    kind: ClassVar[str] = "changed"
    bid_id: str
    buyer: str
    reserved_cents: Cents
    state: str
    kept_place: bool


@dataclass(frozen=True, slots=True)
class Cancelled:
    """A bid ended by its buyer; its reservation is released."""

    kind: ClassVar[str] = "cancelled"
    bid_id: str
    buyer: str


@dataclass(frozen=True, slots=True)
class Filled:
    """One seat sold at the ask. ``bid_id`` is None for an instant bid; fee and VAT in cents.

    ``reserved_cents`` is what the bid holds after the fill (gross); 0 for an instant bid. In a ``buyout`` the price,
    ``ask_cents``, is the ask times the sector's factor, and the other seats are closed with this entry.
    """

    kind: ClassVar[str] = "filled"
    sale_id: str
    listing_id: str
    bid_id: str | None
    buyer: str
    group: str
    supplier: str
    person_id: str
    seat: int
    ask_cents: Cents
    vat_cents: Cents
    fee_cents: Cents
    reserved_cents: Cents
    sold_out: bool
    buyout: bool | None = None


@dataclass(frozen=True, slots=True)
class Skipped:
    """A bid whose limit was reached, passed over (rules.md §3)."""

    kind: ClassVar[str] = "skipped"
    listing_id: str
    bid_id: str
    buyer: str
    reason: SkipReason


@dataclass(frozen=True, slots=True)
class Expired:
    """A listing or a standing bid came to the end of its time."""

    kind: ClassVar[str] = "expired"
    thing: Literal["listing", "bid"]
    name: str
    buyer: str | None = None
    """The bid's buyer, whose reservation is released."""


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """The open seats of a listing are closed; sold seats stand."""

    kind: ClassVar[str] = "withdrawn"
    listing_id: str
    by: str


@dataclass(frozen=True, slots=True)
class Converted:
    """An exclusive listing ended unsold, at this last ask: its lead is offered again as ``into``, to several buyers."""

    kind: ClassVar[str] = "converted"
    listing_id: str
    into: str
    ask_cents: Cents


@dataclass(frozen=True, slots=True)
class ConsentWithdrawn:
    """Since this instant nobody may contact the enquirer any more, whoever has bought a seat of this listing."""

    kind: ClassVar[str] = "consent_withdrawn"
    listing_id: str
    by: str
    since_at: Instant


@dataclass(frozen=True, slots=True)
class Halted:
    """The sector stands still."""

    kind: ClassVar[str] = "halted"
    reason: str


@dataclass(frozen=True, slots=True)
class Resumed:
    """The sector goes on."""

    kind: ClassVar[str] = "resumed"


@dataclass(frozen=True, slots=True)
class Claimed:
    """A sale is disputed; without a ruling it is upheld by silence at ``silence_at``."""

    kind: ClassVar[str] = "claimed"
    sale_id: str
    buyer: str
    ground: str
    silence_at: Instant


@dataclass(frozen=True, slots=True)
class Upheld:
    """A claim is granted: these parts go back on all sides (cents)."""

    kind: ClassVar[str] = "upheld"
    sale_id: str
    buyer: str
    supplier: str
    net_cents: Cents
    vat_cents: Cents
    fee_cents: Cents
    by_silence: bool


@dataclass(frozen=True, slots=True)
class Rejected:
    """A claim is not granted."""

    kind: ClassVar[str] = "rejected"
    sale_id: str
    buyer: str


@dataclass(frozen=True, slots=True)
class Released:
    """A sale's claim window has passed: the supplier's part becomes payable (cents, net less fee)."""

    kind: ClassVar[str] = "released"
    sale_id: str
    supplier: str
    amount_cents: Cents


@dataclass(frozen=True, slots=True)
class Refused:
    """An order that did nothing. ``code`` is of rules.md §10; ``reason`` says why a thing is not open."""

    kind: ClassVar[str] = "refused"
    who: str
    name: str
    code: str
    reason: str | None = None


Outcome = (
    Listed
    | Placed
    | Changed
    | Cancelled
    | Filled
    | Skipped
    | Expired
    | Withdrawn
    | Converted
    | ConsentWithdrawn
    | Halted
    | Resumed
    | Claimed
    | Upheld
    | Rejected
    | Released
    | Refused
)


class Decided(NamedTuple):
    """One entry to be: when it became due or was decided, its number in the sector, and what it is."""

    at: Instant
    seq: int
    value: Order | Outcome
