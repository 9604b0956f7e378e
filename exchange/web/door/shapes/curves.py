"""Curves as operators draw, approve and activate them. Times in microseconds, prices in net cents."""

from marshmallow import fields
from marshmallow.validate import Length, OneOf, Regexp

from exchange.web.door.shapes.curve_forms import curve as curve_field
from exchange.web.door.shapes.fields import LINE_PATTERN, Form, View, at, cents, flag, one_of, text, whole

MOST_US = 3_660 * 86_400_000_000


def _revision() -> fields.Integer:
    return whole("The draft's revision that was looked at.", least=1)


def _reason(told: str = "Why: 3 to 160 letters.") -> fields.String:
    return fields.String(
        required=True,
        validate=[Length(3, 160), Regexp(LINE_PATTERN)],
        metadata={"description": told, "example": "buyers wait for the end"},
    )


class DrawingForm(Form):
    """A curve and the prices to draw it for."""

    curve = curve_field()
    start_cents = cents("Start price of the example, net.", example=5800)
    floor_cents = cents("Floor of the example, net.", example=1500)


class DraftForm(DrawingForm):
    """A draft's content."""

    revision = whole("Null makes a new draft; else the revision looked at.", least=1, allow_none=True, example=1)


class RevisionForm(Form):
    """Which state of the draft is meant."""

    revision = _revision()


class RequestForm(Form):
    """What is asked for."""

    revision = _revision()
    reason = _reason()
    then = fields.String(
        required=True,
        validate=OneOf(("activate", "plan", "know")),
        metadata={"description": "What approval does: activate at once, plan it for ``from_at``, or make it known."},
    )
    from_at = at("From when on it is planned; only with ``plan``, within 90 days.", required=False)


class RejectForm(Form):
    """Why not."""

    revision = _revision()
    reason = _reason()


class ActivateForm(Form):
    """A known version again."""

    version = whole("Its number.", least=1)
    reason = _reason()
    from_at = at("From when on, within 90 days; left out: now.", required=False)


class CallOffForm(Form):
    """A plan that shall not begin."""

    from_at = at("The instant it is planned for.")
    reason = _reason()


class LimitsForm(Form):
    """All limits, and the revision of those that were looked at (0: the defaults)."""

    largest_fall_bp = whole("Of the ask before, per step.", least=100, most=9_000)
    least_step_us = whole("Between two asks, running time.", most=86_400_000_000)
    least_hold_us = whole("At the floor, running time.", most=86_400_000_000)
    least_floor_cents = cents("Suppliers' least floor; null: that of 28 days.", allow_none=True, example=1200)
    cost_cents = cents("What a lead costs; null: unknown.", allow_none=True, example=900)
    revision = whole("Of the limits.")
    reason = _reason()


class ShareView(View):
    """A version and its probability."""

    version = whole("Its number.", least=1)
    share_bp = whole("Basis points.", least=1)


class PlanView(View):
    """What begins at an instant."""

    from_at = at("From when on.")
    arms = fields.List(fields.Nested(ShareView), required=True)


class TunedSectorView(View):
    """A sector in one line."""

    sector = text()
    tick_cents = cents("Smallest price difference.")
    version = whole("The main version in force; null without any.", allow_none=True)
    arms = whole("How many versions are in force.")
    draft = text("State of the living draft: open or asked; null without one.", allow_none=True)


class TunedSectorsView(View):
    """Every sector."""

    sectors = fields.List(fields.Nested(TunedSectorView), required=True)


class VersionView(View):
    """A curve version, which never changes."""

    version = whole("Its number.", least=1)
    name = text()
    curve = curve_field()


class DraftView(View):
    """A curve on its way."""

    revision = whole("To name with the next act.", least=1)
    state = one_of("Where it stands.", "open", "asked", "approved", "discarded")
    curve = curve_field()
    start_cents = cents("Start price it was drawn for.")
    floor_cents = cents("Floor it was drawn for.")
    changed_by = text("Name of who changed it last, and asks for it.")
    changed_at = at("When.")
    reason = text("Why it was asked for; empty before.")
    activates = flag("Whether approval puts it in force.")
    from_at = at("From when on; null: with the approval.", allow_none=True)
    rejected = text("Why it was rejected the last time; empty if it was not.")


class LimitsView(View):
    """What a curve must keep."""

    largest_fall_bp = whole("Of the ask before, per step.")
    least_step_us = whole("Between two asks.")
    least_hold_us = whole("At the floor.")
    least_floor_cents = cents("Suppliers' least floor; null: that of the last 28 days.", allow_none=True)
    cost_cents = cents("What a lead costs; null: unknown.", allow_none=True)
    revision = whole("Of these limits; 0 are the house's defaults.")


class TuningView(View):
    """One order to tune: what it put in force, from when to when, who and why."""

    seq = whole("Number on the sector's tape.", least=1)
    from_at = at("From when on.")
    until_at = at("When the next one began; null while none has.", allow_none=True)
    arms = fields.List(fields.Nested(ShareView), required=True)
    state = one_of("Where it stands.", "active", "planned", "past", "called_off")
    kind = text("approve, activate, roll_back, arms; empty for the sector's opening and the command line.")
    by = text("Who gave it.")
    author = text("Who drew what was approved.")
    reason = text()
    at = at("When it was given.")


class TunedView(View):
    """A sector's curves."""

    sector = text()
    arms = fields.List(fields.Nested(ShareView), required=True)
    plans = fields.List(fields.Nested(PlanView), required=True)
    versions = fields.List(fields.Nested(VersionView), required=True)
    draft = fields.Nested(DraftView, required=True, allow_none=True)
    limits = fields.Nested(LimitsView, required=True)
    history = fields.List(fields.Nested(TuningView), required=True)


class CurveStepView(View):
    """An ask and when it begins."""

    elapsed_us = whole("Running time since the listing.")
    ask_cents = cents("Net.")


class CheckView(View):
    """One limit."""

    code = one_of("What was looked at.", "falls", "fall", "pace", "hold", "floor", "cost")
    state = one_of("How it is; open: nobody has said what the limit is.", "ok", "bad", "open")
    figures = fields.Dict(required=True, metadata={"description": "What was measured and what is allowed, by name."})


class StepsView(View):
    """A compiled curve as buyers would see it."""

    duration_us = whole("Running time.")
    steps = fields.List(fields.Nested(CurveStepView), required=True)
    checks = fields.List(fields.Nested(CheckView), required=True)


class VersionNumberView(View):
    """What a draft became."""

    version = whole("Its number.", least=1)


class ActivatedView(View):
    """What was done."""

    done = one_of("Whether the version is older than what was in force.", "activate", "roll_back")


class DoneView(View):
    """It is done."""

    done = flag("Always true.")
