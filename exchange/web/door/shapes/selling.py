"""What suppliers' programs ask about their leads' sales, and are answered. Amounts are net."""

from marshmallow import fields
from marshmallow.validate import Length, OneOf, Range, Regexp

from exchange.catalogue import SECTORS
from exchange.reports.selling import DIMENSIONS, PERIODS
from exchange.reports.supplies import STATES
from exchange.web.door.shapes.fields import (
    LINE_PATTERN,
    MOST_CENTS,
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
from exchange.web.door.shapes.lead_forms import MOST_SEATS
from exchange.web.door.shapes.market import ANSWER_PATTERN, size

MOST_ANSWERS = 20


def _days() -> WholeText:
    return WholeText(
        load_default=28,
        validate=OneOf(PERIODS),
        metadata={"description": "Days of Berlin, today's counted.", "example": 28},
    )


def _named(told: str) -> fields.String:
    return fields.String(validate=[Length(1, 120), Regexp(LINE_PATTERN)], metadata={"description": told})


class SuppliedQuery(Form):
    """Which listings of one's own."""

    state = fields.String(validate=OneOf(STATES), metadata={"description": "Where the listing stands."})
    source = _named("As it came with the lead.")
    campaign = _named("As it came with the lead.")
    batch = _named("Name of the delivery.")
    after = fields.String(
        validate=Regexp(r"^[0-9]{1,19}~[A-Za-z0-9_.~-]{1,100}$"),
        metadata={"description": "``next`` of the page before."},
    )
    size = size()


class SuppliedView(View):
    """One listing."""

    id = text()
    sector = text()
    postcode = text()
    state = one_of("Where it stands.", *STATES)
    seats = whole("How many buyers may get it.", least=1)
    sold = whole("How many have.")
    start_cents = whole("Start price.")
    floor_cents = whole("Lowest price.")
    ask_cents = whole("Price now, or when it ended.")
    earned_cents = amount("Your part after fee, less what upheld claims took back.")
    listed_at = at("When.")
    expires_at = at("Until when, as far as known.", allow_none=True)
    source = text()
    campaign = text()
    batch = text("Name of the delivery; empty for none.")


class SuppliedListView(View):
    """A page of listings, the latest first."""

    listings = fields.List(fields.Nested(SuppliedView), required=True)
    next = text("Given as ``after`` it asks for the page that follows; null on the last.", allow_none=True)


class PriceStepView(View):
    """From this instant on this was, or will be, the price."""

    at = at("When.")
    ask_cents = whole("The price.")


class SoldSeatView(View):
    """A seat that was sold; never to whom."""

    seat = whole("Its number.", least=1)
    sold_at = at("When.")
    ask_cents = whole("For what.")
    fee_cents = whole("What the exchange took.")
    part_cents = amount("Your part, less what an upheld claim took back.")
    due_at = at("When it becomes payable at the latest; null once it is, or nothing is left.", allow_none=True)
    claim = one_of("Where a claim stands.", "unclaimed", "claimed", "upheld", "rejected")
    ground = text("Why; null without a claim.", allow_none=True)
    returned_cents = amount("Given back to the buyer.")


class UseView(View):
    """One use of the consent; never whose."""

    at = at("When.")
    kind = one_of("What for.", "sale", "call")


class ConsentOfLeadView(View):
    """The consent behind the lead."""

    hash = text("SHA-256 of the record, as buyers have it.")
    given_at = at("When it was given.")
    withdrawn_at = at("When it was taken back; null while it stands.", allow_none=True)
    uses = fields.List(fields.Nested(UseView), required=True)


class LifeView(SuppliedView):
    """One listing with its whole story."""

    asked_at = at("When the enquirer asked.")
    closed_at = at("When it ended; null while it is open.", allow_none=True)
    bought_out = flag("Whether one buyer took it alone.")
    relatives = fields.List(
        fields.String(), required=True, metadata={"description": "Other listings of the same lead."}
    )
    steps = fields.List(fields.Nested(PriceStepView), required=True)
    sales = fields.List(fields.Nested(SoldSeatView), required=True)
    pending_cents = amount("Of what it earned: not payable yet.")
    payable_cents = amount("Of what it earned: payable.")
    consent = fields.Nested(ConsentOfLeadView, required=True, allow_none=True)


class SellingQuery(Form):
    """Which span."""

    days = _days()


class ClaimCountView(View):
    """Claims on one ground in one state."""

    ground = text()
    state = one_of("Where they stand.", "claimed", "upheld", "rejected")
    count = whole("How many.")


class FiguresView(View):
    """Counted cases; a rate or mean of too few is null."""

    ended = whole("Listings sold or expired.")
    ended_sold = whole("Of these: at least one seat was sold.")
    sell_through_bp = whole("The share of those, in basis points.", allow_none=True)
    seats = whole("Seats sold.")
    revenue_cents = amount("Your part after fee, less what upheld claims took back.")
    priced = whole("Seats the two figures below are of: without leads that were bought out.")
    mean_cents = whole("Mean price at sale.", allow_none=True)
    price_bp = whole("Price at sale as a share of the start price, in basis points.", allow_none=True)
    median_wait_s = whole("Half of the seats were sold so many seconds after listing.", allow_none=True)
    upheld_bp = whole("Upheld claims of all seats, in basis points.", allow_none=True)
    claims = fields.List(fields.Nested(ClaimCountView), required=True)


class GroupView(FiguresView):
    """The same for one source, campaign or sector."""

    by = one_of("What it is.", *DIMENSIONS)
    name = text("Which; empty for leads that named none.")


class SellingView(View):
    """How one's leads sell."""

    days = whole("The span.")
    fewest = whole("Cases below which no rate is given.")
    total = fields.Nested(FiguresView, required=True)
    groups = fields.List(fields.Nested(GroupView), required=True)


class EarningDayView(View):
    """What one day moved."""

    from_at = at("Its beginning in Berlin.")
    sold_cents = amount("Sold, your part.")
    returned_cents = amount("Taken back by upheld claims.")
    released_cents = amount("Became payable.")
    paid_cents = amount("Paid out.")


class ComingView(View):
    """What becomes payable on one day."""

    from_at = at("The first of it.")
    seats = whole("Of so many seats.")
    claimed = whole("So many of which have an open claim: theirs comes then only if it is not upheld.")
    amount_cents = amount("Your part.")


class EarningsView(View):
    """The accounts of the ledger."""

    pending_cents = amount("Claim windows are open.")
    payable_cents = amount("May be paid out.")
    paid_cents = amount("Has been.")
    days = fields.List(fields.Nested(EarningDayView), required=True)
    coming = fields.List(fields.Nested(ComingView), required=True)


class AdviceQuery(Form):
    """Which kind of lead, as far as it is known."""

    sector = fields.String(required=True, validate=OneOf(list(SECTORS)), metadata={"description": "Its sector."})
    seats = WholeText(load_default=1, validate=Range(1, MOST_SEATS), metadata={"description": "1 is exclusive."})
    postcode = fields.String(
        load_default="", validate=Regexp(r"^[0-9]{2,5}$"), metadata={"description": "Or its first digits."}
    )
    age_s = WholeText(validate=Range(0, 10**8), metadata={"description": "Seconds since the enquiry."})
    answers = Words(
        fields.String(validate=Regexp(ANSWER_PATTERN)),
        validate=Length(1, MOST_ANSWERS),
        metadata={"description": "Answers as ``question:answer``."},
    )
    floor_cents = WholeText(validate=Range(1, MOST_CENTS), metadata={"description": "A lowest price to look at."})


class QuantileView(View):
    """So many per cent of those sold fetched at most this."""

    percent = whole("Per cent.")
    cents = whole("Price.")


class AdviceView(View):
    """What the most alike ended leads of the market fetched; below 50 cases all but the first two is null."""

    enough = flag("Whether there were cases enough.")
    fewest = whole("Cases below which nothing is said.")
    cases = whole("Ended leads looked at.", allow_none=True)
    sold = whole("Of these: sold.", allow_none=True)
    same_region = whole("Of these: in the same state.", allow_none=True)
    same_answers = whole("Of these: with the same answers.", allow_none=True)
    fetched = fields.List(fields.Nested(QuantileView), required=True, allow_none=True)
    at_floor = whole("In so many cases somebody paid ``floor_cents`` or more; null where it was not asked.",
                     allow_none=True)  # fmt: skip
