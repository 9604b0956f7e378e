"""What became of the leads of a period: one line a lead, in columns, so that a million of them weigh little."""

from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field

from exchange.instant import Instant
from exchange.money import Cents
from exchange.orderbook.outcome import Converted, Decided, Expired, Filled, Withdrawn

NEVER = -1


@dataclass(slots=True)
class Fates:
    """What became of the leads listed in a period, in order of listing; amounts are net cents, times microseconds.

    ``first_us`` is the time from listing to the first sale, -1 where there was none; ``over`` is 1 once the lead is
    sold out, expired or withdrawn.
    """

    names: list[str] = field(default_factory=list)
    listed_at: "array[int]" = field(default_factory=lambda: array("q"))
    seats: "array[int]" = field(default_factory=lambda: array("h"))
    sold: "array[int]" = field(default_factory=lambda: array("h"))
    net_cents: "array[int]" = field(default_factory=lambda: array("q"))
    first_us: "array[int]" = field(default_factory=lambda: array("q"))
    over: "array[int]" = field(default_factory=lambda: array("b"))
    _places: dict[str, int] = field(default_factory=dict, repr=False)

    def list(self, name: str, at: Instant, seats: int) -> None:
        """A lead of the period."""
        self._places[name] = len(self.names)
        self.names.append(name)
        self.listed_at.append(at)
        self.seats.append(seats)
        self.sold.append(0)
        self.net_cents.append(0)
        self.first_us.append(NEVER)
        self.over.append(0)

    def sell(self, name: str, at: Instant, ask_cents: Cents, *, sold_out: bool) -> None:
        """A seat went; of leads listed before the period nothing is noted."""
        place = self._places.get(name)
        if place is None:
            return
        if not self.sold[place]:
            self.first_us[place] = at - self.listed_at[place]
        self.sold[place] += 1
        self.net_cents[place] += ask_cents
        self.over[place] = sold_out

    def give_back(self, name: str, net_cents: Cents) -> None:
        """An upheld claim."""
        place = self._places.get(name)
        if place is not None:
            self.net_cents[place] -= net_cents

    def go_on(self, name: str, into: str) -> None:
        """Converted: the lead is offered again under another name, and stays one lead here."""
        place = self._places.get(name)
        if place is not None:
            self._places[into] = place

    def end(self, name: str) -> None:
        """Expired or withdrawn."""
        place = self._places.get(name)
        if place is not None:
            self.over[place] = 1

    def note(self, decided: Iterable[Decided]) -> None:
        """What some outcomes made of the leads."""
        for at, _, value in decided:
            kind = type(value)
            if kind is Filled:
                self.sell(value.listing_id, at, value.ask_cents, sold_out=value.sold_out)  # type: ignore[union-attr]
            elif kind is Expired:
                if value.thing == "listing":  # type: ignore[union-attr]
                    self.end(value.name)  # type: ignore[union-attr]
            elif kind is Withdrawn:
                self.end(value.listing_id)  # type: ignore[union-attr]
            elif kind is Converted:
                self.go_on(value.listing_id, value.into)  # type: ignore[union-attr]
