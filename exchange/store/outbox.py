"""The outbox: messages written with what they tell of, taken by couriers, marked when they are there.

Whoever takes a message gets a fence, the number of times it was taken. A mark with an older fence changes nothing: a
courier that was stopped for too long has lost its message to another one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, select, update

from exchange.delivery import LISTED, Mark, Message, Seat, messages, withdrawn
from exchange.instant import Instant
from exchange.orderbook.book import Book
from exchange.orderbook.outcome import Decided, Filled, Listed
from exchange.payload import canonical, parse
from exchange.schema import hooks, outbox, sales
from exchange.store.sheets import Sheet

_POSTED = ("delivery_id", "topic", "organisation", "side", "sector", "seq", "payload", "posted_at", "attempts")
OUTBOX = Sheet(outbox, (*_POSTED, "next_at", "fence", "last_error"))
"""The messages of a transaction."""

_WAITING = (outbox.c.sent_at.is_(None), outbox.c.dead_at.is_(None))
_DUE = (
    select(outbox)
    .where(*_WAITING, outbox.c.next_at <= bindparam("now"))
    .order_by(outbox.c.next_at, outbox.c.delivery_id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_MARK = update(outbox).where(
    outbox.c.delivery_id == bindparam("whose"), outbox.c.fence == bindparam("taken"), *_WAITING
)


@dataclass(frozen=True, slots=True)
class Held:
    """A message a courier has in hand: its ``attempts``-th try, under this fence."""

    message: Message
    attempts: int
    fence: int


def message_rows(connection: Connection, book: Book, decided: Sequence[Decided]) -> list[dict[str, Any]]:
    """What these entries of a sector tell, as rows of `OUTBOX`; none of the entries is written yet."""
    taken, listers = _taken(connection, decided), _listers(connection, book, decided)
    return [_row(message) for message in messages(book, decided, taken, listers)]


def post_aside(connection: Connection, message: Message) -> None:
    """Write a message that no new entry tells, beside what it follows from."""
    connection.execute(insert(outbox).values(**_row(message)))


def _listers(connection: Connection, book: Book, decided: Sequence[Decided]) -> set[str]:
    """Of the suppliers whose leads are listed here, those that asked to be told so."""
    found = {book.listings[value.listing_id].supplier for _, _, value in decided if isinstance(value, Listed)}
    if not found:
        return found
    asked = hooks.c.organisation.in_(found) & (hooks.c.side == "supplier") & hooks.c.topics.contains(LISTED)
    return set(connection.execute(select(hooks.c.organisation).where(asked)).scalars())


def _taken(connection: Connection, decided: Sequence[Decided]) -> dict[str, list[Seat]]:
    """The sold seats of the listings that are withdrawn: before this transaction, from rows, and in it."""
    taken: dict[str, list[Seat]] = {listing_id: [] for listing_id in withdrawn(decided)}
    if taken:
        sold = select(sales.c.listing_id, sales.c.sale_id, sales.c.buyer).where(sales.c.listing_id.in_(taken))
        for row in connection.execute(sold.order_by(sales.c.listing_id, sales.c.seat)):
            taken[row.listing_id].append(Seat(row.sale_id, row.buyer))
        for _, _, value in decided:
            if isinstance(value, Filled) and value.listing_id in taken:
                taken[value.listing_id].append(Seat(value.sale_id, value.buyer))
    return taken


def _row(message: Message) -> dict[str, Any]:
    return {
        "delivery_id": message.delivery_id,
        "topic": message.topic,
        "organisation": message.organisation,
        "side": message.side,
        "sector": message.sector,
        "seq": message.seq,
        "payload": canonical(message.names),
        "posted_at": message.at,
        "attempts": 0,
        "next_at": message.at,
        "fence": 0,
        "last_error": "",
    }


def message_of(row: Row[Any]) -> Message:
    """A row's message."""
    return Message(
        delivery_id=row.delivery_id,
        topic=row.topic,
        organisation=row.organisation,
        side=row.side,
        sector=row.sector,
        seq=row.seq,
        at=row.posted_at,
        names=parse(row.payload),
    )


def take(connection: Connection, now: Instant, *, until: Instant, most: int) -> list[Held]:
    """Take messages that are due, oldest first, each for nobody else until an instant; it is due again then."""
    rows = connection.execute(_DUE, {"now": now, "most": most}).all()
    if rows:
        connection.execute(
            update(outbox)
            .where(outbox.c.delivery_id.in_([row.delivery_id for row in rows]))
            .values(attempts=outbox.c.attempts + 1, fence=outbox.c.fence + 1, locked_until_at=until, next_at=until)
        )
    return [Held(message_of(row), row.attempts + 1, row.fence + 1) for row in rows]


def put_mark(connection: Connection, held: Held, mark: Mark) -> bool:
    """Write what became of an attempt; False where somebody else has taken the message since."""
    marked = _MARK.values(
        next_at=mark.next_at,
        sent_at=mark.sent_at,
        dead_at=mark.dead_at,
        last_error=mark.last_error,
        locked_until_at=None,
    )
    whose = {"whose": held.message.delivery_id, "taken": held.fence}
    return connection.execute(marked, whose).rowcount == 1


def put_back(connection: Connection, held: Iterable[Held], now: Instant) -> None:
    """Let others take at once what was taken and not tried."""
    back = _MARK.values(next_at=now, attempts=outbox.c.attempts - 1, locked_until_at=None)
    for one in held:
        connection.execute(back, {"whose": one.message.delivery_id, "taken": one.fence})


def revive(connection: Connection, now: Instant, delivery_ids: Sequence[str] | None = None) -> int:
    """Try again what was given up, these messages or all, from the first wait on; returns how many."""
    again = update(outbox).where(outbox.c.dead_at.is_not(None))
    if delivery_ids is not None:
        again = again.where(outbox.c.delivery_id.in_(delivery_ids))
    return connection.execute(again.values(dead_at=None, attempts=0, next_at=now)).rowcount


def purge(connection: Connection, before: Instant) -> int:
    """Forget what was done with or given up before an instant; returns how many."""
    sent = connection.execute(delete(outbox).where(outbox.c.sent_at < before)).rowcount
    return sent + connection.execute(delete(outbox).where(outbox.c.dead_at < before)).rowcount
