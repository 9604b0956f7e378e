"""Prices and curves a sector starts with until its operator tunes it.

The price level is a demo default from memory (fresh, exclusive and shared by three), not a market figure; the
shape follows the hours phase of a lead's value: fast in the first half hour, flat towards the floor.
"""

from dataclasses import dataclass
from decimal import Decimal

from exchange.instant import MINUTE_US
from exchange.money import Cents
from exchange.pricing.curve import Curve
from exchange.pricing.shape import Steps

_SHARES = (100, 88, 77, 67, 58, 49, 41, 33, 26, 19, 13, 7)
"""Per cent of the way from floor to start price after each step; the hold brings it to the floor."""


def stepped(minutes: int) -> Curve:
    """A curve of a dozen even stretches over a running time, the floor in the last 5 %."""
    step_us = minutes * MINUTE_US // len(_SHARES)
    points = tuple((i * step_us, Decimal(share).scaleb(-2)) for i, share in enumerate(_SHARES))
    return Curve(Steps(points), minutes * MINUTE_US)


@dataclass(frozen=True, slots=True)
class SectorDefaults:
    """What a lead of a sector starts and ends at, net, and how it falls between."""

    start_cents: Cents
    """For an exclusive lead, fresh."""
    shared_start_cents: Cents
    """For each seat of a lead with several."""
    floor_cents: Cents
    shared_floor_cents: Cents
    curve: Curve

    def prices(self, seats: int) -> tuple[Cents, Cents]:
        """Start price and floor for a lead with so many seats."""
        if seats == 1:
            return self.start_cents, self.floor_cents
        return self.shared_start_cents, self.shared_floor_cents


DEFAULTS: dict[str, SectorDefaults] = {
    "pkv": SectorDefaults(9600, 4400, 2800, 1350, stepped(120)),
    "bu": SectorDefaults(6200, 2800, 1800, 850, stepped(90)),
    "pv": SectorDefaults(9800, 4800, 3300, 1650, stepped(120)),
    "wp": SectorDefaults(11000, 5600, 3600, 1850, stepped(150)),
    "baufi": SectorDefaults(8800, 4200, 2600, 1300, stepped(180)),
    "bav": SectorDefaults(7400, 3300, 2200, 1000, stepped(240)),
    "rlv": SectorDefaults(3800, 1700, 1150, 550, stepped(90)),
    "gewerbe": SectorDefaults(6400, 2800, 1850, 850, stepped(240)),
}


def defaults_of(code: str) -> SectorDefaults:
    """The defaults of a catalogue sector; raises KeyError for another code."""
    return DEFAULTS[code]
