"""A standing bid in the book: its terms, its place, what it has bought and what it still may."""

from collections.abc import Iterator
from dataclasses import dataclass

from exchange.instant import Instant
from exchange.money import BasisPoints, Cents, ceil_share, gross_cents
from exchange.orderbook.caps import Cap, period_end, period_start
from exchange.orderbook.order import BidTerms
from exchange.pricing.hours import Calendar

ACTIVE, PAUSED, FILLED, CANCELLED, EXPIRED = "active", "paused", "filled", "cancelled", "expired"

PLENTY: Cents = 1 << 60
"""More than any price: the room of a bid that nothing holds back."""


@dataclass(slots=True)
class Note:
    """A stretch of inability already noted: it ends when hours begin (``until_at``), or with more ``room_cents``."""

    until_at: Instant | None
    room_cents: Cents


class Bid:
    """Terms may change; ``place`` is the sequence number that ranks the bid, ``seq`` the one that entered it.

    ``resting`` means noted as unable: out of the walk until something can make it able. ``passed`` holds the
    listings (by sequence number) it was already noted on or bought, so that each is noted once. ``recent`` are
    the fills (instant, ask) of this month and week, which caps count, also caps set later.
    """

    __slots__ = (
        "filled",
        "group",
        "low_level",
        "notes",
        "passed",
        "place",
        "recent",
        "reserved_cents",
        "resting",
        "seq",
        "spent_cents",
        "state",
        "suspended",
        "terms",
        "tick_cents",
        "wake_at",
    )

    def __init__(self, seq: int, terms: BidTerms, group: str, tick_cents: Cents) -> None:
        self.seq = seq
        self.place = seq
        self.terms = terms
        self.group = group
        self.tick_cents = tick_cents
        self.filled = 0
        self.spent_cents: Cents = 0
        self.recent: list[tuple[Instant, Cents]] = []
        self.reserved_cents: Cents = 0
        self.state = ACTIVE
        self.suspended = False
        self.resting = False
        self.wake_at: Instant | None = None
        self.low_level: Cents | None = None
        self.notes: dict[str, Note] = {}
        self.passed: set[int] = set()

    @property
    def bid_id(self) -> str:
        return self.terms.bid_id

    @property
    def buyer(self) -> str:
        return self.terms.buyer

    @property
    def ended(self) -> bool:
        """Filled, cancelled or expired: nothing can change it any more."""
        return self.state not in (ACTIVE, PAUSED)

    @property
    def walks(self) -> bool:
        """Whether the bid is looked at when listings are served."""
        return self.state == ACTIVE and not self.suspended

    @property
    def service_order(self) -> tuple[int, int]:
        """Smaller is served first: the higher limit, then the earlier place (rules.md §3)."""
        return (-self.terms.limit_cents, self.place)

    @property
    def budget_left_cents(self) -> Cents:
        """What the budget still covers, net; plenty where none was given (quantity and limit bound it)."""
        budget = self.terms.budget_cents
        return PLENTY if budget is None else budget - self.spent_cents

    def caps_left_cents(self, calendar: Calendar, at: Instant) -> Cents:
        """The dearest ask the caps still admit at an instant: 0 where a cap on leads is used up."""
        return min((self._cap_left(cap, calendar, at) for cap in self.terms.caps), default=PLENTY)

    def _cap_left(self, cap: Cap, calendar: Calendar, at: Instant) -> Cents:
        since = period_start(calendar, cap.period, at)
        leads, spent = 0, 0
        for filled_at, ask_cents in reversed(self.recent):
            if filled_at < since:
                break
            leads, spent = leads + 1, spent + ask_cents
        if cap.leads is not None:
            return PLENTY if leads < cap.leads else 0
        return (cap.net_cents or 0) - spent

    def caps_end_at(self, calendar: Calendar, at: Instant) -> Instant | None:
        """The next instant at which a period of one of the caps begins."""
        return min((period_end(calendar, cap.period, at) for cap in self.terms.caps), default=None)

    def reservation_cents(self, vat_bp: BasisPoints) -> Cents:
        """What the rest of the bid must hold, gross (rules.md §4)."""
        left = self.terms.quantity - self.filled
        if left <= 0 or self.ended:
            return 0
        by_quantity = left * gross_cents(self.terms.limit_cents, vat_bp)
        if self.terms.budget_cents is None:
            return by_quantity
        budget = max(self.budget_left_cents, 0)
        if vat_bp == 0:
            return min(by_quantity, budget)
        return min(by_quantity, budget + ceil_share(budget, vat_bp) + left)

    def take(self, ask_cents: Cents, calendar: Calendar, at: Instant) -> None:
        """Count one fill; the bid ends where its quantity is reached. It was able, so no stretch goes on."""
        self.filled += 1
        self.spent_cents += ask_cents
        since = min(period_start(calendar, "month", at), period_start(calendar, "week", at))
        if self.recent and self.recent[0][0] < since:
            self.recent = [kept for kept in self.recent if kept[0] >= since]
        self.recent.append((at, ask_cents))
        self.notes.clear()
        if self.filled >= self.terms.quantity:
            self.state = FILLED

    def within_hours(self, calendar: Calendar, at: Instant) -> bool:
        """Whether the bid's active hours hold at an instant."""
        return self.terms.hours is None or self.terms.hours.hold(calendar, at)

    def wakes_at(self, calendar: Calendar, at: Instant) -> Instant | None:
        """The next instant at which hours or a cap's period begin, which may make the bid able again."""
        begins = self.terms.hours.next_start(calendar, at) if self.terms.hours is not None else None
        found = [begin for begin in (begins, self.caps_end_at(calendar, at)) if begin is not None]
        return min(found, default=None)

    def has_room(self, ask_cents: Cents) -> bool:
        """Whether a bid that rests could pay this ask; for a dearer one nothing changes until it is woken."""
        return self.low_level is not None and ask_cents <= self.low_level

    def levels(self) -> Iterator[Cents]:
        """The asks at which the book must look at this bid: its limit, and its room while it rests below it."""
        yield self.terms.limit_cents
        if self.low_level is not None:
            yield self.low_level
