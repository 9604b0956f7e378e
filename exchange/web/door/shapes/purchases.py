"""Purchases: what was bought, who asked, what came of it, and its claim."""

from marshmallow import fields
from marshmallow.validate import Length, Regexp

from exchange.aftersale.attempts import RESULTS
from exchange.aftersale.dispositions import MOST_CENTS as MOST_CONTRACT_CENTS
from exchange.aftersale.dispositions import OUTCOMES
from exchange.aftersale.evidence import MOST_LETTERS
from exchange.claims import GROUNDS
from exchange.web.door.shapes.fields import Form, View, amount, at, cents, flag, one_of, text, whole
from exchange.web.door.shapes.market import StepView, size
from exchange.web.door.shapes.problem import KEY_PATTERN, ReceiptView

CURSOR_PATTERN = r"^[0-9]{1,18}~[A-Za-z0-9_.:-]{1,100}$"


class BuyForm(Form):
    """An instant bid."""

    most_cents = cents("The most to pay, net. The ask of the decision is paid, never more.", example=8250)


class BuyOutForm(Form):
    """An instant bid for all seats of a shared lead."""

    most_cents = cents("The most to pay for all, net. The ask times the sector's factor is paid.", example=20650)


class BoughtView(View):
    """A seat was sold to this firm."""

    id = text("The listing.")
    sale_id = text()
    ask_cents = amount("Price paid, net.")
    saved_cents = amount("What lay between it and the most.")
    available_cents = amount("What the wallet can spend, gross.")
    receipt = fields.Nested(ReceiptView, required=True)
    href = text("The page of the lead with its contact.")


class PurchasesQuery(Form):
    """Which page of purchases, or what one key was answered."""

    key = fields.String(
        validate=Regexp(KEY_PATTERN),
        metadata={"description": "For a client that got no answer: what this Idempotency-Key bought."},
    )
    after = fields.String(validate=Regexp(CURSOR_PATTERN), metadata={"description": "``next`` of the page before."})
    size = size()


class PurchaseView(View):
    """One seat a firm holds; VAT apart."""

    sale_id = text()
    listing_id = text()
    sector = text()
    region = text("ISO 3166-2.")
    postcode = text()
    answers = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    asked_at = at("When the enquirer asked.")
    sold_at = at("When it was bought.")
    seat = whole("Which of the seats.", least=1)
    seats = whole("How many there are.", least=1)
    ask_cents = amount("Price paid, net.")
    vat_cents = amount("VAT on it.")
    bid_id = text("The standing bid that bought it; null for an instant bid.", allow_none=True)
    claim = text("unclaimed, claimed, upheld or rejected.")
    claim_until = at("The first instant at which it can be claimed no more.")


class PurchasesView(View):
    """A page of purchases, the latest first."""

    purchases = fields.List(fields.Nested(PurchaseView), required=True)
    next = text("Asks for the page after this one; null at the end.", allow_none=True)


class ContactView(View):
    """Who asked."""

    salutation = text()
    first_name = text()
    last_name = text()
    phone = text("E.164.")
    email = text()
    street = text()
    postcode = text()
    city = text()
    birth_date = text()
    note = text("What the enquirer wrote.")


class ConsentProofView(View):
    """The proof § 7a UWG asks for: keep it for five years after the last use."""

    record = fields.Dict(required=True, metadata={"description": "What the checksum covers."})
    hash = text("SHA-256.")
    hashed = text("How to work it out.")
    uses = fields.List(
        fields.String(), required=True, metadata={"description": "Uses of the consent: the sale, then calls reported."}
    )
    keep_until = text("The day until which it must be kept.")
    person = fields.Dict(keys=fields.String(), values=fields.String())
    withdrawn_at = text("When the enquirer took it back.", required=False)


class AttemptView(View):
    """A call."""

    id = text()
    result = one_of("What came of it.", *RESULTS)
    at = at("When.")
    user = text("Who called.")


class OutcomeView(View):
    """What came of the lead."""

    outcome = one_of("As last reported.", *OUTCOMES)
    contract_cents = amount("What the contract is worth.", allow_none=True)
    at = at("When it was reported.")
    user = text("By whom.")


class ReceiptProofView(ReceiptView):
    """The sale's entry on the tape, as `exchange verify` proves it."""

    at = at("The instant of the decision.")
    hash = text("The tape's hash up to this entry.")


class PurchaseDetailView(PurchaseView):
    """One purchase with everything a buyer may know."""

    contact = fields.Nested(ContactView, required=True, allow_none=True)
    may_contact = flag("Whether the enquirer may be contacted.")
    consent = fields.Nested(ConsentProofView, required=True, allow_none=True)
    withdrawn_at = at("When the enquirer took the consent back.", allow_none=True)
    receipt = fields.Nested(ReceiptProofView, required=True)
    steps = fields.List(fields.Nested(StepView), required=True, metadata={"description": "How the price fell."})
    attempts = fields.List(fields.Nested(AttemptView), required=True)
    outcome = fields.Nested(OutcomeView, required=True, allow_none=True)
    ground = text("Of the claim; null without one.", allow_none=True)
    silence_at = at("When silence upholds the claim.", allow_none=True)
    returned_cents = amount("What a claim gave back, net.")


class ReceiptOfSaleView(ReceiptProofView):
    """A receipt."""

    sale_id = text()
    listing_id = text()
    ask_cents = amount("Net.")
    vat_cents = amount("VAT on it.")


class ClaimForm(Form):
    """A claim on a purchase (rules.md §7)."""

    ground = one_of("Why.", *GROUNDS)
    evidence = fields.String(
        load_default="",
        validate=[Length(0, MOST_LETTERS), Regexp(r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$")],
        metadata={"description": "What speaks for it; ten letters, unless the ground speaks for itself."},
    )


class ClaimedView(View):
    """The claim is filed."""

    sale_id = text()
    ground = one_of("Why.", *GROUNDS)
    at = at("When.")
    receipt = fields.Nested(ReceiptView, required=True)


class AttemptForm(Form):
    """A call somebody made."""

    result = one_of("What came of it.", *RESULTS)


class OutcomeForm(Form):
    """What came of a lead; the last report counts."""

    outcome = one_of("As far as it got.", *OUTCOMES)
    contract_cents = whole(
        "What a contract is worth; only with contract.",
        least=1,
        most=MOST_CONTRACT_CENTS,
        required=False,
        allow_none=True,
        load_default=None,
    )
