"""Listings, bids and sales as rows: what the columns say of a value of the core."""

from functools import lru_cache
from typing import Any

from exchange.instant import Instant
from exchange.lead import ANYONE
from exchange.orderbook.bid import Bid
from exchange.orderbook.book import Book
from exchange.orderbook.listing import OPEN, Listing
from exchange.orderbook.outcome import Filled
from exchange.orderbook.sale import REJECTED, UPHELD, Sale
from exchange.payload import canonical, encode

Row = dict[str, Any]

scope_text = lru_cache(maxsize=4_096)(encode)
"""A consent's scope as its rows have it: most leads of a supplier share one."""


def listing_row(listing: Listing, *, lead_id: str, sector: str, halted: bool) -> Row:
    """Everything a listing is, as it is first written."""
    return {
        "listing_id": listing.listing_id,
        "sector": sector,
        "seq": listing.seq,
        "lead_id": lead_id,
        "supplier": listing.supplier,
        "supplier_group": listing.supplier_group,
        "person_id": listing.person_id,
        "region": listing.region,
        "postcode": listing.postcode,
        "answers": canonical(listing.answers),
        "consent": scope_text(listing.consent),
        "for_everyone": ANYONE in listing.consent.recipients,
        "asked_at": listing.asked_at,
        "seats": listing.seats,
        "start_cents": listing.table.start_cents,
        "floor_cents": listing.table.floor_cents,
        "tick_cents": listing.table.tick_cents,
        "curve": listing.curve,
        "arm_bp": listing.arm_bp,
        "duration_us": listing.table.duration_us,
        "calendar": listing.calendar.version,
        "listed_at": listing.listed_at,
        "closed_at": None,
        "convert_us": None if listing.conversion is None else listing.conversion.after_us,
        "convert_seats": None if listing.conversion is None else listing.conversion.seats,
        "convert_bp": None if listing.conversion is None else listing.conversion.seat_bp,
        "converted_from": listing.converted_from,
        **listing_clock(listing, halted=halted),
    }


def recipient_rows(listing: Listing) -> list[Row]:
    """Whom the consent names, in order; nobody by name where it covers everyone."""
    named = set() if ANYONE in listing.consent.recipients else set(listing.consent.recipients)
    return [{"listing_id": listing.listing_id, "organisation": name} for name in sorted(named)]


def listing_clock(listing: Listing, *, halted: bool) -> Row:
    """What time and trade have made of a listing. What comes next is unknown in a halt, and nothing once closed."""
    running = listing.state == OPEN and not halted
    return {
        "sold": listing.sold,
        "bought_out": listing.bought_out,
        "state": listing.state,
        "anchor_at": listing.anchor_at,
        "anchor_us": listing.anchor_us,
        "ask_cents": listing.ask_cents,
        "next_at": listing.next_event() if running else None,
        "expires_at": expires_at(listing) if running else None,
    }


def expires_at(listing: Listing) -> Instant:
    """The end of the running time, or the conversion, as far as opening hours and halts put it now."""
    left_us = listing.ends_us - listing.anchor_us
    return listing.calendar.advance(listing.region, listing.anchor_at, left_us)


def bid_row(bid: Bid, book: Book) -> Row:
    """Everything a standing bid is."""
    return {
        "bid_id": bid.bid_id,
        "sector": book.sector,
        "seq": bid.seq,
        "buyer": bid.buyer,
        "tick_cents": bid.tick_cents,
        "ended_at": None,
        **bid_state(bid, book),
    }


def bid_state(bid: Bid, book: Book) -> Row:
    """What a standing bid's changes and fills have made of it."""
    return {
        "place": bid.place,
        "group_id": bid.group,
        "kind": bid.terms.kind,
        "terms": encode(bid.terms),
        "limit_cents": bid.terms.limit_cents,
        "quantity": bid.terms.quantity,
        "budget_cents": bid.terms.budget_cents,
        "until_at": bid.terms.until_at,
        "filled": bid.filled,
        "spent_cents": bid.spent_cents,
        "reserved_cents": bid.reserved_cents,
        "state": bid.state,
        "suspended": bid.suspended,
        "progress": canonical(bid_progress(bid, book)),
    }


def bid_progress(bid: Bid, book: Book) -> Row:
    """What the book remembers of a bid besides its terms and counts, in one order; of one that has ended, nothing.

    Listings that have closed are past and left out.
    """
    living = not bid.ended
    notes = {reason: [note.until_at, note.room_cents] for reason, note in sorted(bid.notes.items())}
    return {
        "low_level": bid.low_level if living else None,
        "notes": notes if living else {},
        "passed": sorted(bid.passed & book.open.keys()) if living else [],
        "recent": [list(fill) for fill in bid.recent] if living else [],
        "resting": bid.resting and living,
        "wake_at": bid.wake_at if living else None,
    }


def sale_row(filled: Filled, sale: Sale, *, sector: str, seats: int) -> Row:
    """Everything a sale is."""
    return {
        "sale_id": sale.sale_id,
        "sector": sector,
        "seq": sale.seq,
        "listing_id": sale.listing_id,
        "bid_id": filled.bid_id,
        "buyer": sale.buyer,
        "group_id": filled.group,
        "supplier": sale.supplier,
        "person_id": filled.person_id,
        "seat": filled.seat,
        "seats": seats,
        "ask_cents": sale.parts.net_cents,
        "vat_cents": sale.parts.vat_cents,
        "fee_cents": sale.parts.fee_cents,
        "sold_at": sale.sold_at,
        "closes_at": sale.closes_at,
        **sale_state(sale),
    }


def sale_state(sale: Sale) -> Row:
    """Where a sale's claim and its payout stand; ``released`` also where nothing is left to pay out."""
    return {
        "claim": sale.claim,
        "ground": sale.ground,
        "silence_at": sale.silence_at,
        "returned_net_cents": sale.returned.net_cents,
        "returned_vat_cents": sale.returned.vat_cents,
        "returned_fee_cents": sale.returned.fee_cents,
        "released": is_over(sale),
    }


def is_over(sale: Sale) -> bool:
    """Whether nothing of a sale is pending any more."""
    return sale.released or (sale.payable_cents == 0 and sale.claim in (UPHELD, REJECTED))
