"""Orders on leads: listing them on fixed terms, withdrawing what is unsold (rules.md §1, §2, §5)."""

from exchange.errors import Invalid
from exchange.instant import Instant
from exchange.money import BasisPoints
from exchange.orderbook.book import Book
from exchange.orderbook.converting import check_reach
from exchange.orderbook.entry import note, refuse
from exchange.orderbook.listing import OPEN, WITHDRAWN, Listing
from exchange.orderbook.match import serve_new
from exchange.orderbook.order import Arm, ListLead, WithdrawListing
from exchange.orderbook.outcome import Decided, Listed, Withdrawn
from exchange.orderbook.sharing import Conversion, conversion_of
from exchange.orderbook.terms import check_offer
from exchange.pricing.curve import CurveVersion
from exchange.pricing.table import PriceTable, compile_table

HOUSE_HANDS = ("operator", "enquirer")
"""Who may withdraw any listing, besides its supplier."""


def list_lead(book: Book, order: ListLead, at: Instant, out: list[Decided]) -> None:
    """Open a lead on its terms and serve it to the bids whose limit reaches its start."""
    check_offer(order, most_seats=book.most_seats, seat_bp=book.sharing.seat_bp)
    if order.listing_id in book.listings:
        raise Invalid("listing_id", f"{order.listing_id} is taken")
    version, arm_bp = drawn = version_of(book, order, at)
    curve = version.curve if order.duration_us is None else version.curve.lasting(order.duration_us)
    table = compile_table(order.start_cents, order.floor_cents, book.tick_cents, curve)
    conversion = _conversion(book, order, table, at)
    note(book, at, order, out)
    if order.supplier in book.suspended:
        return refuse(book, at, out, order.supplier, order.listing_id, "forbidden")
    seq = note(book, at, _listed(book, order, table, version.number, arm_bp, conversion), out)
    listing = offered(book, order, seq=seq, at=at, table=table, drawn=drawn, conversion=conversion)
    book.add_listing(listing)
    book.touched_listings.add(listing.listing_id)
    return serve_new(book, listing, at, out)


def offered(
    book: Book,
    order: ListLead,
    *,
    seq: int,
    at: Instant,
    table: PriceTable,
    drawn: tuple[CurveVersion, BasisPoints],
    conversion: Conversion | None = None,
) -> Listing:
    """The listing an order makes, as entry ``seq``, on what `version_of` gave it; no book knows it yet."""
    version, arm_bp = drawn
    return Listing(
        seq=seq,
        listing_id=order.listing_id,
        supplier=order.supplier,
        supplier_group=book.groups.get(order.supplier, order.supplier_group),
        person_id=order.person_id,
        region=order.region,
        postcode=order.postcode,
        answers=dict(order.answers),
        asked_at=order.asked_at,
        listed_at=at,
        seats=order.seats,
        consent=order.consent,
        table=table,
        calendar=book.calendar,
        curve=version.number,
        arm_bp=arm_bp,
        conversion=conversion,
    )


def _conversion(book: Book, order: ListLead, table: PriceTable, at: Instant) -> Conversion | None:
    """The terms of conversion that follow from the supplier's rule, if it will ever apply."""
    seat_bp = book.sharing.seat_bp
    terms = conversion_of(order.conversion, order.consent, duration_us=table.duration_us, seat_bp=seat_bp)
    if terms is not None:
        check_reach(book.calendar, order.region, at, terms, table.duration_us)
    return terms


def _listed(
    book: Book,
    order: ListLead,
    table: PriceTable,
    curve: int,
    arm_bp: BasisPoints,
    conversion: Conversion | None,
) -> Listed:
    return Listed(
        listing_id=order.listing_id,
        start_cents=order.start_cents,
        floor_cents=order.floor_cents,
        tick_cents=book.tick_cents,
        seats=order.seats,
        curve=curve,
        arm_bp=arm_bp,
        duration_us=table.duration_us,
        calendar=book.calendar_version,
        conversion=conversion,
    )


def version_of(book: Book, order: ListLead, at: Instant) -> tuple[CurveVersion, BasisPoints]:
    """The curve version named, or the arm drawn: the first whose cumulated probability exceeds the draw.

    Raises Invalid where the sector has none.
    """
    if order.curve is not None:
        if order.curve not in book.versions:
            raise Invalid("curve", f"this sector knows no curve version {order.curve}")
        return book.versions[order.curve], 10_000
    return draw_arm(book.arms_at(at), order.draw)


def draw_arm(arms: tuple[Arm, ...], draw: int) -> tuple[CurveVersion, BasisPoints]:
    """Arms in order of version number; raises `Invalid` where a sector has none (rules.md §2.6)."""
    cumulated = 0
    for arm in sorted(arms, key=lambda arm: arm.version.number):
        cumulated += arm.probability_bp
        if cumulated > draw:
            return arm.version, arm.probability_bp
    raise Invalid("curve", "this sector has no active curve: an operator must tune it first")


def withdraw(book: Book, order: WithdrawListing, at: Instant, out: list[Decided]) -> None:
    """Close a listing's open seats; sold seats stand."""
    note(book, at, order, out)
    listing = book.listings.get(order.listing_id)
    if listing is None or order.by not in (listing.supplier, *HOUSE_HANDS):
        return refuse(book, at, out, order.by, order.listing_id, "unknown")
    if listing.state != OPEN:
        return refuse(book, at, out, order.by, order.listing_id, "not_open", listing.state)
    book.close_listing(listing, WITHDRAWN)
    note(book, at, Withdrawn(listing.listing_id, order.by), out)
    return None
