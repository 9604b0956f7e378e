"""A market in real time whose prices fall in seconds, and orders for it that can be written down and asked again."""

import json
from dataclasses import dataclass
from random import Random
from typing import Any

from sqlalchemy import select

from exchange.calendars import make_calendar
from exchange.clock import SystemClock
from exchange.desk import Answer, Desk, OfferedLead
from exchange.errors import ExchangeError
from exchange.instant import DAY_US, SECOND_US
from exchange.orderbook.order import Arm
from exchange.payload import encode
from exchange.pricing.curve import Curve, CurveVersion, Linear
from exchange.schema import listings
from exchange.store import open_store

SECTORS = ("bu", "pv")
BUYERS = ("anna", "bert", "cora")
RICH_CENTS = 100_000_000
_QUICK = CurveVersion(1, "four seconds", Curve(Linear(), 4 * SECOND_US, 0, 0))
_REGIONS = {"DE-BY": "86150", "DE-BW": "70173"}

Summary = list[Any]
"""An answer as plain data: per order its sector and entries, or the code of what was answered at the door."""


def open_quick_market(url: str) -> Desk:
    """Two sectors, a supplier, three buyers with money, by the system's clock."""
    desk = Desk(open_store(url))
    for sector in SECTORS:
        desk.open_sector(
            sector,
            tick_cents=50,
            most_seats=3,
            fee_bp=1_000,
            vat_bp=1_900,
            calendar=make_calendar(1, ()),
            arms=(Arm(_QUICK, 10_000),),
        )
    desk.join("nord", name="Nord", supplier=True)
    for name in BUYERS:
        desk.join(name, name=name.title(), buyer=True)
        desk.deposit(name, amount_cents=RICH_CENTS)
    return desk


@dataclass(frozen=True, slots=True)
class Wish:
    """One order as its client writes it down before asking: verb, sector or firm, terms as JSON data; its key."""

    verb: str
    where: str
    terms: dict[str, Any]
    key: str

    def text(self) -> str:
        """One line of JSON."""
        return json.dumps([self.verb, self.where, self.terms, self.key])

    @classmethod
    def read(cls, line: str) -> "Wish":
        """The same, read back."""
        return cls(*json.loads(line))

    def ask(self, desk: Desk) -> Summary:
        """Ask the desk; the same wish asked again must be answered the same."""
        terms = dict(self.terms)
        if "leads" in terms:
            terms["leads"] = [OfferedLead(**lead) for lead in terms["leads"]]
        try:
            told = getattr(desk, self.verb)(self.where, key=self.key, **terms)
        except ExchangeError as error:
            told = error
        return [_summary(one) for one in (told if isinstance(told, list) else [told])]


def _summary(told: Answer | ExchangeError) -> Summary:
    if isinstance(told, ExchangeError):
        return [told.code]
    return [told.sector, [[entry.at, entry.seq, entry.value.kind, encode(entry.value)] for entry in told.entries]]


class Wisher:
    """Draws wishes: knows what it has bought, looks up what can be bought."""

    def __init__(self, name: str, seed: str) -> None:
        self.name = name
        self._random = Random(seed)
        self._drawn = 0
        self._bids: list[tuple[str, str, str]] = []
        self._sales: list[tuple[str, str, str]] = []

    def draw(self, desk: Desk, run: int) -> Wish:
        """The next wish of this client's n-th life; names and keys are never used twice."""
        self._drawn += 1
        pick = self._random.choice
        kind = pick((self._list, self._list, self._buy, self._buy, self._buy, self._place, self._cancel, self._claim))
        if self._random.random() < 0.05:
            kind = self._deposit
        name = f"{self.name}-{run}-{self._drawn}"
        return kind(desk, pick(SECTORS), pick(BUYERS), name)

    def learn(self, wish: Wish, told: Summary) -> None:
        """Remember the sales it was told of."""
        for answer in told:
            for _, _, kind, payload in answer[1] if len(answer) == 2 else ():
                filled = json.loads(payload)
                if kind == "filled":
                    self._sales.append((answer[0], filled["sale_id"], filled["buyer"]))

    def _list(self, _desk: Desk, sector: str, _buyer: str, name: str) -> Wish:
        leads = [self._lead(f"{name}-{n}") for n in range(self._random.randint(1, 3))]
        return Wish("list_leads", sector, {"supplier": "nord", "leads": leads}, name)

    def _lead(self, name: str) -> dict[str, Any]:
        region = self._random.choice(list(_REGIONS))
        return {
            "listing_id": name,
            "region": region,
            "postcode": _REGIONS[region],
            "seats": self._random.randint(1, 3),
            "start_cents": 50 * self._random.randint(100, 200),
            "floor_cents": 50 * self._random.randint(20, 60),
            "asked_at": SystemClock().now() - DAY_US,
            "draw": 0,
        }

    def _buy(self, desk: Desk, sector: str, buyer: str, name: str) -> Wish:
        with desk.store.read() as connection:
            of = select(listings.c.listing_id).where(listings.c.sector == sector)
            newest = connection.execute(of.order_by(listings.c.seq.desc()).limit(12)).scalars().all()
        listing = self._random.choice(newest or ["none"])
        return Wish("buy", sector, {"buyer": buyer, "listing_id": listing, "most_cents": 12_000}, name)

    def _place(self, _desk: Desk, sector: str, buyer: str, name: str) -> Wish:
        self._bids.append((sector, buyer, name))
        limit = 50 * self._random.randint(30, 150)
        return Wish("place", sector, {"bid_id": name, "buyer": buyer, "limit_cents": limit, "quantity": 3}, name)

    def _cancel(self, _desk: Desk, _sector: str, _buyer: str, name: str) -> Wish:
        sector, buyer, bid = self._random.choice(self._bids or [("pv", "anna", "none")])
        return Wish("cancel", sector, {"bid_id": bid, "buyer": buyer}, name)

    def _claim(self, _desk: Desk, _sector: str, _buyer: str, name: str) -> Wish:
        sector, sale, buyer = self._random.choice(self._sales or [("pv", "none", "anna")])
        return Wish("claim", sector, {"sale_id": sale, "buyer": buyer, "ground": "not-asked"}, name)

    def _deposit(self, _desk: Desk, _sector: str, buyer: str, name: str) -> Wish:
        return Wish("deposit", buyer, {"amount_cents": self._random.randint(1, 900)}, name)
