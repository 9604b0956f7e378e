"""A day of history, played through the real desk with a set clock, so that the pages have something to tell."""

from collections.abc import Callable, Iterator
from functools import partial
from random import Random

from exchange.clock import SetClock
from exchange.demo.market import DemoMarket
from exchange.demo.members import Firm
from exchange.demo.tastes import Taste
from exchange.instant import DAY_US, HOUR_US, MINUTE_US, SECOND_US, Instant

LEADS = 1700
VISITS = 900
DISPUTES = 14

_BY_HOUR = (1, 1, 1, 1, 1, 2, 4, 7, 10, 11, 11, 10, 9, 9, 10, 10, 10, 9, 9, 9, 8, 6, 4, 2)
"""How busy the hours of a day are, in UTC."""

Happening = tuple[Instant, Callable[[], None]]


def play_day(market: DemoMarket, clock: SetClock, until: Instant, told: Callable[[int, int], None]) -> None:
    """Play the 24 hours before ``until``; ``told`` hears how many of how many happenings are done."""
    start = until - DAY_US
    happenings = sorted(_happenings(market, start), key=lambda happening: happening[0])
    for done, (at, happen) in enumerate(happenings, 1):
        clock.at_us = at
        happen()
        told(done, len(happenings))
    clock.at_us = until
    market.settle()


def _happenings(market: DemoMarket, start: Instant) -> Iterator[Happening]:
    rng = market.rng
    for firm in market.firms[1:]:
        for taste in firm.tastes:
            yield start + rng.randrange(6 * HOUR_US), partial(_rest, market, firm, taste)
    for at in _moments(rng, start, LEADS):
        yield at, market.list_lead
    for at in _moments(rng, start, VISITS):
        yield at, market.visit
    for at in _moments(rng, start + 4 * HOUR_US, DISPUTES):
        yield min(at, start + DAY_US - MINUTE_US), market.dispute
    for n in range(1, 24 * 6):
        yield start + n * 10 * MINUTE_US, market.settle


def _rest(market: DemoMarket, firm: Firm, taste: Taste) -> None:
    market.bid(firm, taste)


def _moments(rng: Random, start: Instant, count: int) -> Iterator[Instant]:
    """So many instants of the day, dense where the hour is busy, whatever hour the day begins at."""
    first = start // HOUR_US % 24
    weights = [_BY_HOUR[(first + n) % 24] + 4 for n in range(24)]
    for hour in rng.choices(range(24), weights, k=count):
        yield start + hour * HOUR_US + rng.randrange(3600) * SECOND_US + rng.randrange(SECOND_US)
