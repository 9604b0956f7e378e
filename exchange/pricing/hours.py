"""A calendar version: opening hours, holidays and summer time as one immutable value (rules.md §2.5).

Local wall time in Europe/Berlin is counted in microseconds since 1970-01-01T00:00 local (``local_us``). The
value carries the instants at which the UTC offset changes, so no library update rewrites history;
`exchange.calendars` makes such values.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from operator import itemgetter
from typing import Any

from exchange.errors import Invalid
from exchange.instant import DAY_US, MINUTE_US, Instant, to_text

Window = tuple[int, int, int]
"""Weekday (0 = Monday), first minute, end minute (excluded, at most 1440) of local time."""

NATIONAL = "*"
"""The region whose holidays hold everywhere."""

_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
_DAY_MINUTES = 1_440
_WEEK: tuple[Window, ...] = tuple((weekday, 0, _DAY_MINUTES) for weekday in range(7))


def weekday_of(local_us: int) -> int:
    """Weekday of a local wall time, 0 = Monday."""
    return (local_us // DAY_US + 3) % 7


def minute_of(local_us: int) -> int:
    """Minute of the local day, 0..1439."""
    return local_us % DAY_US // MINUTE_US


@dataclass(frozen=True, slots=True)
class _Openings:
    """The open stretches of one region: ``opened_us`` is the running time before each of them."""

    starts: tuple[Instant, ...]
    ends: tuple[Instant, ...]
    opened_us: tuple[int, ...]

    def running_us(self, at_us: Instant) -> int:
        """Open time from the calendar's beginning to an instant."""
        index = bisect_right(self.starts, at_us) - 1
        if index < 0:
            return 0
        return self.opened_us[index] + min(at_us, self.ends[index]) - self.starts[index]

    def at_running(self, running_us: int) -> Instant | None:
        """The earliest instant with so much open time before it (more than none); None beyond the end."""
        index = bisect_left(self.opened_us, running_us) - 1
        at_us = self.starts[index] + running_us - self.opened_us[index]
        return at_us if at_us <= self.ends[index] else None


