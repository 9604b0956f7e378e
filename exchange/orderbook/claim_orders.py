"""Orders on sales: a buyer's claim, an operator's ruling (rules.md §7)."""

from heapq import heappush

from exchange.claims import GROUNDS
from exchange.errors import Invalid
from exchange.instant import Instant
from exchange.orderbook.book import Book
from exchange.orderbook.claiming import reject, uphold
from exchange.orderbook.entry import note, refuse
from exchange.orderbook.order import FileClaim, RuleClaim
from exchange.orderbook.outcome import Claimed, Decided
from exchange.orderbook.sale import CLAIMED, UNCLAIMED


def claim(book: Book, order: FileClaim, at: Instant, out: list[Decided]) -> None:
    """Dispute one sale, once, within its window; silence upholds it later."""
    if order.ground not in GROUNDS:
        raise Invalid("ground", f"{order.ground!r} is no ground; one of: {', '.join(GROUNDS)}")
    note(book, at, order, out)
    sale = book.sales.get(order.sale_id)
    if sale is None or sale.buyer != order.buyer:
        return refuse(book, at, out, order.buyer, order.sale_id, "unknown")
    if sale.claim != UNCLAIMED:
        return refuse(book, at, out, order.buyer, order.sale_id, "already_claimed")
    if at >= sale.closes_at:
        return refuse(book, at, out, order.buyer, order.sale_id, "window_passed")
    sale.claim = CLAIMED
    sale.ground = order.ground
    sale.silence_at = at + book.rates_of(sale).claims.silence_us
    heappush(book.sale_dues, (sale.silence_at, False, sale.seq, sale))
    note(book, at, Claimed(sale.sale_id, sale.buyer, sale.ground, sale.silence_at), out)
    return None


def rule(book: Book, order: RuleClaim, at: Instant, out: list[Decided]) -> None:
    """Grant or turn down an open claim; without a claim there is nothing to rule on."""
    note(book, at, order, out)
    sale = book.sales.get(order.sale_id)
    if sale is None or sale.claim == UNCLAIMED:
        return refuse(book, at, out, "operator", order.sale_id, "unknown")
    if sale.claim != CLAIMED:
        return refuse(book, at, out, "operator", order.sale_id, "not_open", sale.claim)
    if order.ruling == "uphold":
        uphold(book, sale, at, out, by_silence=False)
    else:
        reject(book, sale, at, out)
    return None
