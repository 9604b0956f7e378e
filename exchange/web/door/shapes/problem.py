"""Problems (RFC 9457), the key of an order, and what a bare form of a request looks like."""

from marshmallow import fields
from marshmallow.validate import Regexp

from exchange.web.door.shapes.fields import Form, View, amount, text, whole
from exchange.web.problems import CODES

KEY_PATTERN = r"^[\x21-\x7e]{8,255}$"


class ProblemView(View):
    """RFC 9457. ``code`` is the stable word (rules.md §10); everything else may change."""

    type = text("urn:leadboerse:problem: and the code.")
    title = text()
    status = whole("The HTTP status.", least=400, most=599)
    code = fields.String(required=True, metadata={"enum": CODES, "description": "What programs may rely on."})
    detail = text("What to do about it, in English.", required=False)
    reason = text("Why a listing or bid is not open, or what is wrong with a file.", required=False)
    most_cents = amount("What was offered.", required=False)
    ask_cents = amount("The price now, net.", required=False)
    gross_cents = amount("The same with VAT.", required=False)
    available_cents = amount("What the wallet can spend.", required=False)
    lost_by_ms = whole("How much earlier the other order was, under two seconds.", required=False)
    href = text("A page that helps.", required=False)
    number = text("Names an unexpected error in the log.", required=False)


class KeyHeader(Form):
    """What every order carries."""

    key = fields.String(
        required=True,
        data_key="Idempotency-Key",
        validate=Regexp(KEY_PATTERN),
        metadata={
            "description": "8 to 255 printable letters, new for every order; a repeated one is answered as before.",
            "example": "order-2026-11-19-0001",
        },
    )


class ReceiptView(View):
    """Where something stands on the tape."""

    sector = text()
    seq = whole("Number on the sector's tape.", least=1)
