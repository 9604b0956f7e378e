import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.calendars import make_calendar
from exchange.errors import Invalid
from exchange.instant import DAY_US, HOUR_US, MINUTE_US, SECOND_US, from_text
from exchange.pricing.curve import Curve, Exponential, Linear
from exchange.pricing.schedule import Halt, Schedule, Terms
from exchange.pricing.table import compile_table

YEARS = range(2026, 2028)
ALWAYS = make_calendar(1, [], years=YEARS)
OFFICE = make_calendar(2, [(day, 480, 1200) for day in range(5)], years=YEARS)
TEN_MINUTES = compile_table(9000, 3000, 50, Curve(Linear(), 600 * SECOND_US, hold_bp=0))
DAYS = compile_table(9000, 3000, 50, Curve(Exponential(10 * HOUR_US), 40 * HOUR_US))
NINE = from_text("2026-03-02T09:00:00Z")
FRIDAY_EVENING = from_text("2026-03-06T18:30:00Z")


def minutes(count: float) -> int:
    return NINE + int(count * MINUTE_US)


def listed(*halts: Halt, at: int = NINE) -> Schedule:
    return Schedule(TEN_MINUTES, at, "DE-BY", ALWAYS, halts)


def test_the_day_of_the_script_page() -> None:
    schedule = listed()
    assert schedule.ask_at(NINE) == 9000
    assert schedule.reached_at(7000) == NINE + 200 * SECOND_US
    assert schedule.next_step(NINE) == (NINE + 5 * SECOND_US, 8950)
    assert schedule.expires_at == minutes(10)


def test_the_ask_exists_from_listing_until_expiry() -> None:
    schedule = listed()
    assert schedule.ask_at(NINE - 1) is None
    assert schedule.ask_at(minutes(10) - 1) == 3050
    assert schedule.ask_at(minutes(10)) is None
    assert schedule.next_step(minutes(10) - 1) is None
    assert schedule.next_step(NINE - 1) == (NINE, 9000)


def test_a_halt_stops_the_clock_and_moves_what_is_later() -> None:
    schedule = listed((minutes(2), minutes(5)))
    assert schedule.ask_at(minutes(4)) == schedule.ask_at(minutes(2)) == 7800
    assert schedule.ask_at(minutes(6)) == 7200
    assert schedule.expires_at == minutes(13)


def test_what_is_due_when_a_halt_begins_comes_before_it() -> None:
    schedule = listed((minutes(2), None))
    assert schedule.reached_at(7800) == minutes(2)
    assert schedule.reached_at(7799) is None
    assert schedule.expires_at is None
    assert schedule.ask_at(minutes(500)) == 7800
    assert schedule.next_step(minutes(2)) is None
    assert schedule.steps()[-1] == (minutes(2), 7800)


def test_an_expiry_at_the_instant_of_the_halt_comes_before_it() -> None:
    assert listed((minutes(10), None)).expires_at == minutes(10)


def test_a_lead_listed_while_halted_starts_at_the_resumption() -> None:
    halted = listed((minutes(-5), None))
    assert halted.ask_at(minutes(3)) == 9000
    assert halted.steps() == [(NINE, 9000)]
    resumed = listed((minutes(-5), minutes(4)))
    assert resumed.next_step(NINE) == (minutes(4) + 5 * SECOND_US, 8950)
    assert resumed.expires_at == minutes(14)


def test_halts_before_the_listing_are_over() -> None:
    assert listed((minutes(-9), minutes(-5))).steps() == listed().steps()


def test_opening_hours_stop_the_clock_over_the_weekend() -> None:
    """Friday 19:30 local: half an hour runs until the close, the rest from Monday at eight."""
    schedule = Schedule(TEN_MINUTES, FRIDAY_EVENING + 25 * MINUTE_US, "DE-BY", OFFICE)
    close, monday = from_text("2026-03-06T19:00:00Z"), from_text("2026-03-09T07:00:00Z")
    assert schedule.reached_at(6000) == close, "complete at the close: falls on it"
    assert schedule.ask_at(close + DAY_US) == 6000
    assert schedule.next_step(close) == (monday + 5 * SECOND_US, 5950)
    assert schedule.expires_at == monday + 5 * MINUTE_US


def test_a_halt_over_the_close_costs_only_running_time() -> None:
    """Halted from ten minutes before the close until ten past the opening on Monday: twenty minutes."""
    close, monday = from_text("2026-03-06T19:00:00Z"), from_text("2026-03-09T07:00:00Z")
    halt = (close - 10 * MINUTE_US, monday + 10 * MINUTE_US)
    schedule = Schedule(TEN_MINUTES, close - 12 * MINUTE_US, "DE-BY", OFFICE, (halt,))
    assert schedule.elapsed_at(halt[1]) == 2 * MINUTE_US
    assert schedule.expires_at == monday + 18 * MINUTE_US


