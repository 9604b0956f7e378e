"""Four quiet weeks and a busy day of history, played through the real desk with a set clock.

The weeks are thin, so that a demo opens soon: enough for days, medians and payouts to be seen, and for two curves of
one sector to have run side by side. The day before now is as busy as a market of this size.
"""

from collections.abc import Callable, Iterator
from functools import partial
from random import Random

from exchange.clock import SetClock
from exchange.demo.market import DemoMarket
from exchange.instant import DAY_US, HOUR_US, MINUTE_US, SECOND_US, Instant, to_datetime

LEADS = 1200
VISITS = 700
DISPUTES = 14

QUIET_DAYS = 27
QUIET_LEADS = 75
QUIET_VISITS = 60

_BY_HOUR = (1, 1, 1, 1, 1, 2, 4, 7, 10, 11, 11, 10, 9, 9, 10, 10, 10, 9, 9, 9, 8, 6, 4, 2)
"""How busy the hours of a day are, in UTC."""
_BY_WEEKDAY = (1.2, 1.15, 1.1, 1.1, 1.0, 0.6, 0.7)
"""How busy the days of a week are, Monday first."""

Happening = tuple[Instant, Callable[[], object]]
Told = Callable[[int, int], None]
"""Hears how many of how many happenings are done."""


def begins_at(now: Instant) -> Instant:
    """When the history of a demo begins that opens now."""
    return now - (QUIET_DAYS + 1) * DAY_US


def play_weeks(market: DemoMarket, clock: SetClock, until: Instant, told: Told) -> None:
    """Play the quiet weeks that end at ``until``; nothing of their standing bids is left then, and wallets are full."""
    _play(_quiet(market, until - QUIET_DAYS * DAY_US, until), market, clock, until, told)
    market.deposit()


def play_day(market: DemoMarket, clock: SetClock, until: Instant, told: Told) -> None:
    """Play the 24 hours before ``until``."""
    _play(_busy(market, until - DAY_US), market, clock, until, told)


def _play(happening: Iterator[Happening], market: DemoMarket, clock: SetClock, until: Instant, told: Told) -> None:
    happenings = sorted(happening, key=lambda one: one[0])
    for done, (at, happen) in enumerate(happenings, 1):
        clock.at_us = at
        happen()
        told(done, len(happenings))
    clock.at_us = until
    market.settle()


def _quiet(market: DemoMarket, start: Instant, until: Instant) -> Iterator[Happening]:
    for week_at in range(start, until, 7 * DAY_US):
        yield week_at, market.deposit
        for firm in market.firms[1:]:
            for taste in firm.tastes:
                bid = partial(market.bid, firm, taste, until_at=min(week_at + 7 * DAY_US, until))
                yield week_at + market.rng.randrange(1, HOUR_US), bid
    for day in range(QUIET_DAYS):
        began = start + day * DAY_US
        share = _BY_WEEKDAY[to_datetime(began).weekday()] * (0.85 + market.rng.random() * 0.3)
        yield from _at(market.rng, began, round(QUIET_LEADS * share), market.list_lead)
        yield from _at(market.rng, began, round(QUIET_VISITS * share), market.visit)
        yield began + 15 * HOUR_US, market.dispute
        for n in range(1, 4):
            yield began + n * 6 * HOUR_US, market.settle
    yield start + QUIET_DAYS // 2 * DAY_US, market.try_another_curve


def _busy(market: DemoMarket, start: Instant) -> Iterator[Happening]:
    rng = market.rng
    for firm in market.firms[1:]:
        for taste in firm.tastes:
            yield start + rng.randrange(6 * HOUR_US), partial(market.bid, firm, taste)
    yield from _at(rng, start, LEADS, market.list_lead)
    yield from _at(rng, start, VISITS, market.visit)
    for at in _moments(rng, start + 4 * HOUR_US, DISPUTES):
        yield min(at, start + DAY_US - MINUTE_US), market.dispute
    for n in range(1, 24 * 6):
        yield start + n * 10 * MINUTE_US, market.settle


def _at(rng: Random, start: Instant, count: int, happen: Callable[[], object]) -> Iterator[Happening]:
    return ((at, happen) for at in _moments(rng, start, count))


def _moments(rng: Random, start: Instant, count: int) -> Iterator[Instant]:
    """So many instants of the day, dense where the hour is busy, whatever hour the day begins at."""
    first = start // HOUR_US % 24
    weights = [_BY_HOUR[(first + n) % 24] + 4 for n in range(24)]
    for hour in rng.choices(range(24), weights, k=count):
        yield start + hour * HOUR_US + rng.randrange(3600) * SECOND_US + rng.randrange(SECOND_US)
