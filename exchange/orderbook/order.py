"""Orders: what members, operators and the world ask of a sector. Each becomes one entry of its tape.

Orders are values; whatever a decision needs from outside the sector travels in them as `Facts` (rules.md §9).
"""

from dataclasses import dataclass, field
from typing import ClassVar, Literal

from exchange.claims import ClaimRules
from exchange.instant import Instant
from exchange.lead import EVERYONE, Answers, ConsentScope
from exchange.money import BasisPoints, Cents
from exchange.orderbook.caps import ActiveHours, Cap
from exchange.orderbook.filters import Filters
from exchange.orderbook.rates import Rates
from exchange.orderbook.sharing import ConversionRule, Sharing
from exchange.pricing.curve import CurveVersion
from exchange.pricing.hours import Calendar


@dataclass(frozen=True, slots=True)
class Facts:
    """What a buyer's order was judged on, read under the wallet's lock.

    ``available_cents`` is balance plus credit line less reservations, gross; ``movement`` the wallet's last
    movement number; ``limit_left_cents`` what is left of the firm's own limit for the day, net, None without one.
    """

    available_cents: Cents
    movement: int = 0
    limit_left_cents: Cents | None = None


@dataclass(frozen=True, slots=True)
class Arm:
    """A curve version active in a sector, with its probability in basis points."""

    version: CurveVersion
    probability_bp: BasisPoints


@dataclass(frozen=True, slots=True)
class OpenSector:
    """The first entry of a sector's tape: its grid, seats, rates, calendar and claim rules."""

    kind: ClassVar[str] = "open"
    tick_cents: Cents
    most_seats: int
    fee_bp: BasisPoints
    vat_bp: BasisPoints
    calendar: Calendar
    claims: ClaimRules


@dataclass(frozen=True, slots=True)
class TuneSector:
    """Curve versions in force for leads listed from now on; probabilities sum to 10,000 basis points.

    ``versions`` are further curve versions made known to the sector, which a listing may name. With a ``from_at``
    that lies ahead the arms are a plan: they hold for leads listed from that instant on, and take the place of what
    was planned for it; without arms what was planned for it is called off.
    """

    kind: ClassVar[str] = "tune"
    operator: str
    arms: tuple[Arm, ...]
    versions: tuple[CurveVersion, ...] = ()
    from_at: Instant | None = None


@dataclass(frozen=True, slots=True)
class SetRates:
    """Grid and seats for leads listed from now on, fee and claim rules for sales made from now on: all of them."""

    kind: ClassVar[str] = "rates"
    operator: str
    rates: Rates


@dataclass(frozen=True, slots=True)
class SetSharing:
    """What shared leads cost from now on: buy-outs at once, conversions of leads listed from now on."""

    kind: ClassVar[str] = "sharing"
    operator: str
    sharing: Sharing


@dataclass(frozen=True, slots=True)
class ListLead:
    """Offer a lead. ``draw`` 0..9999 picks the arm unless ``curve`` names a version (rules.md §2.6)."""

    kind: ClassVar[str] = "list"
    listing_id: str
    supplier: str
    supplier_group: str
    person_id: str
    region: str
    postcode: str
    seats: int
    start_cents: Cents
    floor_cents: Cents
    asked_at: Instant
    answers: Answers = ()
    consent: ConsentScope = EVERYONE
    draw: int = 0
    curve: int | None = None
    duration_us: int | None = None
    """Replaces the curve's running time and nothing else."""
    conversion: ConversionRule | None = None


@dataclass(frozen=True, slots=True)
class BidTerms:
    """What a standing bid takes and what bounds it (rules.md §3). Limit, caps and budget are net."""

    kind: ClassVar[str]
    bid_id: str
    buyer: str
    limit_cents: Cents
    quantity: int
    facts: Facts
    filters: Filters = Filters()
    budget_cents: Cents | None = None
    caps: tuple[Cap, ...] = ()
    hours: ActiveHours | None = None
    until_at: Instant | None = None


