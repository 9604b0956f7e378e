"""A small market for tests: one sector, two suppliers, three buyers, a clock of its own."""

from collections.abc import Sequence
from random import Random

from exchange.calendars import make_calendar
from exchange.clock import SetClock
from exchange.desk import Answer, Desk, Entered, OfferedLead
from exchange.errors import ExchangeError
from exchange.instant import DAY_US, HOUR_US, MINUTE_US, SECOND_US, Instant, from_text
from exchange.lead import ConsentScope
from exchange.orderbook.caps import ActiveHours, Cap
from exchange.orderbook.filters import Condition, Filters
from exchange.orderbook.order import Arm
from exchange.orderbook.sharing import ConversionRule
from exchange.pricing.curve import Curve, CurveVersion, Exponential, Linear
from exchange.store import Store, open_store
from exchange.store.proof import Proven, prove
from tests.databases import DATABASES

MORNING = from_text("2026-03-02T08:00:00Z")

FALLING = CurveVersion(1, "ten minutes", Curve(Linear(), 10 * MINUTE_US, 0, 0))
HALVING = CurveVersion(2, "half an hour", Curve(Exponential(20 * MINUTE_US), 2 * HOUR_US, MINUTE_US, 500))

FILTERS = (
    Filters(),
    Filters(regions=("DE-BY", "DE-BE")),
    Filters(postcodes=("86", "1")),
    Filters(seats_at_most=1),
    Filters(conditions=(Condition("owner", "=", ("yes",)), Condition("kwh", ">=", ("4000",)))),
)

SUPPLIERS = ("nord", "sued")
BUYERS = ("anna", "bert", "cora")


def open_house(url: str | None = None, *, vat_bp: int = 1900, hours: bool = False, sector: str = "pv") -> Desk:
    """A house with one open sector; nobody has joined. Without a URL on the engine under test, empty."""
    desk = Desk(open_store(url or DATABASES.fresh(), SetClock(MORNING), create=True))
    open_sector(desk, sector, vat_bp=vat_bp, hours=hours)
    return desk


def open_sector(desk: Desk, sector: str, *, vat_bp: int = 1900, hours: bool = False) -> None:
    week = [(day, 8 * 60, 20 * 60) for day in range(5)] if hours else []
    desk.open_sector(
        sector,
        tick_cents=50,
        most_seats=3,
        fee_bp=1000,
        vat_bp=vat_bp,
        calendar=make_calendar(1, week),
        arms=(Arm(FALLING, 7_000), Arm(HALVING, 3_000)),
    )


def open_market(url: str | None = None, *, cents: int = 100_000, **more: bool) -> Desk:
    """The same with members and money in the buyers' wallets; cora is a supplier too and has a credit line."""
    desk = open_house(url, **more)
    for name in SUPPLIERS:
        desk.join(name, name=name.title(), supplier=True)
    for name in BUYERS:
        desk.join(name, name=name.title(), buyer=True, supplier=name == "cora", credit_line_cents=5_000)
        desk.deposit(name, amount_cents=cents, reference=f"bank {name}")
    return desk


def clock_of(desk: Desk | Store) -> SetClock:
    clock = desk.store.clock if isinstance(desk, Desk) else desk.clock
    assert isinstance(clock, SetClock)
    return clock


def wait(desk: Desk, span_us: int) -> Instant:
    clock = clock_of(desk)
    clock.at_us += span_us
    return clock.at_us


def lead(name: str, **more: object) -> OfferedLead:
    """A lead in Bavaria from 90 to 30 euros, asked for yesterday."""
    terms: dict[str, object] = {
        "region": "DE-BY",
        "postcode": "86150",
        "seats": 1,
        "start_cents": 9_000,
        "floor_cents": 3_000,
        "asked_at": MORNING - DAY_US,
        "draw": 0,
    }
    return OfferedLead(listing_id=name, **(terms | more))


def offer(desk: Desk, name: str, *, supplier: str = "nord", sector: str = "pv", **more: object) -> None:
    """List one lead, which must succeed."""
    (answer,) = desk.list_leads(sector, supplier=supplier, leads=[lead(name, **more)])
    if isinstance(answer, ExchangeError):
        raise answer
    assert answer.refused is None


def proven(desk: Desk) -> list[Proven]:
    """Everything proven by replay; raises where anything differs."""
    with desk.store.read() as connection:
        return list(prove(connection))


