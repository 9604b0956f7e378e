"""Back-tests over JSON: the runs of the last week, and the report of one, in cents and microseconds."""

from collections.abc import Callable
from typing import Any

from marshmallow import fields
from marshmallow.validate import Regexp

from exchange.backtest.scenario import MOST_SEATS
from exchange.web.backtest_form import WEEKS
from exchange.web.door.shapes.fields import Flag, Form, View, amount, at, cents, named, one_of, text, whole

DAY_PATTERN = r"^(199[0-9]|20[0-9]{2})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"


def _day(told: str, example: str) -> fields.String:
    """A day of Berlin's calendar."""
    shown = {"description": f"{told} From 1990 to 2099.", "format": "date", "example": example}
    return fields.String(required=True, validate=Regexp(DAY_PATTERN), metadata=shown)


def _clock(told: str, example: str) -> fields.String:
    shown = {"description": told, "example": example}
    return fields.String(required=True, validate=Regexp(r"^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$"), metadata=shown)


def _other(kind: Callable[..., fields.Integer], told: str, **more: Any) -> fields.Integer:
    """A number in the place of what was."""
    return kind(told, required=False, load_default=None, allow_none=True, **more)


class BacktestsQuery(Form):
    """Which report."""

    run = fields.String(
        validate=Regexp(r"^[0-9a-f]{16}$"), metadata={"description": "Id of a run whose report is wanted."}
    )


class BacktestHours(Form):
    """Opening hours on Berlin's clock; closed on German holidays."""

    days = one_of("From Monday to which day.", *WEEKS)
    opens = _clock("When they begin.", "08:00")
    closes = _clock("When they end, later than that; 24:00 is midnight.", "20:00")


class BacktestForm(Form):
    """What shall be played; what is left out or null stays as it was."""

    sector = named("Whose leads.")
    from_day = _day("First day of the period, Berlin.", "2026-10-01")
    to_day = _day("Its last day, included.", "2026-10-31")
    curve = fields.String(
        load_default=None,
        allow_none=True,
        validate=Regexp(r"^(draft|[1-9][0-9]{0,8})$"),
        metadata={"description": "A version's number, or draft: the sector's living one.", "example": "2"},
    )
    hours = fields.Nested(BacktestHours, load_default=None, allow_none=True)
    always_open = Flag(load_default=False, metadata={"description": "Open day and night; not together with hours."})
    floor_cents = _other(cents, "Floor of every lead, net; not together with floor_bp.", example=1500)
    floor_bp = _other(whole, "The same as a share of the start price, basis points.", most=10_000, example=3000)
    tick_cents = _other(cents, "Smallest difference of price.", example=50)
    seats = _other(whole, "How many buyers each lead may have.", least=1, most=MOST_SEATS, example=1)


class BacktestRunView(View):
    """One run of this user."""

    run_id = text()
    sector = text()
    since_at = at("Beginning of the period.")
    until_at = at("Its end, not included.")
    begun_at = at("When it was asked for.")
    state = one_of("How far it is.", "running", "done", "failed")
    done = whole("Parts done while it runs.")
    total = whole("Of so many.")


class BacktestSideView(View):
    """What became of all leads on one side; net amounts."""

    leads = whole("Leads listed in the period.")
    sold = whole("Leads with a sale.")
    seats = whole("Seats offered.")
    seats_sold = whole("Seats sold.")
    net_cents = amount("Net revenue.")
    open = whole("Leads still open at the end.")
    median_us = whole("Median time to the first sale, of those sold.", allow_none=True)


class BacktestSpanView(View):
    """A difference with its 95 % interval."""

    value = fields.Float(required=True)
    low = fields.Float(required=True)
    high = fields.Float(required=True)
    cases = whole("From how many cases.")


class BacktestDifferenceView(View):
    """One figure; revenue and price in cents, the others as shares of one."""

    key = one_of("The figure.", "revenue", "sold", "seats_sold", "price")
    own = fields.Float(required=True, allow_none=True)
    other = fields.Float(required=True, allow_none=True)
    apart = fields.Nested(BacktestSpanView, required=True, allow_none=True)


class BacktestReportView(View):
    """A report: nothing in it contains what ``left_out`` names."""

    outcomes = whole("Outcomes decided again on their own terms, all as on the tape.")
    checked_at = at("When they were; an earlier check holds while tape, period and program are the same.")
    recorded = fields.Nested(BacktestSideView, required=True)
    own = fields.Nested(BacktestSideView, required=True)
    other = fields.Nested(BacktestSideView, required=True)
    differences = fields.List(fields.Nested(BacktestDifferenceView), required=True)
    seed = text("What the intervals were drawn from, in hex.")
    left_out = fields.List(fields.String(), required=True)


class BacktestsView(View):
    """The runs, the latest first, and the report asked for, if that run is done."""

    runs = fields.List(fields.Nested(BacktestRunView), required=True)
    report = fields.Nested(BacktestReportView, required=True, allow_none=True)
