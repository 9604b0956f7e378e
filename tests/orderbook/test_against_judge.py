"""The quick book decides what the simplest possible judge decides, punctual, late, or settled at random times."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exchange.claims import GROUNDS, ClaimRules
from exchange.instant import DAY_US, HOUR_US, MINUTE_US, SECOND_US, Instant, from_text
from exchange.lead import EVERYONE, ConsentScope
from exchange.orderbook import order as o
from exchange.orderbook.book import Book
from exchange.orderbook.caps import ActiveHours, Cap
from exchange.orderbook.decide import decide
from exchange.orderbook.filters import Condition, Filters
from exchange.orderbook.match import settle
from exchange.orderbook.outcome import Decided, Filled, Listed
from exchange.orderbook.sharing import ConversionRule, Sharing
from exchange.pricing.curve import Curve, CurveVersion, Linear, Stairs
from tests.orderbook.judge import Judge
from tests.orderbook.market import BERLIN_2026, Decimal

MEMBERS = ("anna", "bert", "carl", "nord")
CURVES = (
    CurveVersion(1, "c1", Curve(Linear(), 20 * MINUTE_US, hold_bp=1000)),
    CurveVersion(2, "c2", Curve(Stairs(90 * SECOND_US, Decimal("0.2")), 40 * MINUTE_US, grace_us=3 * MINUTE_US)),
)
SHARED = o.SetSharing("operator", Sharing(25_000, 6_000))
ARMS = tuple(o.Arm(version, 5000) for version in CURVES)
EVENING: Instant = from_text("2026-03-28T21:30:00Z")
"""Ninety minutes before Berlin's midnight, five hours before its clocks go forward."""

BROKEN_NIGHT = replace(BERLIN_2026, windows=((5, 1300, 1375), (5, 1385, 1440), (6, 0, 25), (6, 60, 170), (6, 200, 300)))
"""Trading with breaks, one of them across the hour that March leaves out."""

QUICK_CLAIMS = ClaimRules(window_us=2 * HOUR_US, silence_us=3 * HOUR_US)
openings = st.sampled_from([BERLIN_2026, BROKEN_NIGHT]).map(
    lambda calendar: o.OpenSector(100, 3, 1000, 1900, calendar, QUICK_CLAIMS)
)

groups = {"anna": "g1", "bert": "g1"}
pauses = st.sampled_from([0, 0, 0, 1, 30, 30, 60, 90, 600, 1800]).map(lambda s: s * SECOND_US)
prices = st.integers(1, 12).map(lambda n: n * 100)
regions = st.sampled_from(["DE-BY", "DE-BE"])
window = st.sampled_from([(5, 0, 1380), (6, 30, 200), (5, 1410, 1440), (6, 0, 60)])
hours = st.none() | st.lists(window, min_size=1, max_size=2, unique=True).map(lambda w: ActiveHours(tuple(w)))
cap = st.builds(
    lambda period, leads, cents: Cap(period, leads=leads) if cents is None else Cap(period, net_cents=cents),
    st.sampled_from(["hour", "day", "week", "month"]),
    st.integers(1, 2),
    st.none() | prices,
)
filters = st.builds(
    Filters,
    regions=st.none() | st.lists(regions, min_size=1, unique=True).map(tuple),
    postcodes=st.none() | st.sampled_from([("8",), ("1", "86")]),
    conditions=st.sampled_from([(), (), (Condition("kwh", ">=", ("3000",)),), (Condition("roof", "!=", ("flat",)),)]),
    age_below_us=st.none() | st.sampled_from([10 * MINUTE_US, HOUR_US]),
    seats_at_most=st.none() | st.integers(1, 2),
    only_from=st.none() | st.just(("nord",)),
    not_from=st.sampled_from([(), ("anna",)]),
)
facts = st.sampled_from([10**7, 10**7, 10**7, 900]).map(o.Facts)
terms = {
    "limit_cents": prices,
    "quantity": st.integers(1, 3),
    "facts": facts,
    "filters": st.just(Filters()) | filters,
    "budget_cents": st.none() | st.none() | prices,
    "caps": st.lists(cap, max_size=2, unique_by=lambda c: c.period).map(tuple),
    "hours": st.none() | hours,
}


