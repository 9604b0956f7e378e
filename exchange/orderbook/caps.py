"""Caps, budgets' periods and active hours of standing bids (rules.md §3), in Berlin time by the calendar version.

Hours are UTC clock hours (equal to Berlin's, and unambiguous in October); days, weeks and months begin at
Berlin's midnight.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from exchange.instant import DAY_US, HOUR_US, MINUTE_US, Instant
from exchange.money import Cents
from exchange.pricing.hours import Calendar, minute_of, weekday_of

Period = Literal["hour", "day", "week", "month"]

_LOOK_DAYS = 16
_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class Cap:
    """At most so many leads, or so much net money, per period; exactly one of the two is given."""

    period: Period
    leads: int | None = None
    net_cents: Cents | None = None


def period_start(calendar: Calendar, period: Period, at: Instant) -> Instant:
    """The instant at which the period holding ``at`` began."""
    if period == "hour":
        return at - at % HOUR_US
    return _midnight(calendar, _first_day(period, _local_day(calendar, at)))


def period_end(calendar: Calendar, period: Period, at: Instant) -> Instant:
    """The instant at which the next period begins."""
    if period == "hour":
        return at - at % HOUR_US + HOUR_US
    first = _first_day(period, _local_day(calendar, at))
    if period == "month":
        day = date.fromordinal(first + _EPOCH_ORDINAL)
        month_later = date(day.year + day.month // 12, day.month % 12 + 1, 1)
        return _midnight(calendar, month_later.toordinal() - _EPOCH_ORDINAL)
    return _midnight(calendar, first + (7 if period == "week" else 1))


def _local_day(calendar: Calendar, at: Instant) -> int:
    return calendar.to_local(at) // DAY_US


def _midnight(calendar: Calendar, day: int) -> Instant:
    return calendar.to_utc(day * DAY_US)


def _first_day(period: Period, day: int) -> int:
    """Days are counted from 1970-01-01, a Thursday."""
    if period == "day":
        return day
    if period == "week":
        return day - (day + 3) % 7
    return date.fromordinal(day + _EPOCH_ORDINAL).replace(day=1).toordinal() - _EPOCH_ORDINAL


@dataclass(frozen=True, slots=True)
class ActiveHours:
    """Weekly windows (weekday 0 = Monday, first minute, end minute) in Berlin time; half-open, holidays or not."""

    windows: tuple[tuple[int, int, int], ...]

    def hold(self, calendar: Calendar, at: Instant) -> bool:
        """Whether the bid is within its hours."""
        local = calendar.to_local(at)
        weekday, minute = weekday_of(local), minute_of(local)
        return any(weekday == day and first <= minute < end for day, first, end in self.windows)

    def next_start(self, calendar: Calendar, at: Instant) -> Instant | None:
        """The first instant after ``at`` at which the hours begin; None if they never do."""
        starts = [s for s in self._candidates(calendar, at) if s > at and self._begins(calendar, s)]
        return min(starts, default=None)

    def _begins(self, calendar: Calendar, at: Instant) -> bool:
        return self.hold(calendar, at) and not self.hold(calendar, at - 1)

    def _candidates(self, calendar: Calendar, at: Instant) -> list[Instant]:
        """Window starts of the coming days under every UTC offset near them, and the offset changes themselves.

        Days enough for a weekly window that falls into the hour missing in March.
        """
        today = calendar.to_local(at) // DAY_US
        near = [(since, offset) for since, offset in calendar.offsets if since <= at + _LOOK_DAYS * DAY_US][-3:]
        found = [since for since, _ in near]
        for day in range(today, today + _LOOK_DAYS):
            for weekday, first, _ in self.windows:
                if weekday_of(day * DAY_US) == weekday:
                    found += [day * DAY_US + first * MINUTE_US - offset for _, offset in near]
        return found
