"""The form of what the JSON door takes and gives. Only form is checked here; what it means, the desk decides."""

from typing import Any

from flask import request
from marshmallow import RAISE, Schema, ValidationError, fields
from marshmallow.validate import Length, Range

from exchange.errors import Invalid
from exchange.web.problems import STATUS

MOST_CENTS = 10**12
CODES = sorted({*STATUS, "not_open", "error"})


class StrictBoolean(fields.Boolean):
    """Only JSON's own ``true`` and ``false``: 1 and "yes" are mistakes."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


class Form(Schema):
    """A request's body: members that are not named are refused."""

    class Meta:
        unknown = RAISE


class BuyForm(Form):
    """An instant bid."""

    most_cents = fields.Integer(
        required=True,
        strict=True,
        validate=Range(1, MOST_CENTS),
        metadata={"description": "The most to pay, net, in cents. The ask of the decision is paid, never more."},
    )


class SwitchForm(Form):
    """Pausing or resuming a standing bid."""

    on = StrictBoolean(required=True, metadata={"description": "true resumes the bid, false pauses it."})


class ReceiptView(Schema):
    """Where the sale stands on the tape."""

    sector = fields.String(required=True)
    seq = fields.Integer(required=True, metadata={"description": "Number on the sector's tape."})


class BoughtView(Schema):
    """A seat was sold to this firm."""

    id = fields.String(required=True, metadata={"description": "The listing."})
    sale_id = fields.String(required=True)
    ask_cents = fields.Integer(required=True, metadata={"description": "Price paid, net."})
    saved_cents = fields.Integer(required=True, metadata={"description": "What lay between it and the most."})
    available_cents = fields.Integer(required=True, metadata={"description": "What the wallet can spend, gross."})
    receipt = fields.Nested(ReceiptView, required=True)
    href = fields.String(required=True, metadata={"description": "The page of the lead with its contact."})


class SwitchedView(Schema):
    """The bid as it is now."""

    id = fields.String(required=True)
    on = fields.Boolean(required=True)


class ProblemView(Schema):
    """RFC 9457. ``code`` is the stable word of rules.md §10; everything else may change."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    code = fields.String(required=True, metadata={"enum": CODES})
    detail = fields.String()
    reason = fields.String(metadata={"description": "Why a listing or bid is not open."})
    most_cents = fields.Integer()
    ask_cents = fields.Integer(metadata={"description": "The price now, net."})
    gross_cents = fields.Integer()
    available_cents = fields.Integer()
    lost_by_ms = fields.Integer(metadata={"description": "How much earlier the other order was, under two seconds."})
    href = fields.String()
    number = fields.String(metadata={"description": "Names an unexpected error in the log."})


class KeyHeader(Schema):
    """What every order carries."""

    key = fields.String(
        required=True,
        data_key="Idempotency-Key",
        validate=Length(8, 255),
        metadata={"description": "8 to 255 printable letters, new for every purchase; a repeated one answers again."},
    )


def body(form: Form) -> dict[str, Any]:
    """The request's JSON object by this form; raises Invalid naming the first member that is wrong."""
    data = request.get_json(silent=True)
    if not isinstance(data, dict):
        raise Invalid("body", "send a JSON object")
    try:
        loaded: dict[str, Any] = form.load(data)
    except ValidationError as error:
        field, reasons = next(iter(error.messages_dict.items()))
        raise Invalid(str(field), " ".join(map(str, reasons))) from None
    return loaded
