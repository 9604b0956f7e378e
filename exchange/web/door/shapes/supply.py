"""What suppliers' programs ask and are answered; what they send is in `lead_forms`."""

from marshmallow import fields
from marshmallow.validate import Length, OneOf, Range, Regexp

from exchange.admission import REASONS
from exchange.catalogue import SECTORS
from exchange.staging.outcomes import STATES
from exchange.web.door.shapes.fields import (
    ID_PATTERN,
    LINE_PATTERN,
    MOST_CENTS,
    FlagText,
    Form,
    View,
    WholeText,
    Words,
    amount,
    at,
    flag,
    one_of,
    text,
    whole,
)
from exchange.web.door.shapes.lead_forms import MOST_HOURS, MOST_SEATS, when
from exchange.web.door.shapes.market import size

MOST_SIZE = 500


def _sandbox() -> FlagText:
    told = "In the sandbox: answered by magic postcodes, nothing reaches the market."
    return FlagText(load_default=False, metadata={"description": told})


def _number(told: str, least: int, most: int) -> WholeText:
    return WholeText(validate=Range(least, most), metadata={"description": told})


class LeadQuery(Form):
    """Whether it is a trial."""

    sandbox = _sandbox()


class BatchQuery(Form):
    """Whether it is a trial; and for a file, what a list in JSON says in its body."""

    sandbox = _sandbox()
    sector = fields.String(validate=OneOf(list(SECTORS)), metadata={"description": "Of the leads in a file."})
    seats = _number("How many buyers may get each lead; 1 where nothing is said.", 1, MOST_SEATS)
    start_cents = _number("Start price, net.", 1, MOST_CENTS)
    floor_cents = _number("Lowest price, net.", 1, MOST_CENTS)
    keep_hints = FlagText(metadata={"description": "List leads with hints too."})
    list_at = when()["list_at"]
    spread_hours = _number("Spread evenly over so many hours.", 0, MOST_HOURS)
    map = fields.String(
        validate=[Length(1, 60), Regexp(LINE_PATTERN)],
        metadata={"description": "Name of a map of columns that was saved on the page of uploads."},
    )


class OutcomesQuery(Form):
    """Which page of outcomes."""

    after = WholeText(
        load_default=0, validate=Range(0, 10**7), metadata={"description": "``next`` of the page before."}
    )
    size = WholeText(load_default=100, validate=Range(1, MOST_SIZE), metadata={"description": "Leads a page."})
    state = Words(fields.String(validate=OneOf(STATES)), metadata={"description": "Only these outcomes."})


class FindingView(View):
    """What was found in one field of a lead."""

    field = text("The member, the column's meaning, `person` for the enquirer, `row` for all of it.")
    code = fields.String(required=True, metadata={"enum": sorted(REASONS), "description": "Stable."})
    detail = text("A bound, the words that would be right, another lead's number; empty where there is none.")
    text = text("The finding in words, in the language of the key's user.")


class SeatClaimView(View):
    """A claim on a seat of it; never whose."""

    ground = text("Why.")
    state = one_of("Where it stands.", "claimed", "upheld", "rejected")


class OnMarketView(View):
    """What the market did with a listed lead."""

    state = one_of("Where the listing stands.", "open", "sold", "expired", "withdrawn", "converted")
    seats = whole("How many buyers may get it.", least=1)
    sold = whole("How many have.")
    earned_cents = amount("Your part of the seats sold, net, before claims.")
    claims = fields.List(fields.Nested(SeatClaimView), required=True)


class OutcomeOfLeadView(View):
    """What became of one lead."""

    place = whole("Its number in the list from 1; in a file its row as a spreadsheet counts, the header is row 1.")
    reference = fields.String(required=True, allow_none=True, metadata={"description": "What you call it."})
    state = one_of("What became of it.", *STATES)
    findings = fields.List(fields.Nested(FindingView), required=True)
    list_at = at("When it is to be listed, where it is planned.", allow_none=True)
    listing_id = fields.String(required=True, allow_none=True, metadata={"description": "Its listing."})
    market = fields.Nested(OnMarketView, required=True, allow_none=True)


class PostedView(View):
    """The outcome of a lead that came alone."""

    batch_id = fields.String(required=True, metadata={"pattern": ID_PATTERN, "description": "To ask again by."})
    sandbox = flag("Whether this was a trial.")
    lead = fields.Nested(OutcomeOfLeadView, required=True)


class CountsView(View):
    """How many leads of a batch have each outcome."""

    listed = whole("In the market.")
    planned = whole("Waiting for their instant.")
    duplicate = whole("Left out: twice in the file, or delivered before.")
    rejected = whole("With an error.")
    waiting = whole("With a hint, for you to decide.")
    quarantined = whole("For the operator to decide.")
    discarded = whole("Thrown away by you.")


class BatchView(View):
    """How far a batch is."""

    id = text()
    name = fields.String(required=True, metadata={"description": "What the pages call it; empty for a trial."})
    sector = fields.String(required=True, allow_none=True)
    state = one_of(
        "Where it stands; `mapping`: its columns are to be told on the page; `done`: nothing more happens by itself.",
        "mapping", "reading", "listing", "planned", "done", "failed", "discarded",
    )  # fmt: skip
    cause = fields.String(
        required=True, allow_none=True, metadata={"description": "Why a file that failed could not be read."}
    )
    posted_at = at("When it came.")
    forget_at = at("When what it says and this answer are forgotten.")
    lead_count = whole("How many leads it has.")
    read = whole("How many of them are checked.")
    counts = fields.Nested(CountsView, required=True)
    sandbox = flag("Whether this was a trial.")
    href = text("Where its outcomes are.")


class BatchesQuery(Form):
    """Which page of batches."""

    after = WholeText(validate=Range(1, 10**15), metadata={"description": "``next`` of the page before."})
    size = size()


class BatchesView(View):
    """A supplier's batches, the latest first: files uploaded on a page too, leads posted one by one and trials not."""

    batches = fields.List(fields.Nested(BatchView), required=True)
    next = whole("Given as ``after`` it asks for the page that follows; null on the last.", allow_none=True)


class OutcomesView(View):
    """A page of outcomes, in the batch's order."""

    leads = fields.List(fields.Nested(OutcomeOfLeadView), required=True)
    next = whole("Given as ``after`` it asks for the page that follows; null on the last.", allow_none=True)
