"""What the studio says: spans, shares, checks, steps, the comparison with what is active."""

from collections.abc import Callable
from dataclasses import dataclass

from exchange.errors import Invalid
from exchange.instant import DAY_US, HOUR_US, MINUTE_US, SECOND_US, Instant
from exchange.operators.curve_checks import Check
from exchange.pricing.hours import NATIONAL, Calendar, Window
from exchange.pricing.schedule import Schedule
from exchange.pricing.table import PriceTable
from exchange.reports.ages import Ages
from exchange.web import formats
from exchange.web.visit import Visit

MOST_STEPS = 240
"""Rows of the table of steps; a curve of more says so."""
MOST_MINUTES_US = 4 * HOUR_US
_PLACES = (1, 3, 6)
"""Tenths of the active curve's running time at which prices are compared."""


def span_text(us: int) -> str:
    """``10 min``, ``85 min 30 s``, ``5 h 30 min``, ``2 d 3 h``: minutes and seconds up to four hours, then the two
    largest units; for reading, what is smaller is left away."""
    parts = []
    units = (("d", DAY_US), ("h", HOUR_US), ("min", MINUTE_US), ("s", SECOND_US))
    for unit, length_us in units if us >= MOST_MINUTES_US else units[2:]:
        count, us = divmod(us, length_us)
        if count:
            parts.append(f"{count}{formats.NBSP}{unit}")
    return " ".join(parts[:2]) or f"0{formats.NBSP}min"


def per_cent(bp: int, seen: Visit) -> str:
    """``14,6 %``."""
    whole, tenth = divmod((bp + 5) // 10, 10)
    return f"{whole}.{tenth}%" if seen.lang == "en" else f"{whole},{tenth}{formats.NBSP}%"


@dataclass(frozen=True, slots=True)
class CheckView:
    """One check in a sentence; ``state`` as in `curve_checks`."""

    code: str
    state: str
    text: str


def check_views(seen: Visit, found: list[Check]) -> list[CheckView]:
    """Each with what to do, where it is broken."""
    return [CheckView(one.code, one.state, _sentence(seen, one)) for one in found]


def _sentence(seen: Visit, check: Check) -> str:
    said = {name: _figure(seen, name, value) for name, value in check.figures.items()}
    return seen.t(f"curves.check.{check.code}.{check.state}", **said)


def _figure(seen: Visit, name: str, value: int) -> str:
    if name.endswith("_bp"):
        return per_cent(value, seen)
    return seen.money(value) if name.endswith("_cents") else span_text(value)


@dataclass(frozen=True, slots=True)
class StepView:
    """One ask as a buyer will see it: after which running time, for how long, by how much it fell, and when."""

    after: str
    ask: str
    fell: str
    lasts: str
    at: str


def step_views(seen: Visit, table: PriceTable, calendar: Calendar) -> list[StepView]:
    """The steps of a lead listed now: instants as opening hours have them, holidays of every state left out."""
    schedule = Schedule(table, seen.now, NATIONAL, calendar)
    found = []
    ends = (*table.elapsed_us[1:], table.duration_us)
    for index, (at_us, ask) in enumerate(zip(table.elapsed_us, table.asks_cents, strict=True)):
        if index == MOST_STEPS:
            break
        at = _instant(schedule, at_us)
        before = table.asks_cents[index - 1] if index else ask
        fell = "" if not index else per_cent((before - ask) * 10_000 // before, seen)
        when = "" if at is None else formats.moment(at, "minute", seen.lang)
        found.append(StepView(span_text(at_us), seen.money(ask), fell, span_text(ends[index] - at_us), when))
    return found


def _instant(schedule: Schedule, at_us: int) -> Instant | None:
    """When an ask would begin; None beyond the years the calendar covers."""
    try:
        return schedule.instant_of(at_us)
    except Invalid:
        return None


def hours_text(seen: Visit, calendar: Calendar) -> str:
    """``immer``, or the weekly hours: ``Mo–Fr 08:00–20:00``."""
    if calendar.always_open:
        return seen.t("curves.hours.always")
    days = seen.t("curves.hours.days").split()
    runs: list[tuple[int, int, tuple[int, int]]] = []
    for weekday, start, end in _merged(calendar.windows):
        if runs and runs[-1][1] == weekday - 1 and runs[-1][2] == (start, end):
            runs[-1] = (runs[-1][0], weekday, (start, end))
        else:
            runs.append((weekday, weekday, (start, end)))
    texts = []
    for first, last, (start, end) in runs:
        name = days[first] if first == last else f"{days[first]}–{days[last]}"
        texts.append(f"{name} {start // 60:02d}:{start % 60:02d}–{end // 60:02d}:{end % 60:02d}")
    shut = seen.t("curves.hours.holidays") if calendar.holidays else ""
    return ", ".join(texts) + shut


def _merged(windows: tuple[Window, ...]) -> list[Window]:
    return sorted(windows, key=lambda window: (window[1], window[2], window[0]))


@dataclass(frozen=True, slots=True)
class CompareView:
    """One figure of the active curve beside the draft's."""

    name: str
    active: str
    draft: str
    change: str


def compare_views(seen: Visit, table: PriceTable, active: PriceTable, ages: Ages) -> list[CompareView]:
    """Prices along the way, when the floor comes, and what past sales would have cost at the same age."""
    found = []
    for tenth in _PLACES:
        at_us = active.duration_us * tenth // 10
        if at_us < table.duration_us:
            pair = (active.ask_after(at_us), table.ask_after(at_us))
            found.append(_money_row(seen, seen.t("curves.compare.after", span=span_text(at_us)), *pair))
    sold = [age_us for age_us in ages.sold_us if age_us < min(active.duration_us, table.duration_us)]
    if sold:
        means = [sum(one.ask_after(age_us) for age_us in sold) // len(sold) for one in (active, table)]
        name = seen.tn("curves.compare.at_sale", len(sold))
        found.append(_money_row(seen, name, *means))
    was_us, is_us = active.elapsed_us[-1], table.elapsed_us[-1]
    name = seen.t("curves.compare.floor")
    found.append(CompareView(name, span_text(was_us), span_text(is_us), _longer(is_us - was_us)))
    were, are = len(active.asks_cents), len(table.asks_cents)
    found.append(CompareView(seen.t("curves.compare.steps"), str(were), str(are), _signed(are - were, str)))
    return found


def _money_row(seen: Visit, name: str, active: int, draft: int) -> CompareView:
    return CompareView(name, seen.money(active), seen.money(draft), _signed(draft - active, seen.money))


def _signed(value: int, text: Callable[[int], str]) -> str:
    written = text(abs(value))
    return f"+{written}" if value > 0 else f"{formats.MINUS}{written}" if value < 0 else f"±{written}"


def _longer(us: int) -> str:
    return f"{formats.MINUS if us < 0 else '+'}{span_text(abs(us))}" if us else "±0"
