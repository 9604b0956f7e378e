"""Forms of what suppliers say of consents."""

from marshmallow import fields

from exchange.web.door.shapes.fields import Form, View, at, line


class WithdrawConsentForm(Form):
    """An enquirer took the consent back."""

    since_at = at("When, not later than now; just now where it is left out.", required=False)
    reason = line("In your words; never who it is.", 160, least=3, required=True, example="Taken back by mail")


class ConsentWithdrawnView(View):
    """Nobody may contact the enquirer any more."""

    since_at = at("Since when.")
    listings = fields.List(fields.String(), required=True, metadata={"description": "All listings of the lead."})
    closed = fields.List(fields.String(), required=True, metadata={"description": "Those that were open until now."})
