"""Numbering what is written: every order and every outcome gets the sector's next number (rules.md §8.3, §9)."""

from exchange.instant import Instant
from exchange.orderbook.book import Book
from exchange.orderbook.order import Order
from exchange.orderbook.outcome import Decided, Outcome, Refused


def note(book: Book, at: Instant, value: Order | Outcome, out: list[Decided]) -> int:
    """Number an order or outcome and put it behind the others."""
    seq = book.next_seq()
    out.append(Decided(at, seq, value))
    return seq


def refuse(
    book: Book, at: Instant, out: list[Decided], who: str, name: str, code: str, reason: str | None = None
) -> None:
    """Write that an order did nothing, and why (rules.md §10)."""
    note(book, at, Refused(who, name, code, reason), out)
