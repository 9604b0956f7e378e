"""Curves over JSON, for operators (and, to look at, analysts): the same verbs as the studio's pages."""

from dataclasses import asdict
from typing import Any

from exchange.desk import Conflict
from exchange.errors import Invalid
from exchange.operators.curve_checks import Limits
from exchange.operators.curve_limits import CurveLimits, checked, limits_of
from exchange.operators.curves import CurveOffice
from exchange.operators.drafts import Draft, Drafts, Wish, living, tick_of
from exchange.pricing.curve import Curve
from exchange.pricing.drawing import Drawing
from exchange.reports.tuned import tuned_sectors
from exchange.reports.tunings import Shares, Tuning, in_force, tunings_of, versions_of
from exchange.web.deeds import request_id
from exchange.web.door.doorway import Call, Reply
from exchange.web.premises import premises


def list_curves(call: Call) -> Reply:
    """Every sector."""
    with premises().reading() as connection:
        found = tuned_sectors(connection, call.seen.now)
    rows = [
        {
            "sector": one.sector,
            "tick_cents": one.tick_cents,
            "version": one.main,
            "arms": one.arms,
            "draft": one.draft or None,
        }
        for one in found
    ]
    return Reply({"sectors": rows})


def show_curves(call: Call, sector: str) -> Reply:
    """One sector."""
    now = call.seen.now
    with premises().reading() as connection:
        held = in_force(connection, sector, now)
        versions = versions_of(connection, sector)
        draft, limits = living(connection, sector), limits_of(connection, sector)
        history = tunings_of(connection, sector, now)
    known = [{"version": n, "name": one.name, "curve": one.curve.to_payload()} for n, one in versions.items()]
    return Reply(
        {
            "sector": sector,
            "arms": _shares(held.shares),
            "plans": [{"from_at": from_at, "arms": _shares(shares)} for from_at, shares in held.plans],
            "versions": known,
            "draft": None if draft is None else _draft(draft),
            "limits": asdict(limits),
            "history": [_tuning(one) for one in history],
        }
    )


def preview_curve(call: Call, sector: str) -> Reply:
    """A curve's steps and checks."""
    drawing = _drawing(call.body)
    with premises().reading() as connection:
        table = drawing.table(tick_of(connection, sector))
        found = checked(connection, sector, drawing, call.seen.now)
    steps = [
        {"elapsed_us": at_us, "ask_cents": cents}
        for at_us, cents in zip(table.elapsed_us, table.asks_cents, strict=True)
    ]
    return Reply({"duration_us": table.duration_us, "steps": steps, "checks": [asdict(check) for check in found]})


def save_curve_draft(call: Call, sector: str) -> Reply:
    """Keep a draft."""
    drawing, revision = _drawing(call.body), call.body["revision"]
    return Reply(_draft(_drafts().save(call.seen.user, sector, drawing, revision, request_id())))


def discard_curve_draft(call: Call, sector: str) -> Reply:
    """Throw it away."""
    _drafts().discard(call.seen.user, sector, call.body["revision"], request_id())
    return Reply({"done": True})


def request_curve(call: Call, sector: str) -> Reply:
    """Ask for approval."""
    then, from_at = call.body["then"], call.body.get("from_at")
    if (then == "plan") != (from_at is not None):
        raise Invalid("from_at", "goes with ``then``: plan, and only with it")
    wish = Wish(call.body["reason"], then != "know", from_at)
    return Reply(_draft(_drafts().ask(call.seen.user, sector, call.body["revision"], wish, request_id())))


def take_back_curve(call: Call, sector: str) -> Reply:
    """Take the request back."""
    return Reply(_draft(_drafts().take_back(call.seen.user, sector, call.body["revision"], request_id())))


def approve_curve(call: Call, sector: str) -> Reply:
    """Approve somebody else's."""
    number = CurveOffice(premises().desk).approve(call.seen.user, sector, call.body["revision"], request_id())
    return Reply({"version": number})


def reject_curve(call: Call, sector: str) -> Reply:
    """Say no."""
    revision, reason = call.body["revision"], call.body["reason"]
    return Reply(_draft(_drafts().reject(call.seen.user, sector, revision, reason, request_id())))


def activate_curve(call: Call, sector: str) -> Reply:
    """Put a known version in force."""
    body, office = call.body, CurveOffice(premises().desk)
    done = office.activate(call.seen.user, sector, body["version"], body["reason"], body.get("from_at"), request_id())
    return Reply({"done": done})


def call_off_curve(call: Call, sector: str) -> Reply:
    """Call a plan off; raises Conflict where nothing (any more) is planned for that instant."""
    office, from_at = CurveOffice(premises().desk), call.body["from_at"]
    try:
        office.call_off(call.seen.user, sector, from_at, call.body["reason"], request_id())
    except Invalid as invalid:
        if invalid.field != "from_at":
            raise
        raise Conflict(invalid.reason) from None
    return Reply({"done": True})


def set_curve_limits(call: Call, sector: str) -> Reply:
    """Other limits."""
    body = dict(call.body)
    reason = body.pop("reason")
    CurveLimits(premises().desk.store).set(call.seen.user, sector, Limits(**body), reason, request_id())
    with premises().reading() as connection:
        return Reply(asdict(limits_of(connection, sector)))


def _drafts() -> Drafts:
    return Drafts(premises().desk.store)


def _drawing(body: dict[str, Any]) -> Drawing:
    """A body's drawing; raises Invalid where its parameters do not fit each other."""
    return Drawing(Curve.from_payload(body["curve"]), body["start_cents"], body["floor_cents"])


def _draft(draft: Draft) -> dict[str, Any]:
    return {
        "revision": draft.revision,
        "state": draft.state,
        "curve": draft.drawing.curve.to_payload(),
        "start_cents": draft.drawing.start_cents,
        "floor_cents": draft.drawing.floor_cents,
        "changed_by": draft.changed_by_name,
        "changed_at": draft.changed_at,
        "reason": draft.reason,
        "activates": draft.activates,
        "from_at": draft.from_at,
        "rejected": draft.decision,
    }


def _tuning(one: Tuning) -> dict[str, Any]:
    told = {name: getattr(one, name) for name in ("seq", "at", "from_at", "until_at", "state", "kind", "by", "author")}
    return told | {"reason": one.reason, "arms": _shares(one.shares)}


def _shares(shares: Shares) -> list[dict[str, int]]:
    return [{"version": number, "share_bp": share_bp} for number, share_bp in shares]
