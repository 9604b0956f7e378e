"""Claims and payouts of one sector's sales as time brings them: silence upholds, windows close (rules.md §7)."""

from heapq import heappop

from exchange.claims import returned_parts
from exchange.instant import Instant
from exchange.orderbook.book import Book
from exchange.orderbook.entry import note
from exchange.orderbook.outcome import Decided, Rejected, Released, Upheld
from exchange.orderbook.sale import CLAIMED, REJECTED, UPHELD, Sale


def settle_sales(book: Book, at: Instant, out: list[Decided]) -> None:
    """Claims upheld by silence, then sales becoming payable, each by sequence number."""
    while book.sale_dues and book.sale_dues[0][0] == at:
        _, closes, _, sale = heappop(book.sale_dues)
        if closes:
            release(book, sale, at, out)
        elif sale.claim == CLAIMED:
            uphold(book, sale, at, out, by_silence=True)


def uphold(book: Book, sale: Sale, at: Instant, out: list[Decided], *, by_silence: bool) -> None:
    """Give the ground's share of the sale back on all sides; what is left becomes payable as ever."""
    rates = book.rates_of(sale)
    sale.claim = UPHELD
    sale.returned = returned_parts(sale.parts, rates.claims.share_bp(sale.ground), book.vat_bp, rates.fee_bp)
    back = sale.returned
    upheld = Upheld(sale.sale_id, sale.buyer, sale.supplier, back.net_cents, back.vat_cents, back.fee_cents, by_silence)
    note(book, at, upheld, out)
    release(book, sale, at, out)


def reject(book: Book, sale: Sale, at: Instant, out: list[Decided]) -> None:
    """The sale stands; it becomes payable at once where its window has passed meanwhile."""
    sale.claim = REJECTED
    note(book, at, Rejected(sale.sale_id, sale.buyer), out)
    release(book, sale, at, out)


def release(book: Book, sale: Sale, at: Instant, out: list[Decided]) -> None:
    """The supplier's part becomes payable, once, after the window and never while a claim is open."""
    if sale.released or sale.claim == CLAIMED or at < sale.closes_at:
        return
    sale.released = True
    if sale.payable_cents > 0:
        note(book, at, Released(sale.sale_id, sale.supplier, sale.payable_cents), out)
