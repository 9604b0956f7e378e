"""What leaves the house: which outcomes tell whom what, and when a message is tried again. Pure.

A message names things and says nothing of people: ids of listing, sale and bid, never contact data, never who bought
(docs/deliveries.md). Its delivery id follows from the entry it tells of, so that whoever gets it twice can tell.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Literal, NamedTuple, Protocol

from exchange.instant import HOUR_US, SECOND_US, Instant
from exchange.orderbook.book import Book
from exchange.orderbook.outcome import (
    Claimed,
    ConsentWithdrawn,
    Converted,
    Decided,
    Expired,
    Filled,
    Listed,
    Rejected,
    Upheld,
    Withdrawn,
)

Side = Literal["buyer", "supplier"]
"""As what an organisation is told: it may be both."""

BOUGHT, SOLD = "lead.bought", "lead.sold"
CLAIM_FILED, CLAIM_UPHELD, CLAIM_REJECTED = "claim.filed", "claim.upheld", "claim.rejected"
LISTING_EXPIRED, LISTING_WITHDRAWN, CONSENT_WITHDRAWN = "listing.expired", "listing.withdrawn", "consent.withdrawn"
LISTING_CONVERTED, BID_EXPIRED = "listing.converted", "bid.expired"
HOOK_OFF = "webhook.disabled"
TOPICS = (
    *(BOUGHT, SOLD, CLAIM_FILED, CLAIM_UPHELD, CLAIM_REJECTED),
    *(LISTING_EXPIRED, LISTING_WITHDRAWN, LISTING_CONVERTED, CONSENT_WITHDRAWN, BID_EXPIRED, HOOK_OFF),
)
"""What a message may be about; these words go over the wire."""
LISTED = "lead.listed"
"""A topic nobody is told of unless they asked for it: a supplier may list thousands of leads at once."""

ENQUIRER = "enquirer"
"""Who withdraws a listing because the consent was withdrawn (rules.md §5): an entry of its own tells of that."""

GAPS_S = (10, 30, 120, 600, 1_800, 3_600, 10_800, 21_600, 43_200, 86_400, 86_400)
"""The longest wait after each attempt that failed, seconds; later ones wait as the last. Together some 71 hours."""
LEAST_ATTEMPTS = len(GAPS_S) + 1
PATIENCE_US = 72 * HOUR_US
"""A message is given up after this many attempts, but never before it is this old."""
DRAWS = 10_000
"""A wait is a drawn share of its longest: 1 to this many parts of as many."""


class Seat(NamedTuple):
    """A seat that was sold: its sale, and who has it."""

    sale_id: str
    buyer: str


@dataclass(frozen=True, slots=True)
class Message:
    """One thing one organisation is told. ``names`` are ids by what they name, ``at`` the entry's instant."""

    delivery_id: str
    topic: str
    organisation: str
    side: Side
    sector: str
    seq: int
    at: Instant
    names: Mapping[str, str]


class _Telling(NamedTuple):
    topic: str
    organisation: str
    side: Side
    names: dict[str, str]


Taken = Mapping[str, Sequence[Seat]]
"""The sold seats of listings that were withdrawn, by listing."""


def messages(
    book: Book, decided: Sequence[Decided], taken: Taken, listers: Collection[str] = frozenset()
) -> list[Message]:
    """What these entries of a sector tell, in their order.

    The book still holds the listings and sales they name; ``taken`` has the listings of `withdrawn`, ``listers`` are
    the suppliers who asked for `LISTED`.
    """
    told = []
    for at, seq, value in decided:
        tell = _TELLINGS.get(type(value))
        if tell is not None:
            told += [_message(book.sector, seq, at, telling) for telling in tell(value, book, taken)]
        elif isinstance(value, Listed) and (supplier := book.listings[value.listing_id].supplier) in listers:
            telling = _Telling(LISTED, supplier, "supplier", {"listing": value.listing_id})
            told.append(_message(book.sector, seq, at, telling))
    return told


def withdrawn(decided: Sequence[Decided]) -> list[str]:
    """The listings whose sold seats must be known to say what these entries tell."""
    return [value.listing_id for _, _, value in decided if isinstance(value, Withdrawn | ConsentWithdrawn)]


def hook_off(hook_id: str, cause: Message, at: Instant) -> Message:
    """That a webhook was switched off at an instant, by what became of this message."""
    telling = _Telling(HOOK_OFF, cause.organisation, cause.side, {"webhook": hook_id})
    delivery_id = _delivery_id(f"{cause.delivery_id} {hook_id} {at}")
    return Message(delivery_id, *telling[:3], cause.sector, cause.seq, at, telling.names)


def _message(sector: str, seq: int, at: Instant, told: _Telling) -> Message:
    delivery_id = _delivery_id(f"{sector} {seq} {at} {told.topic} {told.side} {told.organisation}")
    return Message(delivery_id, told.topic, told.organisation, told.side, sector, seq, at, told.names)


def _delivery_id(text: str) -> str:
    """A UUID of version 8 (RFC 9562). It holds the instant too: after a restore a number may come a second time."""
    digits = sha256(text.encode()).hexdigest()
    variant = "89ab"[int(digits[16], 16) & 3]
    return f"{digits[:8]}-{digits[8:12]}-8{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:32]}"


