"""A sector's tape as a back-test needs it: its orders, and what they led to, to be compared."""

from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from exchange.backtest.fates import Fates
from exchange.backtest.foresight import Foresight
from exchange.backtest.play import TELL_EVERY, Told, decide_on, forget
from exchange.backtest.quick_book import QuickBook
from exchange.instant import Instant
from exchange.orderbook.match import settle
from exchange.orderbook.order import ListLead, Order
from exchange.orderbook.outcome import Decided, Filled, Listed, Upheld
from exchange.payload import ORDERS, encode
from exchange.tape import Entry

_ORDER_KINDS = frozenset(kind.kind for kind in ORDERS)


@dataclass(slots=True)
class Recorded:
    """Orders with their instants and numbers; of everything on the tape a fingerprint, by number from 1.

    Fingerprints are Python's own hashes: they hold for this process and those forked from it. ``digest`` is of all
    that was read, and holds everywhere.
    """

    sector: str
    orders: list[tuple[Instant, Order]] = field(default_factory=list)
    numbers: "array[int]" = field(default_factory=lambda: array("q"))
    """The orders' entries."""
    prints: "array[int]" = field(default_factory=lambda: array("q"))
    digest: Any = field(default_factory=sha256)
    foresight: Foresight = field(default_factory=Foresight)

    def read(self, entries: Iterable[Entry], told: Told = lambda _: None) -> None:
        """Take up entries, in order from the tape's first."""
        lines: list[str] = []
        for entry in entries:
            self.prints.append(hash((entry.at, entry.kind, entry.payload)))
            lines.append(f"{entry.at} {entry.kind} {entry.payload}")
            if entry.kind in _ORDER_KINDS:
                self.orders.append((entry.at, entry.value()))  # type: ignore[arg-type]
                self.numbers.append(len(self.prints))
            elif entry.kind == Filled.kind:
                self.foresight.note(entry.at, entry.payload)
            if not len(self.prints) % TELL_EVERY:
                self._digest(lines)
                told(TELL_EVERY)
        self._digest(lines)

    def _digest(self, lines: list[str]) -> None:
        if lines:
            self.digest.update(("\n".join(lines) + "\n").encode())
            lines.clear()


@dataclass(frozen=True, slots=True)
class Truth:
    """What truly happened to the leads of a period, and whether the rules say so too.

    ``outcomes`` were compared; ``differs`` is the number of the first entry that is not what was decided here, None
    where there is none. ``curves`` and ``arms_bp`` are of each lead; 0 where its curve was named, not drawn.
    """

    fates: Fates
    outcomes: int
    differs: int | None
    curves: "array[int]"
    arms_bp: "array[int]"


def reproduce(recorded: Recorded, since: Instant, until: Instant, told: Told = lambda _: None) -> Truth:
    """Decide every order again on its own terms, those of instant buyers too, and compare every outcome to the byte.

    An order, which was read from its entry, must stand at its number and instant.
    """
    book = QuickBook(recorded.sector, recorded.orders, recorded.foresight.ends(recorded.orders))
    checking, fates = _Checking(recorded.prints), Fates()
    curves, arms_bp, sold = array("l"), array("l"), dict[str, str]()
    for number, (at, order) in enumerate(recorded.orders, 1):
        if at >= until or checking.differs is not None:
            break
        settled = settle(book, at)
        decided = decide_on(book, order, at)
        checking.check(settled)
        checking.check_order(order, decided[0], recorded.numbers[number - 1], at)
        checking.check(decided[1:])
        fates.note(settled)
        if at >= since and type(order) is ListLead and (listed := _terms(decided)) is not None:
            fates.list(order.listing_id, at, order.seats)
            curves.append(listed.curve)
            arms_bp.append(0 if order.curve is not None else listed.arm_bp)
        fates.note(decided)
        _give_back(fates, sold, settled)
        _give_back(fates, sold, decided)
        if not number % TELL_EVERY:
            forget(book)
            told(TELL_EVERY)
    if checking.differs is None:
        settled = settle(book, until - 1)
        checking.check(settled)
        fates.note(settled)
        _give_back(fates, sold, settled)
    return Truth(fates, checking.outcomes, checking.differs, curves, arms_bp)


class _Checking:
    """Compares what is decided with what stands on the tape."""

    def __init__(self, prints: "array[int]") -> None:
        self._prints = prints
        self.outcomes = 0
        self.differs: int | None = None

    def check(self, decided: list[Decided]) -> None:
        for at, seq, value in decided:
            self.outcomes += 1
            told = hash((at, value.kind, encode(value)))
            if seq > len(self._prints) or self._prints[seq - 1] != told:
                self._differ(seq)

    def check_order(self, order: Order, decided: Decided, seq: int, at: Instant) -> None:
        """Its own entry comes first among what was decided."""
        if decided.value is not order or decided.seq != seq or decided.at != at:
            self._differ(min(seq, decided.seq))

    def _differ(self, seq: int) -> None:
        if self.differs is None:
            self.differs = seq


def _terms(decided: list[Decided]) -> Listed | None:
    return next((value for _, _, value in decided if isinstance(value, Listed)), None)


def _give_back(fates: Fates, sold: dict[str, str], decided: list[Decided]) -> None:
    """What upheld claims took from the price of their leads."""
    for _, _, value in decided:
        if type(value) is Filled:
            sold[value.sale_id] = value.listing_id
        elif type(value) is Upheld:
            fates.give_back(sold[value.sale_id], value.net_cents)
