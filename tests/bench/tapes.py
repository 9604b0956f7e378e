"""Long tapes for the bench: a synthetic market of several sectors, written through the real desk in batches.

Leads of every kind, instant and standing bids, cancellations and claims; each batch is one transaction at one instant,
so that writing a tape takes seconds where a day of trade would take a day.
"""

import random
from dataclasses import dataclass, field

from exchange.calendars import make_calendar
from exchange.clock import SetClock
from exchange.desk import Desk, OfferedLead
from exchange.desk.request import Request, request
from exchange.errors import ExchangeError
from exchange.instant import HOUR_US, MINUTE_US, Instant, from_text
from exchange.orderbook import order as o
from exchange.orderbook.caps import Cap
from exchange.orderbook.filters import Filters
from exchange.pricing.curve import Curve, CurveVersion, Exponential
from exchange.sector import REGIONS
from exchange.store import open_store

BEGUN: Instant = from_text("2026-03-02T08:00:00Z")
SECTORS = ("baufi", "bu", "pkv", "pv")
AT_ONCE = 500
BUYERS, SUPPLIERS = 40, 10
_DAY = CurveVersion(1, "a day", Curve(Exponential(half_life_us=8 * HOUR_US), duration_us=24 * HOUR_US))
_REGIONS = tuple(REGIONS)
_UNREAD = o.Facts(0)
_MIX = (("list", 35), ("buy", 25), ("bid", 20), ("cancel", 12), ("claim", 8))


@dataclass
class Sector:
    """What orders of a sector may name."""

    name: str
    listings: list[str] = field(default_factory=list)
    bids: list[tuple[str, str]] = field(default_factory=list)
    sales: list[tuple[str, str]] = field(default_factory=list)


class TapeWriter:
    """Seeded: the same number of entries is the same market each time, but for the arms, of which there is one."""

    def __init__(self, url: str, *, seed: int = 1) -> None:
        self.random = random.Random(seed)
        self.clock = SetClock(BEGUN)
        self.desk = Desk(open_store(url, self.clock, create=True))
        self.sectors = [Sector(name) for name in SECTORS]
        for name in SECTORS:
            self.desk.open_sector(
                name,
                tick_cents=50,
                most_seats=3,
                fee_bp=1_000,
                vat_bp=1_900,
                calendar=make_calendar(1, []),
                arms=(o.Arm(_DAY, 10_000),),
            )
        for number in range(SUPPLIERS):
            self.desk.join(f"s{number}", name=f"Supplier {number}", supplier=True)
        for number in range(BUYERS):
            self.desk.join(f"b{number}", name=f"Buyer {number}", buyer=True)
            self.desk.deposit(f"b{number}", amount_cents=10**11, reference=f"bench {number}")

    def write(self, entries: int) -> int:
        """Trade until about so many entries stand on the tapes; returns how many do."""
        written = 0
        while written < entries:
            self.clock.at_us += 10 * MINUTE_US
            for sector in self.sectors:
                asked = [self._request(sector) for _ in range(AT_ONCE)]
                for answer in self.desk.submit(sector.name, asked):
                    if not isinstance(answer, ExchangeError):
                        sector.sales += [(sale.sale_id, sale.buyer) for sale in answer.fills]
            written = sum(self.heads().values())
        return written

    def heads(self) -> dict[str, int]:
        """How long every tape is."""
        with self.desk.store.read() as connection:
            return dict(connection.exec_driver_sql("SELECT sector, head_seq FROM heads").all())

    def close(self) -> None:
        """Let go of the database."""
        self.desk.store.close()

    def _request(self, sector: Sector) -> Request:
        kind = self.random.choices([kind for kind, _ in _MIX], [weight for _, weight in _MIX])[0]
        named = {"buy": sector.listings, "cancel": sector.bids, "claim": sector.sales}.get(kind, [kind])
        if not named:
            kind = "list"
        return getattr(self, f"_{kind}")(sector)

    def _list(self, sector: Sector) -> Request:
        rng, name = self.random, f"{sector.name}-L{len(sector.listings) + 1}"
        sector.listings.append(name)
        start, area, supplier = 50 * rng.randint(80, 240), rng.randrange(1, 99), f"s{rng.randrange(SUPPLIERS)}"
        lead = OfferedLead(
            listing_id=name,
            region=_REGIONS[area % 16],
            postcode=f"{area:02d}{rng.randrange(1000):03d}",
            seats=rng.choice((1, 1, 3)),
            start_cents=start,
            floor_cents=start // 200 * 50,
            asked_at=self.clock.at_us - rng.randrange(HOUR_US),
            answers=(("kwh", str(rng.randrange(1000, 9000))), ("roof", rng.choice(("flat", "pitched")))),
            draw=0,
        )
        order = o.ListLead(
            listing_id=name,
            supplier=supplier,
            supplier_group=supplier,
            person_id=lead.lead,
            region=lead.region,
            postcode=lead.postcode,
            seats=lead.seats,
            start_cents=start,
            floor_cents=lead.floor_cents,
            asked_at=lead.asked_at,
            answers=lead.answers,
        )
        return request(order, supplier, offered=lead)

    def _bid(self, sector: Sector) -> Request:
        rng, name, buyer = self.random, f"{sector.name}-B{len(sector.bids) + 1}", self._buyer()
        sector.bids.append((name, buyer))
        order = o.StandingBid(
            bid_id=name,
            buyer=buyer,
            group=buyer,
            limit_cents=50 * rng.randint(30, 120),
            quantity=rng.randint(1, 4),
            facts=_UNREAD,
            filters=Filters(regions=tuple(sorted(rng.sample(_REGIONS, 2)))) if rng.random() < 0.7 else Filters(),
            caps=(Cap("day", leads=rng.randint(1, 5)),) if rng.random() < 0.3 else (),
            until_at=self.clock.at_us + rng.randint(1, 24) * HOUR_US,
        )
        return request(order, buyer)

    def _buy(self, sector: Sector) -> Request:
        buyer, listing = self._buyer(), self.random.choice(sector.listings[-400:])
        return request(o.InstantBid(buyer, buyer, listing, 50 * self.random.randint(100, 260), _UNREAD), buyer)

    def _cancel(self, sector: Sector) -> Request:
        name, buyer = self.random.choice(sector.bids[-400:])
        return request(o.CancelBid(name, buyer), buyer)

    def _claim(self, sector: Sector) -> Request:
        sale, buyer = self.random.choice(sector.sales[-400:])
        return request(o.FileClaim(sale, buyer, "not-asked"), buyer)

    def _buyer(self) -> str:
        return f"b{self.random.randrange(BUYERS)}"
