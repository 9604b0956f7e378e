"""Back-tests over JSON: the runs of the last week, and the report of one, in cents and microseconds."""

from marshmallow import fields
from marshmallow.validate import Regexp

from exchange.web.door.shapes.fields import Form, View, amount, at, one_of, text, whole


class BacktestsQuery(Form):
    """Which report."""

    run = fields.String(
        validate=Regexp(r"^[0-9a-f]{16}$"), metadata={"description": "Id of a run whose report is wanted."}
    )


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
