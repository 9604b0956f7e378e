"""A small market for tests of the core: one sector, linear curve, 24-hour trading, orders in a line each."""

from decimal import Decimal

from exchange.claims import ClaimRules
from exchange.instant import DAY_US, MINUTE_US, SECOND_US, Instant, from_text
from exchange.lead import EVERYONE
from exchange.orderbook.book import Book
from exchange.orderbook.decide import decide
from exchange.orderbook.filters import Filters
from exchange.orderbook.match import settle
from exchange.orderbook.order import (
    Arm,
    Facts,
    InstantBid,
    ListLead,
    OpenSector,
    Order,
    StandingBid,
    TuneSector,
)
from exchange.orderbook.outcome import Decided, Filled, Skipped
from exchange.pricing.curve import Curve, CurveVersion, Linear
from exchange.pricing.hours import Calendar

MONDAY: Instant = from_text("2026-03-02T09:00:00Z")
RICH = Facts(available_cents=10**9)

BERLIN_2026 = Calendar(
    version=1,
    windows=(),
    holidays=(),
    offsets=(
        (from_text("2025-10-26T01:00:00Z"), 3600 * SECOND_US),
        (from_text("2026-03-29T01:00:00Z"), 7200 * SECOND_US),
        (from_text("2026-10-25T01:00:00Z"), 3600 * SECOND_US),
    ),
    from_us=from_text("2025-11-01T00:00:00Z"),
    until_us=from_text("2027-03-01T00:00:00Z"),
)

TEN_MINUTES = Curve(Linear(), duration_us=10 * MINUTE_US, hold_bp=0)


def open_book(
    *,
    tick_cents: int = 50,
    most_seats: int = 3,
    fee_bp: int = 0,
    vat_bp: int = 0,
    calendar: Calendar = BERLIN_2026,
    curve: Curve = TEN_MINUTES,
    at: Instant = MONDAY - DAY_US,
) -> Book:
    """A sector `pv` open since the day before Monday, with one curve."""
    book = Book("pv")
    decide(book, OpenSector(tick_cents, most_seats, fee_bp, vat_bp, calendar, ClaimRules()), at)
    decide(book, TuneSector("operator", (Arm(CurveVersion(1, "c1", curve), 10_000),)), at)
    return book


def lead(name: str, start: int, floor: int, *, seats: int = 1, region: str = "DE-BY", **more: object) -> ListLead:
    """A lead of supplier nord; the enquirer asked on Monday at nine unless said otherwise."""
    known: dict[str, object] = {
        "supplier": "nord",
        "supplier_group": "nord",
        "person_id": name,
        "postcode": "86150",
        "asked_at": MONDAY,
        "consent": EVERYONE,
    }
    return ListLead(
        listing_id=name,
        region=region,
        seats=seats,
        start_cents=start,
        floor_cents=floor,
        **(known | more),  # type: ignore[arg-type]
    )


def bid(name: str, buyer: str, limit: int, quantity: int = 1, **more: object) -> StandingBid:
    """A standing bid of a buyer who can pay anything, unless facts say otherwise."""
    known: dict[str, object] = {"facts": RICH, "filters": Filters(), "group": buyer}
    return StandingBid(bid_id=name, buyer=buyer, limit_cents=limit, quantity=quantity, **(known | more))  # type: ignore[arg-type]


def buy(buyer: str, name: str, most: int, facts: Facts = RICH) -> InstantBid:
    """An instant bid."""
    return InstantBid(buyer=buyer, group=buyer, listing_id=name, most_cents=most, facts=facts)


def trade(book: Book, order: Order, at: Instant) -> list[Decided]:
    """Settle up to the instant, then decide the order."""
    return settle(book, at) + decide(book, order, at)


def after(text_s: float | int | Decimal) -> Instant:
    """So many seconds after Monday nine o'clock UTC."""
    return MONDAY + int(Decimal(str(text_s)) * SECOND_US)


def fills(entries: list[Decided]) -> list[tuple[float, str, str | None, str, int]]:
    """Fills as (seconds after nine, listing, bid, buyer, ask)."""
    return [
        ((at - MONDAY) / SECOND_US, v.listing_id, v.bid_id, v.buyer, v.ask_cents)
        for at, _, v in entries
        if isinstance(v, Filled)
    ]


def skips(entries: list[Decided]) -> list[tuple[float, str, str, str]]:
    """Skips as (seconds after nine, listing, bid, reason)."""
    return [
        ((at - MONDAY) / SECOND_US, v.listing_id, v.bid_id, v.reason) for at, _, v in entries if isinstance(v, Skipped)
    ]


__all__ = ["Decimal", "after", "bid", "buy", "fills", "lead", "open_book", "skips", "trade"]
