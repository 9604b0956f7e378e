"""A kept book brought up to its tape's head: what other processes decided since is decided once more.

Reading a book anew costs as much as the book is large, a few entries cost little. They are compared to the byte with
what the kept book makes of them; a book that would not follow is not used, but read anew.
"""

import logging
from collections.abc import Iterable, Sequence
from typing import Any, cast

from sqlalchemy import Connection

from exchange.errors import TapeBroken
from exchange.ledger import Ledger
from exchange.orderbook import match
from exchange.orderbook.book import Book
from exchange.orderbook.order import Order
from exchange.orderbook.outcome import Decided
from exchange.replay import Replay
from exchange.store.market import Changes
from exchange.store.recall import forget_recalled, recall
from exchange.store.tapes import HeadRow, read_entries
from exchange.tape import Entry, Head, is_order

FEW = 500
"""So many entries are always sooner decided than a book is read."""

_log = logging.getLogger(__name__)


def follow(connection: Connection, book: Book, hash_: str, held_cents: dict[str, int], head: HeadRow) -> bool:
    """Bring the book, whose tape had this hash, to the head; returns whether it is there then.

    ``held_cents``, what standing bids hold, follows too.
    """
    if book.seq > head.head_seq or (book.seq == head.head_seq and hash_ != head.head_hash):
        return False
    if head.head_seq - book.seq > max(FEW, len(book.open)):
        return False
    try:
        if book.seq < head.head_seq:
            _run(connection, book, hash_, held_cents, head)
        return _settle(book, head)
    except TapeBroken as broken:
        _log.warning("a kept book is read anew: %s", broken)
        return False


def _run(connection: Connection, book: Book, hash_: str, held_cents: dict[str, int], head: HeadRow) -> None:
    entries = list(read_entries(connection, book.sector, book.seq + 1, head.head_seq))
    orders = _orders(entries)
    recall(connection, book, orders)
    replay, changes = Replay(book.sector, book), Changes(book)
    replay.head, replay.ledger = Head(book.seq, hash_), Ledger(held_cents)
    changes.add(cast(Decided, decided) for _, decided, _ in replay.run(entries))
    if replay.pending or replay.head != Head(head.head_seq, head.head_hash):
        raise TapeBroken(f"{book.sector} {replay.head.seq}: the head says otherwise")
    changes.done()
    forget_recalled(book, orders)


def _orders(entries: Sequence[Entry]) -> list[Order]:
    values: Iterable[Any] = (entry.value() for entry in entries)
    return [value for value in values if is_order(value)]


def _settle(book: Book, head: HeadRow) -> bool:
    """Take the steps that were written and made no entry; whatever else falls due by then is not on the tape."""
    if book.settled_until < head.settled_until_at:
        if match.settle(book, head.settled_until_at):
            return False
        book.stepped.clear()
    return True
