"""Arms beside each other, in whole numbers: cents, microseconds, basis points."""

from marshmallow import fields
from marshmallow.validate import Range

from exchange.web.door.shapes.fields import Form, View, WholeText, amount, at, flag, one_of, text, whole


class ArmsQuery(Form):
    """Which run."""

    run = WholeText(
        validate=Range(1, 10**15),
        metadata={"description": "Number of the order that began it; the latest if left out."},
    )


class SpanView(View):
    """A figure with its 95 % interval; for the verdict with the rule's own."""

    value = amount("The figure.")
    low = amount("Lower end.")
    high = amount("Upper end.")
    cases = whole("From how many cases.")


class ArmView(View):
    """One curve version of the run. Figures are null from too few cases."""

    version = whole("Number of the curve version.", least=1)
    share_bp = whole("Probability, in basis points.")
    reference = flag("Whether the others are compared with it.")
    leads = whole("Leads that count: all before the first that is still open.")
    waiting = whole("Leads that do not count yet.")
    revenue_cents = fields.Nested(SpanView, required=True, allow_none=True)
    sell_through_bp = fields.Nested(SpanView, required=True, allow_none=True)
    price_cents = fields.Nested(SpanView, required=True, allow_none=True)
    age_us = fields.Nested(SpanView, required=True, allow_none=True)
    revenue_apart_cents = fields.Nested(SpanView, required=True, allow_none=True)
    sell_through_apart_bp = fields.Nested(SpanView, required=True, allow_none=True)
    price_apart_cents = fields.Nested(SpanView, required=True, allow_none=True)
    age_apart_us = fields.Nested(SpanView, required=True, allow_none=True)


class RuleView(View):
    """What the stop rule says: it looks five times, at revenue per lead."""

    state = one_of("Where the comparison stands.", "single", "waiting", "decided", "none_found")
    cases = whole("Finished leads of the arm that has fewest.")
    next_look = whole("It looks again at so many; null once it is over.", allow_none=True)
    look = whole("It ended at so many.", allow_none=True)
    version = whole("The arm it decided by.", allow_none=True)
    level_bp = whole("Level of its intervals.")
    apart_cents = fields.Nested(SpanView, required=True, allow_none=True)


class ArmsView(View):
    """A run of a sector's arms."""

    sector = text()
    run = whole("Number of the order that began it.", least=1)
    from_at = at("Since when.")
    until_at = at("Until when; null while it runs.", allow_none=True)
    reference = whole("The arm the others are compared with.", least=1)
    seed = text("What the bootstrap's draws were made from, in hex.")
    rule = fields.Nested(RuleView, required=True)
    arms = fields.List(fields.Nested(ArmView), required=True)
