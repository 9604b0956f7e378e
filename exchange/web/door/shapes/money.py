"""The wallet, the tape as a firm may follow it, and who asks."""

from marshmallow import fields
from marshmallow.validate import Range, Regexp

from exchange.access.api_keys import SCOPES
from exchange.web.door.shapes.fields import Form, View, WholeText, amount, at, one_of, text, whole
from exchange.web.door.shapes.market import size

POSITION_PATTERN = r"^[a-z_]{1,20}:[0-9]{1,15}(,[a-z_]{1,20}:[0-9]{1,15}){0,40}$"
KINDS = ("reserve", "release", "deposit", "credit", "purchase")


class WalletView(View):
    """What the firm may spend, gross."""

    available_cents = amount("What an order may use now.")
    balance_cents = amount("Without the credit line.")
    credit_line_cents = amount("Granted by the exchange.")
    reserved_cents = amount("Held by standing bids.")
    today_cents = amount("Bought since Berlin's midnight, net.")
    today_leads = whole("And how many leads.")


class MovementsQuery(Form):
    """Which page of movements."""

    below = WholeText(
        validate=Range(1, 10**15), metadata={"description": "``next`` of the page before: a movement's number."}
    )
    size = size()


class MovementView(View):
    """What one entry of a tape did to the wallet, gross."""

    number = whole("The last of its movements.", least=1)
    first = whole("The first of them.", least=1)
    at = at("When.")
    kind = one_of("What it was.", *KINDS)
    bid = text("The bid that reserved or released; null for others.", allow_none=True)
    sector = text()
    listing_id = text("What was bought; null for others.", allow_none=True)
    change_cents = amount("What came or went.")
    balance_cents = amount("What the wallet held after it.")


class MovementsView(View):
    """Movements, the latest first."""

    movements = fields.List(fields.Nested(MovementView), required=True)
    next = whole("Asks for the page after this one; null at the end.", allow_none=True)


class EntriesQuery(Form):
    """From where on the tapes are followed."""

    since = fields.String(
        validate=Regexp(POSITION_PATTERN),
        metadata={
            "description": "``position`` of the answer before, like bu:981,pv:4410. Without it only the position now.",
            "example": "bu:1,pkv:1",
        },
    )
    size = size()


class EntryView(View):
    """What happened, as far as it concerns this firm."""

    sector = text()
    seq = whole("Number on the sector's tape.", least=1)
    kind = text("As on the live stream.")
    data = fields.Dict(required=True, metadata={"description": "As on the live stream."})


class EntriesView(View):
    """The tapes from a position on."""

    entries = fields.List(fields.Nested(EntryView), required=True)
    position = text("To ask with next time.")
    more = fields.Boolean(required=True, metadata={"description": "Whether there is more to be asked for at once."})


class FirmView(View):
    """The organisation the user acts for."""

    id = text()
    name = text()


class KeyView(View):
    """The key this request came with."""

    name = text()
    scopes = fields.List(fields.String(metadata={"enum": list(SCOPES)}), required=True)
    expires_at = at("Until when it holds.")


class MeView(View):
    """Who asks."""

    name = text()
    email = text()
    role = text()
    lang = text()
    daily_limit_cents = amount("What this user may buy for a day, net; null without a limit.", allow_none=True)
    firm = fields.Nested(FirmView, required=True, allow_none=True)
    key = fields.Nested(KeyView, required=True, allow_none=True)
