"""What the judge remembers of listings, bids and sales: plain records, looked through from end to end."""

from dataclasses import dataclass, field

from exchange.instant import Instant
from exchange.orderbook import order as o
from exchange.orderbook.sharing import Conversion
from exchange.pricing.curve import CurveVersion
from exchange.pricing.schedule import Schedule


@dataclass(eq=False)
class JudgedListing:
    seq: int
    listing_id: str
    supplier: str
    region: str
    postcode: str
    seats: int
    asked_at: Instant
    answers: dict[str, str]
    order: o.ListLead
    schedule: Schedule
    ask: int
    version: CurveVersion
    arm_bp: int
    conversion: Conversion | None = None
    sold: int = 0
    state: str = "open"


@dataclass(eq=False)
class JudgedBid:
    seq: int
    place: int
    terms: o.StandingBid | o.ChangeBid
    group: str
    fills: list[tuple[Instant, int]] = field(default_factory=list)
    reserved: int = 0
    state: str = "active"
    out: bool = False
    passed: set[str] = field(default_factory=set)
    notes: dict[str, tuple[Instant | None, int]] = field(default_factory=dict)


@dataclass(eq=False)
class JudgedSale:
    seq: int
    sale_id: str
    sold_at: Instant
    buyer: str
    supplier: str
    parts: tuple[int, int, int]
    claim: str = "unclaimed"
    ground: str = ""
    silence_at: Instant | None = None
    back: tuple[int, int, int] = (0, 0, 0)
    released: bool = False