def test_terms_compile_and_go_to_the_tape() -> None:
    terms = Terms(9000, 3000, 50, Curve(Exponential(HOUR_US), DAY_US), 4, 10_000, NINE, 2, 3)
    payload = terms.to_payload()
    assert payload["listed_at"] == "2026-03-02T09:00:00.000000Z"
    assert Terms.from_payload(payload) == terms
    assert terms.compile() is Terms.from_payload(payload).compile()


@pytest.mark.parametrize(("arm_bp", "seats", "field"), [(0, 1, "arm_bp"), (10_001, 1, "arm_bp"), (1, 0, "seats")])
def test_absurd_terms_are_refused(arm_bp: int, seats: int, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        Terms(9000, 3000, 50, Curve(Linear(), DAY_US), 1, arm_bp, NINE, 1, seats)
    assert refused.value.field == field


@st.composite
def schedules(draw: st.DrawFn) -> Schedule:
    """A listing on a weekday or weekend, before, during or after up to four halts, the last perhaps open."""
    edges = draw(st.lists(st.integers(0, 8 * DAY_US), max_size=8, unique=True).map(sorted))
    halts: list[Halt] = [(NINE + start, NINE + end) for start, end in zip(edges[::2], edges[1::2], strict=False)]
    if len(edges) % 2:
        halts.append((NINE + edges[-1], None))
    start = NINE + draw(st.integers(-DAY_US, 6 * DAY_US))
    return Schedule(
        draw(st.sampled_from([TEN_MINUTES, DAYS])),
        start,
        "DE-BY",
        draw(st.sampled_from([ALWAYS, OFFICE])),
        tuple(halts),
    )


def runs(schedule: Schedule, at_us: int) -> bool:
    """The judge of running time: open, listed, not halted."""
    halted = any(start <= at_us and (end is None or at_us < end) for start, end in schedule.halts)
    return at_us >= schedule.listed_at and not halted and schedule.calendar.is_open(schedule.region, at_us)


@settings(max_examples=300, deadline=None)
@given(schedules(), st.integers(0, 12 * DAY_US))
def test_time_runs_exactly_while_open_and_not_halted(schedule: Schedule, later: int) -> None:
    at_us = schedule.listed_at + later
    assert schedule.elapsed_at(at_us + 1) - schedule.elapsed_at(at_us) == runs(schedule, at_us)


@settings(max_examples=300, deadline=None)
@given(schedules())
def test_every_step_comes_at_the_first_instant_with_its_running_time(schedule: Schedule) -> None:
    known = schedule.steps()
    for (at_us, ask), elapsed_us in zip(known, schedule.table.elapsed_us, strict=False):
        assert schedule.elapsed_at(at_us) == elapsed_us
        assert schedule.ask_at(at_us) == ask
        assert schedule.reached_at(ask) == at_us
        assert at_us == schedule.listed_at or schedule.elapsed_at(at_us - 1) == elapsed_us - 1
    assert known[0] == (schedule.listed_at, schedule.table.start_cents)
    if len(known) < len(schedule.table.asks_cents):
        assert schedule.expires_at is None


@settings(max_examples=300, deadline=None)
@given(schedules(), st.integers(-HOUR_US, 12 * DAY_US))
def test_walking_by_next_step_visits_every_step(schedule: Schedule, later: int) -> None:
    at_us = schedule.listed_at + later
    coming = [step for step in schedule.steps() if step[0] > at_us]
    assert schedule.next_step(at_us) == (coming[0] if coming else None)


@settings(max_examples=300, deadline=None)
@given(schedules(), st.integers(-HOUR_US, 12 * DAY_US), st.integers(2_900, 9_100))
def test_reached_means_the_ask_is_at_most_the_limit(schedule: Schedule, later: int, limit: int) -> None:
    at_us, reached = schedule.listed_at + later, schedule.reached_at(limit)
    ask = schedule.ask_at(at_us)
    if ask is not None:
        assert (ask <= limit) == (reached is not None and reached <= at_us)


@settings(max_examples=200, deadline=None)
@given(schedules())
def test_expiry_ends_the_ask(schedule: Schedule) -> None:
    expires_at = schedule.expires_at
    if expires_at is None:
        assert schedule.halts[-1][1] is None
    else:
        assert schedule.ask_at(expires_at) is None
        assert schedule.ask_at(expires_at - 1) == schedule.table.asks_cents[-1]


def test_same_terms_in_another_region_wait_for_its_holiday() -> None:
    """Epiphany, a Tuesday: Bavaria rests, Berlin trades."""
    morning = from_text("2026-01-06T08:00:00Z")
    bavaria, berlin = (Schedule(TEN_MINUTES, morning, region, OFFICE) for region in ("DE-BY", "DE-BE"))
    assert berlin.expires_at == morning + 10 * MINUTE_US
    assert bavaria.expires_at == from_text("2026-01-07T07:10:00Z")
    assert bavaria.ask_at(morning + HOUR_US) == 9000
