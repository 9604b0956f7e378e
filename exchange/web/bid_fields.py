"""Single fields of the form of a standing bid: what somebody typed, read, and written back as they would type it."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from exchange.calendars import BERLIN
from exchange.instant import HOUR_US, Instant, from_datetime, to_datetime
from exchange.orderbook.caps import ActiveHours, Cap, Period
from exchange.orderbook.filters import Condition, Filters
from exchange.sector import Question, Sector
from exchange.web.amounts import cents_of, euros_text

PERIODS: tuple[Period, ...] = ("hour", "day", "week", "month")
WEEKDAYS = range(7)

_COUNT = re.compile(r"[1-9][0-9]{0,5}\Z", re.ASCII)
_NUMBER = re.compile(r"-?[0-9]{1,12}\Z", re.ASCII)
_CLOCK = r"([01]?[0-9]|2[0-4])(?::([0-5][0-9]))?"
_WINDOW = re.compile(rf"{_CLOCK}\s*[-–]\s*{_CLOCK}\Z", re.ASCII)
_DAY_MINUTES = 1_440


def count_of(text: str) -> int | None:
    """A whole number from 1 on; None for anything else."""
    return int(text) if _COUNT.match(text.strip()) else None


def caps_of(typed: Mapping[str, str]) -> tuple[Cap, ...] | None:
    """``{"leads.day": "3", "net.month": "800"}`` as caps; None where one of them is no number."""
    found: list[Cap] = []
    for period in PERIODS:
        leads, net = typed.get(f"leads.{period}", "").strip(), typed.get(f"net.{period}", "").strip()
        many, cents = count_of(leads), cents_of(net)
        if (leads and many is None) or (net and not cents):
            return None
        found += [Cap(period, leads=many)] if many else []
        found += [Cap(period, net_cents=cents)] if cents else []
    return tuple(found)


def caps_typed(caps: Iterable[Cap]) -> dict[str, str]:
    """Caps as they stand in the fields."""
    found = {}
    for cap in caps:
        kind = "net" if cap.leads is None else "leads"
        found[f"{kind}.{cap.period}"] = str(cap.leads) if cap.leads is not None else euros_text(cap.net_cents or 0)
    return found


def hours_of(typed: Mapping[int, str]) -> tuple[bool, ActiveHours | None]:
    """Windows by weekday, ``8-12, 13:30-18``; all empty is always. The first value says whether it could be read."""
    windows: list[tuple[int, int, int]] = []
    for weekday, text in sorted(typed.items()):
        for word in filter(None, (part.strip() for part in text.split(","))):
            found = _WINDOW.match(word)
            if found is None:
                return False, None
            first, end = (int(found[n]) * 60 + int(found[n + 1] or 0) for n in (1, 3))
            if not first < end <= _DAY_MINUTES:
                return False, None
            windows.append((weekday, first, end))
    return True, ActiveHours(tuple(windows)) if windows else None


def hours_typed(hours: ActiveHours | None) -> dict[int, str]:
    """Windows as they stand in the fields of the weekdays."""
    found: dict[int, list[str]] = {}
    for weekday, first, end in hours.windows if hours else ():
        found.setdefault(weekday, []).append(f"{_clock(first)}–{_clock(end)}")
    return {weekday: ", ".join(words) for weekday, words in found.items()}


def _clock(minute: int) -> str:
    return f"{minute // 60}:{minute % 60:02d}"


def until_of(text: str) -> tuple[bool, Instant | None]:
    """A last day, ``2026-12-31``, as the midnight in Berlin that ends it."""
    if not text.strip():
        return True, None
    try:
        after = date.fromisoformat(text.strip()) + timedelta(days=1)
    except (ValueError, OverflowError):
        return False, None
    return True, from_datetime(datetime(after.year, after.month, after.day, tzinfo=BERLIN))


def until_typed(until_at: Instant | None) -> str:
    """The last day of a validity as a date field holds it."""
    return "" if until_at is None else to_datetime(until_at - 1).astimezone(BERLIN).date().isoformat()


def age_of(text: str) -> tuple[bool, int | None]:
    """Hours since the enquiry, as microseconds."""
    if not text.strip():
        return True, None
    hours = count_of(text)
    return hours is not None, None if hours is None else hours * HOUR_US


def age_typed(age_us: int | None) -> str:
    """The same in hours, rounded up."""
    return "" if age_us is None else str(-(-age_us // HOUR_US))


def conditions_of(sector: Sector, typed: Mapping[str, tuple[str, ...]]) -> tuple[Condition, ...] | None:
    """Demands on answers from fields ``is.KEY``, ``min.KEY`` and ``max.KEY``; None where one cannot be read."""
    found: list[Condition] = []
    for question in sector.questions:
        chosen = tuple(dict.fromkeys(typed.get(f"is.{question.key}", ())))
        if chosen:
            if not set(chosen) <= set(codes_of(question)):
                return None
            found.append(Condition(question.key, "=", chosen))
        if question.kind == "number":
            bounds = _bounds(question, typed)
            if bounds is None:
                return None
            found += bounds
    return tuple(found)


def _bounds(question: Question, typed: Mapping[str, tuple[str, ...]]) -> list[Condition] | None:
    found: list[Condition] = []
    for name, operator in (("min", ">="), ("max", "<=")):
        text = next(iter(typed.get(f"{name}.{question.key}", ())), "").strip()
        if text and not _NUMBER.match(text):
            return None
        if text:
            found.append(Condition(question.key, operator, (text,)))  # type: ignore[arg-type]
    return found


def codes_of(question: Question) -> tuple[str, ...]:
    """The answers that can be ticked; none for numbers and words."""
    return ("yes", "no") if question.kind == "yes_no" else tuple(choice.code for choice in question.choices)


def conditions_typed(sector: Sector, conditions: Iterable[Condition]) -> tuple[dict[str, tuple[str, ...]], bool]:
    """Conditions as they stand in the fields, and whether the fields can say all of them."""
    found: dict[str, tuple[str, ...]] = {}
    complete = True
    for one in conditions:
        question = sector.question(one.key)
        name = {"=": "is", ">=": "min", "<=": "max"}.get(one.operator)
        known = question is not None and name is not None and f"{name}.{one.key}" not in found
        if known and question is not None:
            known = set(one.values) <= set(codes_of(question)) if name == "is" else question.kind == "number"
        if known:
            found[f"{name}.{one.key}"] = one.values
        complete = complete and known
    return found, complete


def sayable(sector: Sector, filters: Filters, caps: Iterable[Cap]) -> bool:
    """Whether the form can say all that a bid demands: what was placed through the API may be more."""
    kinds = [(cap.period, cap.leads is None) for cap in caps]
    return (
        conditions_typed(sector, filters.conditions)[1]
        and filters.only_from is None
        and filters.seats_at_most in (None, 1)
        and (filters.age_below_us or 0) % HOUR_US == 0
        and len(kinds) == len(set(kinds))
    )