Make = Callable[[list[Decided]], o.Order]
"""An order that may speak of what was decided so far."""


@dataclass
class Known:
    """What the session has named so far, so that orders mostly hit something."""

    bids: list[tuple[str, str]] = field(default_factory=list)
    listings: list[str] = field(default_factory=list)
    shared: list[str] = field(default_factory=list)

    def bid(self) -> st.SearchStrategy[tuple[str, str]]:
        return st.sampled_from([*self.bids[-6:], ("B0", "carl")])

    def listing(self) -> st.SearchStrategy[str]:
        return st.sampled_from([*self.listings[-6:], *self.shared[-2:], "nowhere"])

    def whole(self) -> st.SearchStrategy[str]:
        return st.sampled_from([*self.shared[-3:], *self.listings[-1:], "nowhere"])


@st.composite
def sessions(draw: st.DrawFn) -> list[tuple[Instant, Make]]:
    """A random session: orders with their instants, never earlier than the one before."""
    at, known, out = EVENING, Known(), []
    for n in range(draw(st.integers(4, 30))):
        at += draw(pauses)
        kind = draw(st.sampled_from("LLLLLLLBBBBBBBBCCCIIIIOOPUUXWGHRRRKVS"))
        out.append((at, draw(_order(kind, n, at, known))))
    return out


def _order(kind: str, n: int, at: Instant, known: Known) -> st.SearchStrategy[Make]:
    if kind in "KV":
        return st.tuples(st.integers(0, 3), st.sampled_from(GROUNDS), st.booleans()).map(
            lambda drawn: partial(_about_sale, kind, *drawn)
        )
    if kind == "G":
        return known.listing().map(lambda name: partial(_consent_back, name))
    return _plain(kind, n, at, known).map(lambda order: lambda _: order)


def _consent_back(name: str, entries: list[Decided]) -> o.Order:
    """The desk names all listings of the lead there are."""
    listed = [entry.value.listing_id for entry in entries if isinstance(entry.value, Listed)]
    mine = tuple(one for one in listed if one in (name, f"{name}~2"))
    return o.WithdrawConsent(name, "operator", listing_ids=mine)


def _about_sale(kind: str, back: int, ground: str, granted: bool, entries: list[Decided]) -> o.Order:
    sales = [entry.value for entry in entries if isinstance(entry.value, Filled)]
    sale_id, buyer = (sales[-1 - back].sale_id, sales[-1 - back].buyer) if back < len(sales) else ("none", "anna")
    if kind == "K":
        return o.FileClaim(sale_id, buyer, ground)
    return o.RuleClaim(sale_id, "operator", "uphold" if granted else "reject")


def _plain(kind: str, n: int, at: Instant, known: Known) -> st.SearchStrategy[o.Order]:
    until = st.none() | st.sampled_from([30, 90, 3600]).map(lambda s: at + s * SECOND_US)
    if kind == "L":
        known.listings.append(f"L{n}")
        return _listing(n, at, known)
    if kind == "B":
        return _bid(n, until, known)
    if kind == "C":
        return known.bid().flatmap(
            lambda b: st.builds(o.ChangeBid, bid_id=st.just(b[0]), buyer=st.just(b[1]), until_at=until, **terms)
        )
    if kind in "IO":
        one = (known.listing(), st.integers(300, 1300), facts, st.none())
        all_seats = (known.whole(), st.integers(600, 4000), facts, st.just(True))
        return st.sampled_from(MEMBERS).flatmap(
            lambda who: st.builds(o.InstantBid, st.just(who), _group(who), *(one if kind == "I" else all_seats))
        )
    if kind == "S":
        return st.builds(Sharing, st.sampled_from([0, 12_345, 25_000]), st.sampled_from([3_333, 6_000])).map(
            lambda sharing: o.SetSharing("operator", sharing)
        )
    simple: dict[str, type] = {"P": o.PauseBid, "U": o.UnpauseBid, "X": o.CancelBid}
    if kind in simple:
        return known.bid().map(lambda b: simple[kind](*b))
    if kind == "W":
        return known.listing().map(lambda name: o.WithdrawListing(name, "operator"))
    return st.just(o.HaltSector("operator", "review")) if kind == "H" else st.just(o.ResumeSector("operator"))


