"""Other terms for the leads of a period: what is named is put in the place of what they were listed with."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from exchange.errors import Invalid
from exchange.money import BasisPoints, Cents
from exchange.orderbook.book import Book
from exchange.orderbook.order import FileClaim, InstantBid, ListLead, Order, RuleClaim
from exchange.pricing.curve import CurveVersion
from exchange.pricing.hours import Calendar

_WHOLE_BP = 10_000
_PLAIN = ("floor_cents", "floor_bp", "tick_cents", "seats")
_VALUES: dict[str, Any] = {"curve": CurveVersion, "calendar": Calendar}
MOST_SEATS = 32


@dataclass(frozen=True, slots=True)
class Scenario:
    """None: as it was. Standing bids keep the terms, the places and the funds they had; nobody buys by hand.

    ``curve`` has its own running time, also where a lead named another. ``floor_cents`` or ``floor_bp`` (a share of
    the start price, rounded up) goes to the grid from below; a start price that is off another ``tick_cents`` is
    rounded up. ``calendar`` are the opening hours, for leads listed in the period. ``seats`` is how many buyers each
    lead may have.
    """

    curve: CurveVersion | None = None
    calendar: Calendar | None = None
    floor_cents: Cents | None = None
    floor_bp: BasisPoints | None = None
    tick_cents: Cents | None = None
    seats: int | None = None

    def __post_init__(self) -> None:
        if self.floor_cents is not None and self.floor_bp is not None:
            raise Invalid("floor", "an amount or a share of the start price, not both")
        if self.floor_bp is not None and not 0 <= self.floor_bp <= _WHOLE_BP:
            raise Invalid("floor", "a share lies between 0 % and 100 %")
        for name in ("floor_cents", "tick_cents", "seats"):
            given = getattr(self, name)
            if given is not None and given < 1:
                raise Invalid(name.removesuffix("_cents"), "at least 1")
        if self.seats is not None and self.seats > MOST_SEATS:
            raise Invalid("seats", f"at most {MOST_SEATS}")

    @property
    def is_own(self) -> bool:
        """Whether every lead keeps its terms."""
        return self == OWN

    def to_payload(self) -> dict[str, Any]:
        """What is named, as JSON data."""
        told = {name: getattr(self, name) for name in _PLAIN}
        told |= {name: None if (one := getattr(self, name)) is None else one.to_payload() for name in _VALUES}
        return {name: one for name, one in told.items() if one is not None}

    @classmethod
    def from_payload(cls, payload: Mapping[str, Any]) -> "Scenario":
        """Read what `to_payload` wrote."""
        read = {name: kind.from_payload(payload[name]) for name, kind in _VALUES.items() if name in payload}
        return cls(**{name: payload[name] for name in _PLAIN if name in payload}, **read)

    def enter(self, book: Book) -> None:
        """From here on the sector lists on these terms; what is open keeps its own."""
        if self.curve is not None:
            book.versions[self.curve.number] = self.curve
        if self.calendar is not None:
            book.calendars[self.calendar.version] = self.calendar
            book.calendar_version = self.calendar.version
        if self.seats is not None:
            book.most_seats = max(book.most_seats, self.seats)
        if self.tick_cents is not None:
            book.tick_cents = self.tick_cents

    def order(self, order: Order, tick_cents: Cents) -> Order | None:
        """An order of the tape as it stands here, None where it has no place; leads are on a grid of ``tick_cents``."""
        if isinstance(order, InstantBid | FileClaim | RuleClaim):
            return None
        if self.is_own or not isinstance(order, ListLead):
            return order
        return self._listed(order, tick_cents)

    def _listed(self, order: ListLead, tick_cents: Cents) -> ListLead:
        start = _up(order.start_cents, tick_cents)
        floor = min(start, _up(self._floor(order), tick_cents))
        return replace(
            order,
            start_cents=start,
            floor_cents=floor,
            seats=self.seats or order.seats,
            curve=order.curve if self.curve is None else self.curve.number,
            duration_us=order.duration_us if self.curve is None else None,
            conversion=order.conversion if self.seats in (None, 1) else None,
        )

    def _floor(self, order: ListLead) -> Cents:
        if self.floor_bp is not None:
            return max(1, -(-order.start_cents * self.floor_bp // _WHOLE_BP))
        return order.floor_cents if self.floor_cents is None else self.floor_cents


OWN = Scenario()
"""Everything as it was, but for those who bought by hand."""


def _up(cents: Cents, tick_cents: Cents) -> Cents:
    return -(-cents // tick_cents) * tick_cents
