"""A seeded tape for tests of back-tests: leads on two curves, standing bids of every kind, halts, buyers by hand."""

import random
from dataclasses import dataclass, field

from exchange.claims import ClaimRules
from exchange.instant import DAY_US, HOUR_US, MINUTE_US, Instant
from exchange.orderbook import order as o
from exchange.orderbook.caps import ActiveHours, Cap
from exchange.orderbook.filters import Condition, Filters
from exchange.orderbook.sharing import ConversionRule, Sharing
from exchange.pricing.curve import Curve, CurveVersion, Exponential, Linear
from exchange.pricing.hours import Calendar
from exchange.sector import REGIONS
from tests.orderbook.market import BERLIN_2026, MONDAY, RICH

DAY_LONG = CurveVersion(1, "a day", Curve(Exponential(half_life_us=12 * HOUR_US), duration_us=DAY_US))
TWO_DAYS = CurveVersion(2, "two days", Curve(Linear(), duration_us=2 * DAY_US))
WORKDAYS = Calendar(
    7,
    tuple((day, 480, 1_200) for day in range(5)),
    (),
    BERLIN_2026.offsets,
    BERLIN_2026.from_us,
    BERLIN_2026.until_us,
)
_REGIONS = tuple(REGIONS)[:6]


Orders = list[tuple[Instant, o.Order]]


@dataclass
class Tape:
    """Orders in the order of their instants."""

    rng: random.Random
    at: Instant = MONDAY
    orders: list[tuple[Instant, o.Order]] = field(default_factory=list)
    leads: int = 0
    bids: list[tuple[str, str]] = field(default_factory=list)

    def add(self, order: o.Order) -> None:
        self.orders.append((self.at, order))

    def lead(self) -> None:
        rng, self.leads = self.rng, self.leads + 1
        area, seats = rng.randrange(10, 99), rng.choice((1, 1, 3))
        start, supplier = 50 * rng.randint(80, 90), f"s{rng.randrange(4)}"
        converts = seats == 1 and rng.random() < 0.3
        self.add(
            o.ListLead(
                f"L{self.leads}", supplier, supplier, f"p{self.leads // 2}", _REGIONS[area % 6], f"{area}123", seats,
                start, start // 200 * 50, self.at, (("kwh", str(rng.randrange(1000, 9000))),),
                draw=rng.randrange(10_000),
                conversion=ConversionRule(rng.randint(1, 20) * HOUR_US, 2) if converts else None,
            )
        )  # fmt: skip

    def bid(self) -> None:
        name, buyer = f"B{len(self.bids) + 1}", f"b{self.rng.randrange(12)}"
        self.bids.append((name, buyer))
        self.add(o.StandingBid(bid_id=name, buyer=buyer, group=buyer, facts=RICH, **self.terms()))  # type: ignore[arg-type]

    def terms(self) -> dict[str, object]:
        rng, limit = self.rng, 50 * self.rng.randint(20, 88)
        filters = rng.choice(
            (
                Filters(),
                Filters(regions=tuple(rng.sample(_REGIONS, 2))),
                Filters(postcodes=(str(rng.randrange(1, 9)),)),
                Filters(postcodes=(f"{rng.randrange(10, 99)}", f"{rng.randrange(10, 99)}1"), seats_at_most=1),
                Filters(regions=_REGIONS[:3], not_from=(f"s{rng.randrange(4)}",), seats_at_most=2),
                Filters(conditions=(Condition("kwh", ">=", ("4000",)),), age_below_us=20 * HOUR_US),
            )
        )
        caps = ((), (Cap("day", leads=2),), (Cap("hour", net_cents=2 * limit + 250),))
        return {
            "limit_cents": limit,
            "quantity": rng.randint(1, 12),
            "filters": filters,
            "caps": rng.choice(caps),
            "budget_cents": limit * 3 + 150 if rng.random() < 0.3 else None,
            "hours": ActiveHours(((rng.randrange(5), 480, 1_080),)) if rng.random() < 0.2 else None,
            "until_at": self.at + rng.randint(1, 200) * HOUR_US,
        }

    def other(self) -> None:
        """Whatever else happens to bids, leads and the sector."""
        rng, lead = self.rng, f"L{self.rng.randint(max(1, self.leads - 30), self.leads)}"
        buyer = f"b{rng.randrange(12)}"
        name, owner = rng.choice(self.bids)
        self.add(
            rng.choices(
                (
                    o.InstantBid(buyer, buyer, lead, 50 * rng.randint(40, 90), RICH),
                    o.CancelBid(name, owner),
                    o.PauseBid(name, owner),
                    o.UnpauseBid(name, owner),
                    o.ChangeBid(name, owner, facts=RICH, **self.terms()),  # type: ignore[arg-type]
                    o.WithdrawListing(lead, "operator"),
                    o.WithdrawConsent(lead, "operator", listing_ids=(lead,)),
                    o.ChangeMember(owner, rng.choice((owner, "together")), suspended=rng.random() < 0.2),
                    o.HaltSector("operator", "a look"),
                    o.ResumeSector("operator"),
                ),
                (8, 2, 2, 3, 3, 2, 1, 1, 1, 3),
            )[0]
        )


def tape(seed: int, leads: int = 120, *, calendar: Calendar = BERLIN_2026) -> tuple[Orders, Instant]:
    """So many leads over some days, and the instant at which everything has ended."""
    found = Tape(random.Random(seed))
    found.add(o.OpenSector(50, 3, 1_000, 1_900, calendar, ClaimRules()))
    found.add(o.SetSharing("operator", Sharing(15_000, 6_000)))
    found.add(o.TuneSector("operator", (o.Arm(DAY_LONG, 4_000), o.Arm(TWO_DAYS, 6_000))))
    for _ in range(leads):
        found.at += found.rng.randrange(1, 90) * MINUTE_US
        found.lead()
        if found.rng.random() < 0.3:
            found.bid()
        if found.bids and found.rng.random() < 0.5:
            found.other()
    found.at += HOUR_US
    found.add(o.ResumeSector("operator"))
    return found.orders, found.at + 40 * DAY_US