@st.composite
def _bid(draw: st.DrawFn, n: int, until: st.SearchStrategy[Instant | None], known: Known) -> o.StandingBid:
    who = draw(st.sampled_from(MEMBERS))
    known.bids.append((f"B{n}", who))
    given_terms = {name: draw(strategy) for name, strategy in terms.items()}
    return o.StandingBid(bid_id=f"B{n}", buyer=who, group=groups.get(who, who), until_at=draw(until), **given_terms)


def _group(who: str) -> st.SearchStrategy[str]:
    return st.just(groups.get(who, who))


@st.composite
def _listing(draw: st.DrawFn, n: int, at: Instant, known: Known) -> o.ListLead:
    low, high = sorted((draw(prices), draw(prices)))
    supplier = draw(st.sampled_from(["nord", "nord", "anna"]))
    region = draw(regions)
    rule = st.builds(ConversionRule, st.sampled_from([1, 5, 18, 25]).map(lambda m: m * MINUTE_US), st.integers(2, 3))
    conversion = draw(st.none() | rule)
    seats = 1 if conversion else draw(st.integers(1, 3))
    known.shared += [f"L{n}~2"] if conversion else [f"L{n}"] if seats > 1 else []
    return o.ListLead(
        listing_id=f"L{n}",
        supplier=supplier,
        supplier_group=groups.get(supplier, supplier),
        person_id=draw(st.sampled_from([f"p{n}", "p"])),
        region=region,
        postcode={"DE-BY": "86150", "DE-BE": "10115"}[region],
        seats=seats,
        start_cents=high,
        floor_cents=low,
        asked_at=at - draw(st.sampled_from([0, 9 * MINUTE_US, DAY_US])),
        answers=draw(st.sampled_from([(), (("kwh", "4500"), ("roof", "flat")), (("kwh", "900"),)])),
        consent=draw(st.sampled_from([EVERYONE, EVERYONE, ConsentScope(("carl",)), ConsentScope(("anna", "carl"))])),
        draw=draw(st.sampled_from([0, 9999])),
        conversion=conversion,
    )


def _fresh_book(opened: o.OpenSector) -> Book:
    book = Book("pv")
    decide(book, opened, EVENING - DAY_US)
    decide(book, o.TuneSector("operator", ARMS), EVENING - DAY_US)
    decide(book, SHARED, EVENING - DAY_US)
    return book


def _play(
    opened: o.OpenSector, session: list[tuple[Instant, Make]], extra: list[Instant], end: Instant
) -> list[Decided]:
    """The session through the quick book, settling also at the extra instants."""
    book, out = _fresh_book(opened), []
    moments = [(at, n, make) for n, (at, make) in enumerate(session)]
    for at, _, make in sorted([*moments, *((at, len(session), None) for at in extra)], key=lambda m: m[:2]):
        out += settle(book, at)
        if make is not None:
            out += decide(book, make(out), at)
    return out + settle(book, end)


def _judged(opened: o.OpenSector, session: list[tuple[Instant, Make]], end: Instant) -> list[Decided]:
    judge = Judge("pv", opened, o.TuneSector("operator", ARMS), 3, EVENING - DAY_US)
    judge.sharing = SHARED.sharing
    for at, make in session:
        judge.settle(at)
        judge.decide(make(judge.entries))
    judge.settle(end)
    return judge.entries


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(openings, sessions(), st.lists(st.integers(0, 6 * HOUR_US).map(lambda us: EVENING + us), max_size=5))
def test_book_decides_what_the_judge_decides(
    opened: o.OpenSector, session: list[tuple[Instant, Make]], extra: list[Instant]
) -> None:
    end = max(EVENING + 7 * HOUR_US, session[-1][0] + 5 * HOUR_US)
    late = _play(opened, session, [], end)
    assert late == _judged(opened, session, end)
    assert _play(opened, session, extra, end) == late
