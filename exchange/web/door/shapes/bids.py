"""Standing bids: their terms, what they did, what they would do. Limits, budgets and caps are net."""

from typing import Any

from marshmallow import ValidationError, fields, validates_schema
from marshmallow.validate import Length, OneOf, Regexp

from exchange.access.bid_names import MOST_LETTERS
from exchange.orderbook.bid import ACTIVE, CANCELLED, EXPIRED, FILLED, PAUSED
from exchange.sector import REGIONS
from exchange.web.bid_fields import PERIODS
from exchange.web.door.shapes.fields import (
    FlagText,
    Form,
    View,
    amount,
    at,
    cents,
    flag,
    line,
    named,
    one_of,
    text,
    whole,
)
from exchange.web.door.shapes.market import size
from exchange.web.door.shapes.problem import ReceiptView

STATES = (ACTIVE, PAUSED, FILLED, CANCELLED, EXPIRED)
OPERATORS = ("=", "!=", "<", "<=", ">", ">=")
MOST_QUANTITY = 999_999
CURSOR_PATTERN = r"^[01]~[0-9]{1,18}~[A-Za-z0-9_.:-]{1,100}$"


class ConditionForm(Form):
    """One demand on an answer; a missing answer fits none."""

    key = fields.String(required=True, validate=Regexp(r"^[a-z_]{1,40}$"), metadata={"description": "A question."})
    operator = one_of("Numbers compare as numbers, all else as text.", *OPERATORS)
    values = fields.List(
        line("A value.", 80, required=True, least=1),
        required=True,
        validate=Length(1, 50),
        metadata={"description": "One of them; for an order of size a number."},
    )


def _several(inner: fields.Field[Any], told: str, most: int = 100) -> fields.List[Any]:
    return fields.List(
        inner, validate=Length(1, most), allow_none=True, load_default=None, metadata={"description": told}
    )


class FiltersForm(Form):
    """What the bid wants of a lead; all that is given holds together, null asks for nothing."""

    regions = _several(fields.String(validate=OneOf(list(REGIONS))), "ISO 3166-2 codes, one of them.", 16)
    postcodes = _several(
        fields.String(validate=Regexp(r"^[0-9]{1,5}$")), "Prefixes of one to five digits, one of them."
    )
    conditions = fields.List(fields.Nested(ConditionForm), load_default=list, validate=Length(0, 30))
    age_below_s = whole(
        "Asked for less than so many seconds ago.",
        least=1,
        most=10**8,
        required=False,
        allow_none=True,
        load_default=None,
    )
    seats_at_most = whole(
        "1 takes exclusive leads only.", least=1, most=100, required=False, allow_none=True, load_default=None
    )
    only_from = _several(named("A supplier."), "Suppliers, one of them.")
    not_from = fields.List(named("A supplier."), load_default=list, validate=Length(0, 100))


class CapForm(Form):
    """At most so many leads, or so much money, a period in Berlin time: exactly one of the two."""

    period = one_of("Hours are clock hours, weeks begin on Monday.", *PERIODS)
    leads = whole("So many leads.", least=1, most=MOST_QUANTITY, required=False, allow_none=True, load_default=None)
    net_cents = cents("Or so much money, net.", required=False, allow_none=True, load_default=None)

    @validates_schema
    def _one(self, data: dict[str, object], **_: object) -> None:
        if (data["leads"] is None) == (data["net_cents"] is None):
            raise ValidationError("a cap counts either leads or money", "leads")


class WindowForm(Form):
    """A stretch of one weekday in Berlin time, its end not included."""

    weekday = whole("0 is Monday.", most=6)
    from_minute = whole("Since midnight.", most=1439)
    until_minute = whole("Since midnight, later than from_minute.", least=1, most=1440)

    @validates_schema
    def _in_order(self, data: dict[str, int], **_: object) -> None:
        if data["from_minute"] >= data["until_minute"]:
            raise ValidationError("a window ends after it begins", "until_minute")


class ChangeBidForm(Form):
    """A bid's terms, all of them: what is left out has no bound."""

    name = line("What the firm calls it.", MOST_LETTERS, load_default="")
    limit_cents = cents("The most to pay a lead, net, on the sector's tick.", example=5000)
    quantity = whole("How many leads in all.", least=1, most=MOST_QUANTITY)
    filters = fields.Nested(FiltersForm, load_default=lambda: FiltersForm().load({}))
    caps = fields.List(fields.Nested(CapForm), load_default=list, validate=Length(0, 8))
    budget_cents = cents("The most to spend in all, net.", required=False, allow_none=True, load_default=None)
    hours = fields.List(
        fields.Nested(WindowForm),
        allow_none=True,
        load_default=None,
        validate=Length(1, 50),
        metadata={"description": "When it buys; null is always."},
    )
    until = at("When it ends by itself.", required=False, allow_none=True, load_default=None)


