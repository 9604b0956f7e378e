"""A listing: a lead offered in its sector, on terms that never change, with the seats sold so far."""

from exchange.instant import Instant
from exchange.lead import ConsentScope
from exchange.money import BasisPoints, Cents
from exchange.orderbook.asks import AskIndex
from exchange.orderbook.sharing import Conversion
from exchange.pricing.hours import Calendar
from exchange.pricing.table import PriceTable

OPEN, SOLD, EXPIRED, WITHDRAWN, CONVERTED = "open", "sold", "expired", "withdrawn", "converted"


class Listing:
    """Terms are fixed at listing; ``step``, ``sold`` and ``state`` are what time and trade have made of it.

    The price clock is anchored: ``anchor_us`` of running time had passed at ``anchor_at``. A resumption moves
    the anchor, so that halted time counts for nothing (rules.md §6).
    """

    __slots__ = (
        "anchor_at",
        "anchor_us",
        "answers",
        "arm_bp",
        "asked_at",
        "bought_out",
        "calendar",
        "cell",
        "consent",
        "conversion",
        "converted_from",
        "curve",
        "listed_at",
        "listing_id",
        "person_id",
        "postcode",
        "region",
        "seats",
        "seq",
        "sold",
        "state",
        "step",
        "supplier",
        "supplier_group",
        "table",
    )

    cell: AskIndex
    """Where the book has put its ask, once it has."""

    def __init__(
        self,
        *,
        seq: int,
        listing_id: str,
        supplier: str,
        supplier_group: str,
        person_id: str,
        region: str,
        postcode: str,
        answers: dict[str, str],
        asked_at: Instant,
        listed_at: Instant,
        seats: int,
        consent: ConsentScope,
        table: PriceTable,
        calendar: Calendar,
        curve: int,
        arm_bp: BasisPoints,
        conversion: Conversion | None = None,
        converted_from: str | None = None,
    ) -> None:
        self.seq = seq
        self.listing_id = listing_id
        self.supplier = supplier
        self.supplier_group = supplier_group
        self.person_id = person_id
        self.region = region
        self.postcode = postcode
        self.answers = answers
        self.asked_at = asked_at
        self.listed_at = listed_at
        self.seats = seats
        self.consent = consent
        self.table = table
        self.calendar = calendar
        self.curve = curve
        self.arm_bp = arm_bp
        self.conversion = conversion
        self.converted_from = converted_from
        self.anchor_at = listed_at
        self.anchor_us = 0
        self.step = 0
        self.sold = 0
        self.bought_out = False
        self.state = OPEN

    @property
    def ask_cents(self) -> Cents:
        """The ask since the last step taken; the last ask it had, once closed."""
        return self.table.asks_cents[self.step]

    def next_event(self) -> Instant:
        """The instant of the next step or the conversion, or of the expiry where none is left (while not halted)."""
        return self.event_at(self.step + 1)

    def event_at(self, step: int) -> Instant:
        """The instant of a step to come, or of the conversion or the expiry where that is sooner (while not halted)."""
        table = self.table
        elapsed = table.elapsed_us[step] if step < len(table.elapsed_us) else table.duration_us
        if self.conversion is not None and self.conversion.after_us < elapsed:
            elapsed = self.conversion.after_us
        if self.calendar.always_open:
            return self.anchor_at + elapsed - self.anchor_us
        return self.calendar.advance(self.region, self.anchor_at, elapsed - self.anchor_us)

    @property
    def converts(self) -> bool:
        """Whether its next event is the conversion; before a step or the expiry of the same instant it is."""
        if self.conversion is None:
            return False
        elapsed, step = self.table.elapsed_us, self.step + 1
        return step == len(elapsed) or self.conversion.after_us <= elapsed[step]

    @property
    def ends_us(self) -> int:
        """The running time after which it is open no longer, if nobody buys it."""
        return self.table.duration_us if self.conversion is None else self.conversion.after_us

    def elapsed_us(self, at: Instant) -> int:
        """Running time passed at an instant not before the anchor (while not halted)."""
        return self.anchor_us + self.calendar.elapsed_us(self.region, self.anchor_at, at)

    def stand_still(self, halted_at: Instant, resumed_at: Instant) -> None:
        """Move the anchor over a halt: the clock goes on at the resumption from where it stood."""
        if self.anchor_at < halted_at:
            self.anchor_us = self.elapsed_us(halted_at)
        self.anchor_at = resumed_at
