"""A busy sector for the bench: so many open listings and standing bids over 16 regions, then mixed orders.

Listings fall by 120 exponential steps over a day, at random ages; bids rest below the asks, with regions,
postcodes, answers and caps in the mix a German market shows.
"""

import random
from dataclasses import dataclass, field

from exchange.claims import ClaimRules
from exchange.instant import DAY_US, HOUR_US, SECOND_US, Instant, from_text
from exchange.orderbook import order as o
from exchange.orderbook.book import Book
from exchange.orderbook.caps import Cap
from exchange.orderbook.decide import decide
from exchange.orderbook.filters import Condition, Filters
from exchange.orderbook.listing import Listing
from exchange.orderbook.match import settle
from exchange.orderbook.outcome import Decided
from exchange.pricing.curve import Curve, CurveVersion, Exponential
from exchange.pricing.table import compile_table
from exchange.sector import REGIONS
from tests.orderbook.market import BERLIN_2026

NOON: Instant = from_text("2026-03-04T12:00:00Z")
RICH = o.Facts(10**12)
MIX = (("list", 35), ("bid", 20), ("cancel", 15), ("change", 10), ("buy", 20))
_REGIONS = tuple(REGIONS)
_CURVE = Curve(Exponential(half_life_us=12 * HOUR_US), duration_us=DAY_US)


@dataclass
class Market:
    """The sector's book, a seeded source of orders, and the names they speak of."""

    rng: random.Random
    per_second: int
    """Orders per second of market time: sets how many steps fall due between two orders."""
    book: Book = field(default_factory=lambda: Book("pv"))
    now: Instant = NOON
    named: int = 0
    listings: list[str] = field(default_factory=list)
    bids: list[tuple[str, str]] = field(default_factory=list)

    def open(self, listings: int, bids: int) -> None:
        """Fill the book: listings of every age up to a day, then bids."""
        start = NOON - DAY_US
        decide(self.book, o.OpenSector(50, 3, 1000, 1900, BERLIN_2026, ClaimRules()), start)
        decide(self.book, o.TuneSector("operator", (o.Arm(CurveVersion(1, "day", _CURVE), 10_000),)), start)
        for n in range(listings):
            at = start + 1 + (DAY_US - 2) * n // listings
            self.book.add_listing(self.aged(self.lead(at), at))
        settle(self.book, NOON)
        for _ in range(bids):
            self.decide(self.bid(), NOON)

    def aged(self, order: o.ListLead, listed_at: Instant) -> Listing:
        """The listing as it stands at noon, without living through every step since: as the store loads it."""
        listing = Listing(
            seq=self.book.next_seq(),
            listing_id=order.listing_id,
            supplier=order.supplier,
            supplier_group=order.supplier_group,
            person_id=order.person_id,
            region=order.region,
            postcode=order.postcode,
            answers=dict(order.answers),
            asked_at=order.asked_at,
            listed_at=listed_at,
            seats=order.seats,
            consent=order.consent,
            table=compile_table(order.start_cents, order.floor_cents, 50, _CURVE),
            calendar=BERLIN_2026,
            curve=1,
            arm_bp=10_000,
        )
        listing.step = listing.table.step_index(NOON - listed_at)
        return listing

    def settle(self, at: Instant) -> list[Decided]:
        """The past first, as the desk does before every order; what the store would write is forgotten."""
        self.book.stepped.clear()
        self.book.touched_bids.clear()
        self.book.touched_listings.clear()
        return settle(self.book, at)

    def decide(self, order: o.Order, at: Instant) -> list[Decided]:
        """One order as the desk does it."""
        return self.settle(at) + decide(self.book, order, at)

    def name(self, letter: str) -> str:
        self.named += 1
        return f"{letter}{self.named}"

    def lead(self, at: Instant) -> o.ListLead:
        rng, name = self.rng, self.name("L")
        self.listings.append(name)
        start, area = 50 * rng.randint(80, 240), rng.randrange(1, 99)
        return o.ListLead(
            listing_id=name,
            supplier=(supplier := f"s{rng.randrange(20)}"),
            supplier_group=supplier,
            person_id=name,
            region=_REGIONS[area % 16],
            postcode=f"{area:02d}{rng.randrange(1000):03d}",
            seats=rng.choice((1, 1, 3)),
            start_cents=start,
            floor_cents=start // 200 * 50,
            asked_at=at - rng.randrange(HOUR_US),
            answers=(("kwh", str(rng.randrange(1000, 9000))), ("roof", rng.choice(("flat", "pitched")))),
        )

    def bid(self) -> o.StandingBid:
        name, buyer = self.name("B"), f"b{self.rng.randrange(2000)}"
        self.bids.append((name, buyer))
        return o.StandingBid(bid_id=name, buyer=buyer, group=buyer, **self.terms())

    def terms(self) -> dict[str, object]:
        rng = self.rng
        return {
            "limit_cents": 50 * rng.randint(10, 45),
            "quantity": rng.randint(1, 20),
            "facts": RICH,
            "filters": self.filters(),
            "caps": (Cap("day", leads=rng.randint(1, 5)),) if rng.random() < 0.3 else (),
        }

    def filters(self) -> Filters:
        rng, kind = self.rng, self.rng.random()
        answers = (Condition("kwh", ">=", ("3000",)),) if rng.random() < 0.3 else ()
        if kind < 0.6:
            return Filters(regions=tuple(rng.sample(_REGIONS, rng.randint(1, 4))), conditions=answers)
        if kind < 0.8:
            return Filters(postcodes=(f"{rng.randrange(1, 99):02d}",), conditions=answers)
        return Filters(conditions=answers)

    def order(self) -> tuple[str, o.Order, Instant]:
        """The next order of the mix, with its kind and instant."""
        self.now += self.rng.randrange(2 * SECOND_US // self.per_second)
        kind = self.rng.choices([k for k, _ in MIX], [w for _, w in MIX])[0]
        return kind, self._make(kind), self.now

    def _make(self, kind: str) -> o.Order:
        rng = self.rng
        if kind == "list":
            return self.lead(self.now)
        if kind == "bid":
            return self.bid()
        if kind == "buy":
            buyer = f"b{rng.randrange(2000)}"
            return o.InstantBid(buyer, buyer, rng.choice(self.listings), 50 * rng.randint(60, 240), RICH)
        name, buyer = rng.choice(self.bids)
        if kind == "cancel":
            return o.CancelBid(name, buyer)
        return o.ChangeBid(bid_id=name, buyer=buyer, **self.terms())
