"""Back-tests over JSON, for operators and analysts: begun as on the page, one at a time, and asked for until done."""

from datetime import date, timedelta
from typing import Any

from exchange.background.runs import DONE
from exchange.backtest.report import Asked
from exchange.backtest.runs import Run, Runs
from exchange.backtest.scenario import Scenario
from exchange.calendars import make_calendar
from exchange.errors import Invalid, KeyReused
from exchange.pricing.hours import Calendar
from exchange.reports import Connection
from exchange.web.backtest_form import OTHER, WEEKS, calendar_of, curve_of, midnight
from exchange.web.door.doorway import Call, Reply
from exchange.web.premises import premises

_PLAIN = ("floor_cents", "floor_bp", "tick_cents", "seats")


def start_backtest(call: Call) -> Reply:
    """Begin one. Raises Invalid; Conflict while another of this user runs; KeyReused for a key that asked otherwise."""
    runs, user_id = Runs(premises().backtests, premises().desk.store), call.seen.user.user_id
    with premises().reading() as connection:
        asked = _asked(connection, call.body)
    known = runs.of_key(user_id, call.key)
    if known is not None and known.asked != asked:
        raise KeyReused("this key asked for another back-test before")
    run = known or runs.begin(user_id, asked, call.key)
    return Reply(_told(run), known is not None, place=f"/api/v1/backtests?run={run.run_id}")


def _asked(connection: Connection, body: dict[str, Any]) -> Asked:
    """What a body asks for; raises Invalid naming the member."""
    sector = body["sector"]
    if sector not in premises().desk.sectors():
        raise Invalid("sector", "no such sector")
    first, last = (_day(name, body[name]) for name in ("from_day", "to_day"))
    if last < first:
        raise Invalid("to_day", "lies before from_day")

    def unknown() -> None:
        raise Invalid("curve", "the sector has no such version, or no draft")

    curve = curve_of(connection, sector, body["curve"] or "", unknown)
    scenario = Scenario(curve=curve, calendar=_calendar(body), **{name: body[name] for name in _PLAIN})
    return Asked(sector, midnight(first), midnight(last + timedelta(days=1)), scenario)


def _day(name: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid(name, "no such day") from None


def _calendar(body: dict[str, Any]) -> Calendar | None:
    hours = body["hours"]
    if hours is None:
        return make_calendar(OTHER, ()) if body["always_open"] else None
    if body["always_open"]:
        raise Invalid("hours", "not together with always_open")
    first, end = (_minute(hours[name]) for name in ("opens", "closes"))
    if first >= end:
        raise Invalid("hours.closes", "must be later than opens")
    return calendar_of([(day, first, end) for day in WEEKS[hours["days"]]])


def _minute(clock: str) -> int:
    hour, _, minute = clock.partition(":")
    return int(hour) * 60 + int(minute)


def list_backtests(call: Call) -> Reply:
    """The user's runs; with one named its report. Raises Unknown."""
    runs, user_id = Runs(premises().backtests, premises().desk.store), call.seen.user.user_id
    asked = call.query.get("run")
    chosen = runs.find(user_id, asked) if asked else None
    report = chosen.report if chosen is not None and chosen.state == DONE else None
    return Reply({"runs": [_told(run) for run in runs.of(user_id)], "report": report})


def _told(run: Run) -> dict[str, Any]:
    told = {"run_id": run.run_id, "sector": run.asked.sector, "state": run.state}
    times = {"since_at": run.asked.since, "until_at": run.asked.until, "begun_at": run.begun_at}
    return told | times | {"done": run.done, "total": run.total}