@dataclass(frozen=True, slots=True)
class StandingBid(BidTerms):
    """A bid that rests until filled, cancelled or ended."""

    kind: ClassVar[str] = "bid"
    group: str = field(kw_only=True)


@dataclass(frozen=True, slots=True)
class ChangeBid(BidTerms):
    """The bid as it shall be from now on: every member, also those that stay."""

    kind: ClassVar[str] = "change"


@dataclass(frozen=True, slots=True)
class PauseBid:
    """Take a bid out of the walk; its reservation stays."""

    kind: ClassVar[str] = "pause"
    bid_id: str
    buyer: str


@dataclass(frozen=True, slots=True)
class UnpauseBid:
    """Bring a paused bid back to its place."""

    kind: ClassVar[str] = "unpause"
    bid_id: str
    buyer: str


@dataclass(frozen=True, slots=True)
class CancelBid:
    """End a bid and release what it reserves."""

    kind: ClassVar[str] = "cancel"
    bid_id: str
    buyer: str


@dataclass(frozen=True, slots=True)
class CancelAll:
    """End every bid of one buyer in this sector."""

    kind: ClassVar[str] = "cancel_all"
    buyer: str


@dataclass(frozen=True, slots=True)
class InstantBid:
    """Buy a seat now at the ask, paying at most ``most_cents`` (net, any positive number of cents).

    With ``buyout`` the whole of a shared lead none of whose seats is sold, at the sector's factor (rules.md §3).
    """

    kind: ClassVar[str] = "buy"
    buyer: str
    group: str
    listing_id: str
    most_cents: Cents
    facts: Facts
    buyout: bool | None = None


@dataclass(frozen=True, slots=True)
class WithdrawListing:
    """Close the open seats. ``by`` is the supplier's id, or ``operator`` or ``enquirer``."""

    kind: ClassVar[str] = "withdraw"
    listing_id: str
    by: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class WithdrawConsent:
    """The enquirer took the consent back, at ``since_at`` (None: just now), says ``by``: its supplier, or as above.

    ``listing_ids`` are all listings of that lead, open or not, read under the sector's lock.
    """

    kind: ClassVar[str] = "withdraw_consent"
    listing_id: str
    by: str
    since_at: Instant | None = None
    reason: str = ""
    listing_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HaltSector:
    """Stop the price clock and every purchase of the sector, with a reason (rules.md §6)."""

    kind: ClassVar[str] = "halt"
    operator: str
    reason: str


@dataclass(frozen=True, slots=True)
class ResumeSector:
    """End a halt: clocks go on from where they stood."""

    kind: ClassVar[str] = "resume"
    operator: str


@dataclass(frozen=True, slots=True)
class FileClaim:
    """A buyer disputes one sale on one ground (`exchange.claims.GROUNDS`)."""

    kind: ClassVar[str] = "claim"
    sale_id: str
    buyer: str
    ground: str


@dataclass(frozen=True, slots=True)
class RuleClaim:
    """An operator's ruling on a claim."""

    kind: ClassVar[str] = "rule"
    sale_id: str
    operator: str
    ruling: Literal["uphold", "reject"]


@dataclass(frozen=True, slots=True)
class ChangeMember:
    """A member's group or suspension as it is from now on, written on every sector it touches (rules.md §9)."""

    kind: ClassVar[str] = "member"
    organisation: str
    group: str
    suspended: bool


Order = (
    OpenSector
    | TuneSector
    | SetRates
    | SetSharing
    | ListLead
    | StandingBid
    | ChangeBid
    | PauseBid
    | UnpauseBid
    | CancelBid
    | CancelAll
    | InstantBid
    | WithdrawListing
    | WithdrawConsent
    | HaltSector
    | ResumeSector
    | FileClaim
    | RuleClaim
    | ChangeMember
)
