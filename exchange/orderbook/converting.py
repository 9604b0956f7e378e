"""Converting: an exclusive listing nobody bought ends, its lead is offered again to several buyers (rules.md §5)."""

from exchange.errors import Invalid
from exchange.instant import Instant
from exchange.orderbook.book import Book
from exchange.orderbook.entry import note
from exchange.orderbook.listing import CONVERTED, Listing
from exchange.orderbook.outcome import Converted, Decided, Listed
from exchange.orderbook.sharing import Conversion, on_the_tick, second_id
from exchange.pricing.hours import Calendar
from exchange.pricing.table import compile_table


def convert(book: Book, first: Listing, terms: Conversion, at: Instant, out: list[Decided]) -> Listing:
    """End the first listing and open the second; the caller serves it with whatever else begins at this instant.

    Start and floor of a seat are the first's last ask and floor times ``seat_bp``, rounded up to the tick. Curve,
    running time, arm's probability and consent stay; the clock begins anew.
    """
    into, asked_cents = second_id(first.listing_id), first.ask_cents
    book.close_listing(first, CONVERTED)
    note(book, at, Converted(first.listing_id, into, asked_cents), out)
    curve = book.versions[first.curve].curve
    if curve.duration_us != first.table.duration_us:
        curve = curve.lasting(first.table.duration_us)
    start, floor = (
        on_the_tick(cents, terms.seat_bp, book.tick_cents) for cents in (asked_cents, first.table.floor_cents)
    )
    table = compile_table(start, floor, book.tick_cents, curve)
    listed = Listed(
        listing_id=into,
        start_cents=start,
        floor_cents=floor,
        tick_cents=book.tick_cents,
        seats=terms.seats,
        curve=first.curve,
        arm_bp=first.arm_bp,
        duration_us=table.duration_us,
        calendar=book.calendar_version,
        converted_from=first.listing_id,
    )
    second = Listing(
        seq=note(book, at, listed, out),
        listing_id=into,
        supplier=first.supplier,
        supplier_group=book.groups.get(first.supplier, first.supplier_group),
        person_id=first.person_id,
        region=first.region,
        postcode=first.postcode,
        answers=first.answers,
        asked_at=first.asked_at,
        listed_at=at,
        seats=terms.seats,
        consent=first.consent,
        table=table,
        calendar=book.calendar,
        curve=first.curve,
        arm_bp=first.arm_bp,
        converted_from=first.listing_id,
    )
    book.add_listing(second)
    book.touched_listings.add(into)
    return second


def check_reach(calendar: Calendar, region: str, at: Instant, terms: Conversion, duration_us: int) -> None:
    """Raise Invalid where the calendar ends before a second listing would: that must be known beforehand."""
    try:
        calendar.advance(region, at, terms.after_us + duration_us)
    except Invalid as short:
        raise Invalid("conversion", f"the calendar ends before a converted lead would: {short.reason}") from short