def _filled(filled: Filled, _book: Book, _taken: Taken) -> Iterator[_Telling]:
    names = {"listing": filled.listing_id, "sale": filled.sale_id}
    bid = {"bid": filled.bid_id} if filled.bid_id is not None else {}
    yield _Telling(BOUGHT, filled.buyer, "buyer", names | bid)
    yield _Telling(SOLD, filled.supplier, "supplier", names)


def _claimed(claimed: Claimed, book: Book, _taken: Taken) -> Iterator[_Telling]:
    sale = book.sales[claimed.sale_id]
    yield _Telling(CLAIM_FILED, sale.supplier, "supplier", {"listing": sale.listing_id, "sale": sale.sale_id})


def _ruled(ruled: Upheld | Rejected, book: Book, _taken: Taken) -> Iterator[_Telling]:
    sale = book.sales[ruled.sale_id]
    topic = CLAIM_UPHELD if isinstance(ruled, Upheld) else CLAIM_REJECTED
    names = {"listing": sale.listing_id, "sale": sale.sale_id}
    yield _Telling(topic, sale.buyer, "buyer", names)
    yield _Telling(topic, sale.supplier, "supplier", names)


def _expired(expired: Expired, book: Book, _taken: Taken) -> Iterator[_Telling]:
    if expired.thing == "listing":
        supplier = book.listings[expired.name].supplier
        yield _Telling(LISTING_EXPIRED, supplier, "supplier", {"listing": expired.name})
    elif expired.buyer is not None:
        yield _Telling(BID_EXPIRED, expired.buyer, "buyer", {"bid": expired.name})


def _withdrawn(gone: Withdrawn, book: Book, taken: Taken) -> Iterator[_Telling]:
    """Who holds a seat keeps it, and is told; so is the supplier where somebody else withdrew (rules.md §5)."""
    if gone.by != ENQUIRER:
        yield from _no_more(LISTING_WITHDRAWN, gone, book, taken)


def _revoked(gone: ConsentWithdrawn, book: Book, taken: Taken) -> Iterator[_Telling]:
    """Who holds a seat must know, sold out or not; and the supplier where somebody else says so."""
    yield from _no_more(CONSENT_WITHDRAWN, gone, book, taken)


def _no_more(topic: str, gone: Withdrawn | ConsentWithdrawn, book: Book, taken: Taken) -> Iterator[_Telling]:
    supplier = book.listings[gone.listing_id].supplier
    for seat in taken.get(gone.listing_id, ()):
        yield _Telling(topic, seat.buyer, "buyer", {"listing": gone.listing_id, "sale": seat.sale_id})
    if gone.by != supplier:
        yield _Telling(topic, supplier, "supplier", {"listing": gone.listing_id})


def _converted(gone: Converted, book: Book, _taken: Taken) -> Iterator[_Telling]:
    supplier = book.listings[gone.listing_id].supplier
    yield _Telling(LISTING_CONVERTED, supplier, "supplier", {"listing": gone.listing_id, "into": gone.into})


_TELLINGS: dict[type, Callable[[Any, Book, Taken], Iterator[_Telling]]] = {
    Filled: _filled,
    Claimed: _claimed,
    Upheld: _ruled,
    Rejected: _ruled,
    Expired: _expired,
    Withdrawn: _withdrawn,
    ConsentWithdrawn: _revoked,
    Converted: _converted,
}


@dataclass(frozen=True, slots=True)
class Attempt:
    """How one try to hand a message over went.

    ``carried`` it is there; ``nobody`` there is nobody to hand it to; ``failed`` try again; ``refused`` never again.
    ``code`` says why, in a word of ours: never what a server answered, which may name people.
    """

    result: Literal["carried", "nobody", "failed", "refused"]
    code: str = ""


class Carrier(Protocol):
    """Hands one message over, possibly a second time with the same delivery id; says how it went.

    ``deliver`` is called outside any transaction, by one thread of a process, and returns within a few seconds. It
    raises nothing for what the world does to it: that is an `Attempt` with a code.
    """

    def deliver(self, message: Message) -> Attempt: ...


@dataclass(frozen=True, slots=True)
class Mark:
    """What an attempt makes of its message: done with, given up, or due again at ``next_at``."""

    next_at: Instant
    sent_at: Instant | None = None
    dead_at: Instant | None = None
    last_error: str = ""


def mark(attempt: Attempt, now: Instant, *, attempts: int, posted_at: Instant, draw: int) -> Mark:
    """What follows from an attempt that ended now, the message's ``attempts``-th; ``draw`` as in `wait_us`."""
    if attempt.result in ("carried", "nobody"):
        return Mark(now, sent_at=now, last_error=attempt.code)
    given_up = attempts >= LEAST_ATTEMPTS and now - posted_at >= PATIENCE_US
    if attempt.result == "refused" or given_up:
        return Mark(now, dead_at=now, last_error=attempt.code)
    return Mark(now + wait_us(attempts, draw), last_error=attempt.code)


def wait_us(attempts: int, draw: int) -> int:
    """How long to wait after so many failed attempts: exponential, with full jitter.

    ``draw`` is 0..9999 from the door's random source: of messages that failed together, no two come again together.
    """
    longest_us = GAPS_S[min(attempts, len(GAPS_S)) - 1] * SECOND_US
    return longest_us * (draw + 1) // DRAWS
