"""Makes calendar versions from the holiday library and the zone database: the only place that asks them.

Once made, a version is a value on the tape; later releases of either library change nothing that was listed
(rules.md §2.5).
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

from exchange.instant import HOUR_US, Instant, from_datetime, to_datetime
from exchange.pricing.hours import NATIONAL, Calendar, Window

BERLIN = ZoneInfo("Europe/Berlin")
YEARS = range(2020, 2036)
LAENDER = ("BB", "BE", "BW", "BY", "HB", "HE", "HH", "MV", "NI", "NW", "RP", "SH", "SL", "SN", "ST", "TH")


def berlin_day(at: Instant) -> tuple[Instant, Instant]:
    """The beginning and the end of the day in Europe/Berlin an instant lies in."""
    return _berlin_day(at // HOUR_US)


@lru_cache(maxsize=64)
def _berlin_day(hour: int) -> tuple[Instant, Instant]:
    """Midnight in Berlin is a whole hour of UTC."""
    day = to_datetime(hour * HOUR_US).astimezone(BERLIN).replace(hour=0, minute=0, second=0, microsecond=0)
    return from_datetime(day), from_datetime(day + timedelta(days=1))


def make_calendar(
    version: int, windows: Iterable[Window], *, years: range = YEARS, with_holidays: bool = True
) -> Calendar:
    """The calendar of a sector's opening hours in Germany, for whole local years.

    ``windows`` are (weekday 0 = Monday, first minute, end minute) in any order and may overlap; none at all
    means always open. Holidays close a region's day; without opening hours there is nothing to close.
    """
    hours = tuple(_joined(sorted(windows)))
    dated = german_holidays(years) if with_holidays and hours else ()
    first, last = (from_datetime(datetime(year, 1, 1, tzinfo=BERLIN)) for year in (years[0], years[-1] + 1))
    return Calendar(version, hours, dated, berlin_offsets(years), first, last)


def _joined(windows: list[Window]) -> Iterator[Window]:
    """Windows of one day that touch or overlap become one."""
    joined: list[Window] = []
    for weekday, start, end in windows:
        if joined and joined[-1][0] == weekday and start <= joined[-1][2]:
            weekday, start, until = joined.pop()
            end = max(end, until)
        joined.append((weekday, start, end))
    yield from joined


@lru_cache(maxsize=8)
def german_holidays(years: range) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """Date ordinals of public holidays: national ones under ``*``, the rest under each ``DE-`` region."""
    national = set(_dates(None, years))
    regional = {f"DE-{land}": set(_dates(land, years)) - national for land in LAENDER}
    dated = [(NATIONAL, national), *sorted(regional.items())]
    return tuple((region, tuple(sorted(day.toordinal() for day in days))) for region, days in dated)


def _dates(land: str | None, years: range) -> Iterable[date]:
    return holidays.country_holidays("DE", subdiv=land, years=years, language="de").keys()


@lru_cache(maxsize=8)
def berlin_offsets(years: range) -> tuple[tuple[Instant, int], ...]:
    """The instants at which Berlin's UTC offset changes, with the offset in microseconds from then on."""
    first = datetime(years[0], 1, 1, tzinfo=UTC) - timedelta(days=1)
    hours = (datetime(years[-1] + 1, 1, 2, tzinfo=UTC) - first) // timedelta(hours=1)
    offsets: list[tuple[Instant, int]] = []
    for hour in range(hours):
        moment = first + timedelta(hours=hour)
        offset_us = (moment.astimezone(BERLIN).utcoffset() or timedelta()) // timedelta(microseconds=1)
        if not offsets or offsets[-1][1] != offset_us:
            offsets.append((from_datetime(moment), offset_us))
    return tuple(offsets)
