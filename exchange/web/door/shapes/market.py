"""The market: sectors, listings, the price they ask when, and how many wait for it."""

from typing import Any

from marshmallow import fields
from marshmallow.validate import Length, OneOf, Range, Regexp

from exchange.claims import GROUNDS
from exchange.sector import REGIONS
from exchange.web.door.shapes.fields import (
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

MOST_PAGE = 200
PAGE = 60
SORTS = ("age", "price", "next")
CURSOR_PATTERN = r"^(age|price|next)~-?[0-9]{1,18}~[A-Za-z0-9_.:-]{1,80}$"
ANSWER_PATTERN = r"^[a-z_]{1,40}:[^,:\x00-\x1f\x7f]{1,80}$"
BOUND_PATTERN = r"^[a-z_]{1,40}:-?[0-9]{1,12}$"


def size() -> WholeText:
    """How many rows a page has."""
    return WholeText(
        load_default=PAGE,
        validate=Range(1, MOST_PAGE),
        metadata={"description": f"Rows a page, {PAGE} unless said."},
    )


def _words(told: str, inner: fields.Field[Any], most: int = 40) -> Words:
    return Words(inner, validate=Length(1, most), metadata={"description": told})


class MarketQuery(Form):
    """Filters of the board; all that are given hold together."""

    sector = fields.String(validate=Regexp(r"^[a-z]{1,20}$"), metadata={"description": "One sector."})
    region = _words("ISO 3166-2 codes, one of them.", fields.String(validate=OneOf(list(REGIONS))), len(REGIONS))
    postcode = _words(
        "Prefixes of one to three digits, one of them.", fields.String(validate=Regexp(r"^[0-9]{1,3}$")), 20
    )
    most_cents = WholeText(validate=Range(1, MOST_CENTS), metadata={"description": "Asks no more than this, net."})
    seats = fields.String(
        validate=OneOf(["exclusive", "shared"]), metadata={"description": "Sold to one firm alone, or to several."}
    )
    age_below_s = WholeText(
        validate=Range(1, 10**8), metadata={"description": "Asked for at most so many seconds ago."}
    )
    answer = _words(
        "KEY:VALUE, needs a sector; several of one key are alternatives.",
        fields.String(validate=Regexp(ANSWER_PATTERN)),
    )
    at_least = _words("KEY:NUMBER, needs a sector.", fields.String(validate=Regexp(BOUND_PATTERN)))
    at_most = _words("KEY:NUMBER, needs a sector.", fields.String(validate=Regexp(BOUND_PATTERN)))
    watched = FlagText(load_default=False, metadata={"description": "Only what the key's user watches."})
    fit = FlagText(load_default=False, metadata={"description": "Only what a standing bid of the firm wants."})
    sort = fields.String(
        validate=OneOf(SORTS),
        load_default="age",
        metadata={"description": "By the newest enquiry, the lowest ask or the nearest step."},
    )
    after = fields.String(
        validate=Regexp(CURSOR_PATTERN),
        metadata={"description": "``next`` of the page before, with the same filters and order."},
    )
    size = size()


class StepView(View):
    """From an instant on a listing asks so much."""

    at = at("From then on.")
    ask_cents = amount("Net.")


class ListingView(View):
    """One listing as the board shows it: nothing that names a person."""

    id = text()
    sector = text()
    region = text("ISO 3166-2.")
    postcode = text("Its first three digits.")
    answers = fields.Dict(
        keys=fields.String(), values=fields.String(), required=True, metadata={"description": "By question key."}
    )
    state = one_of("Whether it can be bought.", "open", "sold", "expired", "withdrawn", "converted")
    asked_at = at("When the enquirer asked.")
    listed_at = at("When its price began to fall.")
    expires_at = at("When it ends or is offered to several; null while its sector is halted.", allow_none=True)
    halted_at = at("Since when its sector stands still.", allow_none=True)
    seats = whole("How many firms may get it.", least=1)
    sold = whole("How many have.")
    start_cents = amount("Net.")
    floor_cents = amount("Net.")
    ask_cents = amount("What it asks now, net.")
    buyout_cents = amount("What all its seats cost now, net; null where they are not sold as one.", allow_none=True)
    next_step = fields.Nested(StepView, required=True, allow_none=True)
    bought = flag("Whether this firm holds a seat.")
    own = flag("Whether it is offered by this firm or its group.")


class MarketView(View):
    """A page of the board."""

    now = at("The exchange's clock.")
    listings = fields.List(fields.Nested(ListingView), required=True)
    next = text("Asks for the page after this one; null at the end.", allow_none=True)


class WaitingView(StepView):
    """A coming step, who may be quicker, and what history says of it."""

    others = whole("Standing bids of others that buy here at the latest.")
    mine = flag("Whether a standing bid of this firm buys here.")
    still_there_bp = whole(
        "Share of like listings that were still there then, in basis points; null below 50 cases.",
        most=10_000,
        allow_none=True,
    )
    cases = whole("How many like listings that share was counted from.")


class ConsentGivenView(View):
    """When the enquirer agreed."""

    given_at = at("To the wording.")
    confirmed_at = at("By answering the mail, if there was one.", allow_none=True)


class ListingDetailView(ListingView):
    """One listing with its whole schedule."""

    vat_bp = whole("VAT on the ask, in basis points.", most=10_000)
    gross_cents = amount("The ask now with VAT.")
    claim_window_s = whole("For so long a purchase may be claimed.")
    consent = fields.Nested(ConsentGivenView, required=True, allow_none=True)
    steps = fields.List(fields.Nested(StepView), required=True)
    waiting = fields.List(fields.Nested(WaitingView), required=True)


class ChoiceView(View):
    """One answer that can be chosen."""

    code = text()
    label_de = text()
    label_en = text()


class QuestionView(View):
    """What a lead of a sector is asked."""

    key = text("As in answers and filters.")
    kind = one_of("What an answer looks like.", "choice", "number", "text", "yes_no", "date")
    label_de = text()
    label_en = text()
    unit = text()
    choices = fields.List(fields.Nested(ChoiceView), required=True)


class GroundView(View):
    """A ground on which a purchase may be claimed."""

    ground = one_of("As in a claim.", *GROUNDS)
    share_bp = whole("What an upheld claim gives back of the net price.", most=10_000)


class HaltView(View):
    """A sector that stands still."""

    at = at("Since when.")
    reason = text()


class SectorView(View):
    """One market."""

    code = text()
    name_de = text()
    name_en = text()
    tick_cents = amount("Limits and asks are multiples of it.")
    most_seats = whole("At most so many firms get a lead.", least=1)
    buyout_bp = whole("What a whole shared lead costs, in basis points of the ask; 0: none is sold so.")
    seat_bp = whole("What a seat of a converted lead starts at, in basis points of the ask; 0: none is converted.")
    vat_bp = whole("In basis points.", most=10_000)
    claim_window_s = whole("For so long a purchase may be claimed.")
    grounds = fields.List(fields.Nested(GroundView), required=True)
    halt = fields.Nested(HaltView, required=True, allow_none=True)
    questions = fields.List(fields.Nested(QuestionView), required=True)


class SectorsView(View):
    """All markets."""

    sectors = fields.List(fields.Nested(SectorView), required=True)