@dataclass(frozen=True)
class Calendar:
    """Weekly hours, dated holidays per region, and UTC offsets, valid in ``[from_us, until_us)``.

    No windows, or the whole week without holidays, mean always open. A window that touches the missing hour
    in March begins or ends where that hour would have been; one that touches the double hour in October
    begins and ends at the earlier of the two. Raises Invalid for windows or offsets out of order.
    """

    version: int
    windows: tuple[Window, ...]
    holidays: tuple[tuple[str, tuple[int, ...]], ...]
    offsets: tuple[tuple[Instant, int], ...]
    from_us: Instant
    until_us: Instant
    _openings: dict[str, _Openings] = field(default_factory=dict, init=False, repr=False, compare=False)
    always_open: bool = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        for weekday, start, end in self.windows:
            if not (0 <= weekday <= 6 and 0 <= start < end <= _DAY_MINUTES):
                raise Invalid("windows", f"weekday {weekday} from minute {start} to {end} is no stretch of a day")
        for (one_day, _, end), (next_day, start, _) in pairwise(self.windows):
            if (one_day, end) > (next_day, start):
                raise Invalid("windows", "must be in order and must not overlap")
        if not self.offsets or self.offsets[0][0] > self.from_us or not self.from_us < self.until_us:
            raise Invalid("offsets", "must cover the calendar's years from their beginning")
        if any(before >= after for (before, _), (after, _) in pairwise(self.offsets)):
            raise Invalid("offsets", "must be in order of time")
        always = not self.windows or (self.windows == _WEEK and not self.holidays)
        object.__setattr__(self, "always_open", always)

    def __reduce__(self) -> tuple[type["Calendar"], tuple[Any, ...]]:
        """Pickled by its fields; what was worked out from them is worked out again."""
        fields = (self.version, self.windows, self.holidays, self.offsets, self.from_us, self.until_us)
        return Calendar, fields

    def to_local(self, at_us: Instant) -> int:
        """Local wall time of an instant; raises Invalid outside the calendar's years."""
        self._check_covered(at_us)
        return at_us + self.offsets[bisect_right(self.offsets, at_us, key=itemgetter(0)) - 1][1]

    def to_utc(self, local_us: int) -> Instant:
        """The instant of a local wall time: the first one after a gap, the earlier one of a double hour."""
        # Offset changes lie months apart, so at most one lies between a day before and the instant sought.
        index = max(0, bisect_right(self.offsets, local_us - DAY_US, key=itemgetter(0)) - 1)
        at_us = local_us - self.offsets[index][1]
        if index + 1 < len(self.offsets) and at_us >= self.offsets[index + 1][0]:
            changed_us, offset_us = self.offsets[index + 1]
            return max(changed_us, local_us - offset_us)
        return at_us

    def is_open(self, region: str, at_us: Instant) -> bool:
        """Whether the price clock runs at an instant; hours are half-open."""
        if self.always_open:
            return True
        self._check_covered(at_us)
        openings = self._of(region)
        index = bisect_right(openings.starts, at_us) - 1
        return index >= 0 and at_us < openings.ends[index]

    def elapsed_us(self, region: str, from_us: Instant, to_us: Instant) -> int:
        """Open running time between two instants (negative where the second is the earlier one)."""
        if self.always_open:
            return to_us - from_us
        self._check_covered(from_us)
        self._check_covered(to_us)
        openings = self._of(region)
        return openings.running_us(to_us) - openings.running_us(from_us)

    def advance(self, region: str, from_us: Instant, elapsed_us: int) -> Instant:
        """The earliest instant at which so much open time has passed; a closing instant where it falls there.

        Raises Invalid where that lies beyond the calendar's years, ValueError for a negative elapsed time.
        """
        if elapsed_us < 0:
            raise ValueError(f"time does not run backwards: {elapsed_us} us")
        if self.always_open or elapsed_us == 0:
            return from_us + elapsed_us
        self._check_covered(from_us)
        openings = self._of(region)
        at_us = openings.at_running(openings.running_us(from_us) + elapsed_us)
        if at_us is None:
            raise Invalid("calendar", f"version {self.version} ends at {to_text(self.until_us)}, before that time")
        return at_us

    def _check_covered(self, at_us: Instant) -> None:
        if not self.from_us <= at_us < self.until_us:
            years = f"{to_text(self.from_us)} to {to_text(self.until_us)}"
            raise Invalid("calendar", f"version {self.version} covers {years}, not {to_text(at_us)}")

    def _of(self, region: str) -> _Openings:
        """The region's open stretches, worked out at the first question."""
        openings = self._openings.get(region)
        if openings is None:
            openings = self._openings[region] = _openings(self._stretches(region))
        return openings

    def _stretches(self, region: str) -> Iterator[tuple[Instant, Instant]]:
        closed = {day for name, days in self.holidays if name in (NATIONAL, region) for day in days}
        first, last = self.to_local(self.from_us) // DAY_US, self.to_local(self.until_us - 1) // DAY_US
        for day in range(first, last + 1):
            if day + _EPOCH_ORDINAL in closed:
                continue
            midnight_us = day * DAY_US
            for weekday, start, end in self.windows:
                if weekday == weekday_of(midnight_us):
                    yield (
                        self.to_utc(midnight_us + start * MINUTE_US),
                        self.to_utc(midnight_us + end * MINUTE_US),
                    )

    def to_payload(self) -> dict[str, Any]:
        """Integers, strings and lists only: for the tape."""
        return {
            "version": self.version,
            "windows": [list(window) for window in self.windows],
            "holidays": [[region, list(days)] for region, days in self.holidays],
            "offsets": [list(offset) for offset in self.offsets],
            "from_us": self.from_us,
            "until_us": self.until_us,
        }

    @classmethod
    def from_payload(cls, payload: Mapping[str, Any]) -> "Calendar":
        """Read what `to_payload` wrote."""
        return cls(
            version=payload["version"],
            windows=tuple((weekday, start, end) for weekday, start, end in payload["windows"]),
            holidays=tuple((region, tuple(days)) for region, days in payload["holidays"]),
            offsets=tuple((from_us, offset_us) for from_us, offset_us in payload["offsets"]),
            from_us=payload["from_us"],
            until_us=payload["until_us"],
        )


def _openings(stretches: Iterator[tuple[Instant, Instant]]) -> _Openings:
    """Stretches in order of time, joined where one begins at the end of the other."""
    starts: list[Instant] = []
    ends: list[Instant] = []
    opened: list[int] = []
    for start_us, end_us in stretches:
        if start_us >= end_us:  # a window inside the missing hour
            continue
        if ends and start_us <= ends[-1]:
            ends[-1] = max(ends[-1], end_us)
            continue
        opened.append(opened[-1] + ends[-1] - starts[-1] if starts else 0)
        starts.append(start_us)
        ends.append(end_us)
    return _Openings(tuple(starts), tuple(ends), tuple(opened))