class PlaceBidForm(ChangeBidForm):
    """A new standing bid."""

    sector = fields.String(required=True, validate=Regexp(r"^[a-z]{1,20}$"), metadata={"description": "Its market."})


class PreviewForm(PlaceBidForm):
    """Terms to try out, also as a change of an existing bid."""

    bid_id = named("The bid these terms would change.", required=False, allow_none=True, load_default=None)


class SwitchForm(Form):
    """Pausing or resuming a standing bid."""

    on = flag("true resumes the bid, false pauses it.")


class BidsQuery(Form):
    """Which bids."""

    living = FlagText(load_default=False, metadata={"description": "Only those that may still buy."})
    after = fields.String(validate=Regexp(CURSOR_PATTERN), metadata={"description": "``next`` of the page before."})
    size = size()


class FiltersView(View):
    """As they were given."""

    regions = fields.List(fields.String(), required=True, allow_none=True)
    postcodes = fields.List(fields.String(), required=True, allow_none=True)
    conditions = fields.List(fields.Nested(ConditionForm), required=True)
    age_below_s = whole("Rounded up.", allow_none=True)
    seats_at_most = whole("", allow_none=True)
    only_from = fields.List(fields.String(), required=True, allow_none=True)
    not_from = fields.List(fields.String(), required=True)


class CapView(View):
    """A cap as it stands."""

    period = one_of("", *PERIODS)
    leads = whole("", allow_none=True)
    net_cents = amount("", allow_none=True)


class BidView(View):
    """A standing bid as it stands."""

    id = text()
    sector = text()
    name = text()
    state = one_of("Only an active one buys.", *STATES)
    limit_cents = amount("Net.")
    quantity = whole("How many leads in all.")
    filled = whole("How many it has bought.")
    filled_today = whole("Since Berlin's midnight.")
    spent_cents = amount("Net.")
    reserved_cents = amount("What it holds of the wallet, gross.")
    budget_cents = amount("Net.", allow_none=True)
    filters = fields.Nested(FiltersView, required=True)
    caps = fields.List(fields.Nested(CapView), required=True)
    hours = fields.List(fields.Nested(WindowForm), required=True, allow_none=True)
    entered_at = at("When it took its place.")
    until = at("When it ends by itself.", allow_none=True)


class BidsView(View):
    """A firm's bids, those that live first, then the latest."""

    bids = fields.List(fields.Nested(BidView), required=True)
    next = text("Given as ``after`` it asks for the page that follows; null on the last.", allow_none=True)


class FillView(View):
    """A lead a bid bought."""

    at = at("When.")
    listing_id = text()
    ask_cents = amount("Net.")


class SkipView(View):
    """Why a bid was passed over."""

    at = at("When.")
    reason = text("A word of rules.md §3.")
    listing_id = text("Null where the firm may not know the lead.", allow_none=True)


class BidStoryView(BidView):
    """A bid with what it did: its latest 50 purchases and skips."""

    fills = fields.List(fields.Nested(FillView), required=True)
    skips = fields.List(fields.Nested(SkipView), required=True)


class PlacedView(View):
    """A bid rests on the book."""

    id = text()
    reserved_cents = amount("What it held when it was entered, gross.")
    bought = fields.List(fields.Nested(FillView), required=True, metadata={"description": "What it bought at once."})
    receipt = fields.Nested(ReceiptView, required=True)


class ChangedView(PlacedView):
    """A bid has its new terms."""

    state = one_of("After the change.", *STATES)
    kept_place = flag("Whether it kept its place in the queue (rules.md §3).")


class BidStateView(View):
    """The bid after a pause, a resumption or its end."""

    id = text()
    state = one_of("What was asked for.", ACTIVE, PAUSED, CANCELLED)
    receipt = fields.Nested(ReceiptView, required=True)


class SwitchedView(View):
    """The bid as it is now."""

    id = text()
    on = flag("Whether it buys.")


class PreviewView(View):
    """What a bid of these terms would do if nobody were quicker."""

    fitting = whole("Open leads it fits.")
    payable = whole("Those of them that reach its limit before they end.")
    reserved_cents = amount("What it would hold of the wallet, gross.")
    coming = fields.List(fields.Nested(FillView), required=True, metadata={"description": "Purchases to expect."})
    past_leads = whole("What it would have bought in the last seven days.")
    past_cents = amount("And for how much in all, net.")
    complete = flag("Whether all leads were looked at.")
    keeps_place = flag("Whether the bid named would keep its place.", allow_none=True)