class Trader:
    """Random orders of all kinds from one seed; knows only names, the desk decides."""

    def __init__(self, desk: Desk, seed: int, sector: str = "pv") -> None:
        self.desk, self.sector = desk, sector
        self.random = Random(seed)
        self.listings: list[str] = []
        self.bids: list[str] = []
        self.sales: list[str] = []
        self.halted = False
        self.said: list[tuple[Instant, str, tuple[str, ...], dict[str, object]]] = []

    def trade(self, steps: int) -> None:
        """So many orders, with time going by."""
        self._ask("set_sharing", buyout_bp=self.random.choice((15_000, 22_222)), seat_bp=6_000)
        for _ in range(steps):
            wait(self.desk, self.random.choice((0, 0, SECOND_US, 40 * SECOND_US, 5 * MINUTE_US, 2 * HOUR_US)))
            if self.random.random() < 0.02:
                wait(self.desk, self.random.choice((DAY_US, 5 * DAY_US, 16 * DAY_US)))
            kinds = [self.list] * 5 + [self.bid] * 4 + [self.buy] * 4 + [self.change] * 3
            kinds += [self.pause, self.cancel, self.withdraw, self.claim, self.rule, self.deposit, self.settle]
            kinds += [self.halt] if self.random.random() < 0.3 or self.halted else []
            self.random.choice(kinds)()

    def _name(self, letter: str, names: list[str]) -> str:
        names.append(f"{self.sector}-{letter}{len(names) + 1}")
        return names[-1]

    def _any(self, names: list[str]) -> str:
        return self.random.choice(names[-12:]) if names else "none"

    def list(self) -> None:
        pick = self.random.choice
        conversion = pick((None, None, None, ConversionRule(pick((MINUTE_US, HOUR_US)), 3)))
        leads = [
            lead(
                self._name("L", self.listings),
                region=pick(("DE-BY", "DE-BW", "DE-BE")),
                postcode=pick(("86150", "70173", "10115")),
                seats=self.random.randint(1, 3) if conversion is None else 1,
                conversion=conversion,
                start_cents=50 * self.random.randint(100, 200),
                floor_cents=50 * self.random.randint(20, 100),
                person_id=pick((None, None, "p1", "p2")),
                answers=(("owner", pick(("yes", "no"))), ("kwh", str(self.random.randint(1, 9) * 1000))),
                consent=ConsentScope((pick(("anna", "bert")),)) if self.random.random() < 0.15 else ConsentScope(),
                draw=self.random.randrange(10_000),
            )
            for _ in range(pick((1, 1, 3)))
        ]
        self._ask("list_leads", supplier=pick((*SUPPLIERS, "cora")), leads=leads)

    def _terms(self) -> dict[str, object]:
        pick = self.random.choice
        return {
            "limit_cents": 50 * self.random.randint(30, 180),
            "quantity": self.random.randint(1, 5),
            "filters": pick(
                (
                    Filters(),
                    Filters(regions=("DE-BY", "DE-BE")),
                    Filters(postcodes=("86", "1")),
                    Filters(seats_at_most=1),
                )
            ),
            "budget_cents": pick((None, None, 9_000, 25_000)),
            "caps": pick(((), (), (Cap("day", leads=1),), (Cap("hour", net_cents=8_000), Cap("week", leads=3)))),
            "hours": pick((None, None, ActiveHours(tuple((day, 540, 1020) for day in range(7))))),
            "until_at": pick((None, None, clock_of(self.desk).at_us + 3 * HOUR_US)),
        }

    def bid(self) -> None:
        buyer = self.random.choice(BUYERS)
        self._ask("place", bid_id=self._name("B", self.bids), buyer=buyer, **self._terms())

    def change(self) -> None:
        self._ask("change", bid_id=self._any(self.bids), buyer=self.random.choice(BUYERS), **self._terms())

    def pause(self) -> None:
        verb = self.random.choice(("pause", "unpause", "unpause"))
        self._ask(verb, bid_id=self._any(self.bids), buyer=self.random.choice(BUYERS))

    def cancel(self) -> None:
        buyer = self.random.choice(BUYERS)
        if self.random.random() < 0.1:
            self._ask("cancel_all", buyer=buyer)
        else:
            self._ask("cancel", bid_id=self._any(self.bids), buyer=buyer)

    def buy(self) -> None:
        most, buyout = 50 * self.random.randint(50, 220), self.random.random() < 0.25
        more = {"most_cents": most * 3 if buyout else most, "buyout": buyout}
        self._ask("buy", buyer=self.random.choice(BUYERS), listing_id=self._any_listing(), **more)

    def _any_listing(self) -> str:
        name = self._any(self.listings)
        return f"{name}~2" if self.random.random() < 0.2 else name

    def withdraw(self) -> None:
        if self.random.random() < 0.3:
            self._ask(
                "withdraw_consent", listing_id=self._any_listing(), by=self.random.choice((*SUPPLIERS, "operator"))
            )
            return
        self._ask("withdraw", listing_id=self._any(self.listings), by=self.random.choice((*SUPPLIERS, "operator")))

    def claim(self) -> None:
        ground = self.random.choice(("not-asked", "wrong-sector"))
        self._ask("claim", sale_id=self._any(self.sales), buyer=self.random.choice(BUYERS), ground=ground)

    def rule(self) -> None:
        self._ask("rule", sale_id=self._any(self.sales), ruling=self.random.choice(("uphold", "reject")))

    def halt(self) -> None:
        if self.halted:
            self._ask("resume")
        else:
            self._ask("halt", reason="price feed")
        self.halted = not self.halted

    def deposit(self) -> None:
        self._say("deposit", self.random.choice(BUYERS), amount_cents=self.random.randint(1, 20_000))

    def settle(self) -> None:
        self._ask("settle")

    def _ask(self, verb: str, **terms: object) -> None:
        self._say(verb, self.sector, **terms)

    def _say(self, verb: str, *names: str, **terms: object) -> None:
        self.said.append((clock_of(self.desk).at_us, verb, names, terms))
        try:
            told = getattr(self.desk, verb)(*names, **terms)
        except ExchangeError:
            return
        if isinstance(told, tuple):
            self._note(told)
        for answer in told if isinstance(told, list) else []:
            if not isinstance(answer, ExchangeError):
                self._note(answer.entries)
        if isinstance(told, Answer):
            self._note(told.entries)

    def _note(self, entries: Sequence[Entered]) -> None:
        self.sales += [entry.value.sale_id for entry in entries if entry.value.kind == "filled"]
