"""The curve studio's pages: looking, trying out, keeping, asking, approving, putting in force."""

import re
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, make_response, redirect, render_template, request, url_for

from exchange.desk import Conflict
from exchange.errors import ExchangeError, Forbidden, Invalid
from exchange.instant import SECOND_US, Instant
from exchange.operators.curve_checks import Limits
from exchange.operators.curve_limits import CurveLimits
from exchange.operators.curves import CurveOffice
from exchange.operators.drafts import Drafts, Wish
from exchange.web import formats
from exchange.web.amounts import cents_of
from exchange.web.deeds import request_id
from exchange.web.market_office import form_instant, instant_of_form
from exchange.web.premises import premises
from exchange.web.studio.form import Edited, edited
from exchange.web.studio.scene import around, drawing_to_start, grounds_of, scene
from exchange.web.studio.typed import number_of
from exchange.web.visit import visit

curves = Blueprint("curves", __name__, url_prefix="/kurven")

DONE = (
    *("saved", "discarded", "asked", "taken_back", "rejected", "approved", "activate", "roll_back", "off"),
    *("limits", "limits_asked"),
)
PARTS = ("chart", "points", "fields", "steps", "checks", "compare")
"""What a preview brings anew, without what stands around a page."""
_NUMBER = re.compile(r"\d{1,9}\Z", re.ASCII)
Page = tuple[str, int]


@curves.get("")
def index() -> Any:
    """The first sector's studio."""
    sectors = premises().desk.sectors()
    return redirect(url_for("curves.show", sector=sectors[0])) if sectors else render_template("curves/none.html")


@curves.get("/<sector>")
def show(sector: str) -> str:
    """The draft, or what is active; ``version`` looks at another one."""
    wanted = request.args.get("version", "")
    return _page(sector, None, version=int(wanted) if _NUMBER.match(wanted) else None)


@curves.post("/<sector>/vorschau")
def preview(sector: str) -> Response | Page | str:
    """What was typed or moved, drawn by the server and kept by nobody: the parts of the page that change."""
    seen = visit()
    with premises().reading() as connection:
        grounds = grounds_of(connection, seen, sector)
    found = edited(request.form, seen.lang, grounds.sector.tick_cents)
    if request.accept_mimetypes.best != "application/json":
        return _page(sector, found)
    axis = request.form.get("axis", "")
    shown = scene(seen, grounds, found, int(axis) if axis.isdecimal() and len(axis) < 18 else None)
    told = shown | {"t": seen.t, "tn": seen.tn}
    parts = {name: current_app.jinja_env.get_template(f"curves/{name}.html").render(told) for name in PARTS}
    return jsonify(parts=parts, values=shown["values"], problems=found.problems, broken=shown["broken"])


@curves.post("/<sector>/entwurf")
def save(sector: str) -> Response | Page:
    """Keep the drawing as the sector's draft."""
    seen = visit()
    with premises().reading() as connection:
        tick_cents = grounds_of(connection, seen, sector).sector.tick_cents
    found = edited(request.form, seen.lang, tick_cents)
    if found.problems:
        return _page(sector, found, error=seen.t("curves.error.problems")), 400
    try:
        Drafts(premises().desk.store).save(seen.user, sector, found.drawing, _revision(), request_id())
    except (Conflict, Invalid) as error:
        return _page(sector, found, error=_said(error)), 409
    return _back(sector, "saved")


@curves.post("/<sector>/entwurf/<act>")
def turn(sector: str, act: str) -> Response | Page:
    """Throw the draft away, ask for it, take it back, approve or reject it."""
    acts = {"verwerfen": _discard, "anfordern": _ask, "zuruecknehmen": _take_back}
    acts |= {"freigeben": _approve, "ablehnen": _reject}
    return _acted(sector, acts.get(act, _nothing))


@curves.post("/<sector>/aktivieren")
def activate(sector: str) -> Response | Page:
    """Put a known version in force, or back in force."""
    return _acted(sector, _activate)


@curves.post("/<sector>/absagen")
def call_off(sector: str) -> Response | Page:
    """Call a plan off."""
    return _acted(sector, _call_off)


@curves.post("/<sector>/grenzen")
def limits(sector: str) -> Response | Page:
    """Other limits."""
    return _acted(sector, _limits)


def _acted(sector: str, act: Any) -> Response | Page:
    """One verb; where it is refused, the page says why."""
    try:
        return _back(sector, act(sector))
    except Forbidden as error:
        return _page(sector, None, error=_said(error)), 403
    except Conflict as error:
        return _page(sector, None, error=_said(error)), 409
    except Invalid as error:
        return _page(sector, None, error=_said(error)), 400


def _discard(sector: str) -> str:
    Drafts(premises().desk.store).discard(visit().user, sector, _revision() or 0, request_id())
    return "discarded"


def _ask(sector: str) -> str:
    when = request.form.get("when", "approval")
    wish = Wish(request.form.get("reason", ""), when != "known", _at() if when == "at" else None)
    Drafts(premises().desk.store).ask(visit().user, sector, _revision() or 0, wish, request_id())
    return "asked"


def _take_back(sector: str) -> str:
    Drafts(premises().desk.store).take_back(visit().user, sector, _revision() or 0, request_id())
    return "taken_back"


def _approve(sector: str) -> str:
    CurveOffice(premises().desk).approve(visit().user, sector, _revision() or 0, request_id())
    return "approved"


def _reject(sector: str) -> str:
    reason = request.form.get("reason", "")
    Drafts(premises().desk.store).reject(visit().user, sector, _revision() or 0, reason, request_id())
    return "rejected"


def _activate(sector: str) -> str:
    number, at = request.form.get("version", ""), _at() if request.form.get("at") else None
    if not _NUMBER.match(number):
        raise Invalid("number", "which version?")
    reason = request.form.get("reason", "")
    return CurveOffice(premises().desk).activate(visit().user, sector, int(number), reason, at, request_id())


def _call_off(sector: str) -> str:
    text = request.form.get("from_at", "")
    at = int(text) if text.isdecimal() and len(text) < 19 else 0
    CurveOffice(premises().desk).call_off(visit().user, sector, at, request.form.get("reason", ""), request_id())
    return "off"


def _limits(sector: str) -> str:
    form = request.form
    fall, step, hold = (number_of(form.get(name, "")) for name in ("fall", "pace", "hold"))
    floors = [cents_of(form[name]) if form.get(name, "").strip() else None for name in ("least", "cost")]
    typed = [form.get(name, "").strip() for name in ("least", "cost")]
    if None in (fall, step, hold) or any(text and cents is None for text, cents in zip(typed, floors, strict=True)):
        raise Invalid("limits", "numbers")
    new = Limits(
        largest_fall_bp=int((fall or 0) * 100),
        least_step_us=int((step or 0) * SECOND_US),
        least_hold_us=int((hold or 0) * SECOND_US),
        least_floor_cents=floors[0],
        cost_cents=floors[1],
        revision=_revision() or 0,
    )
    holds = CurveLimits(premises().desk.store).set(visit().user, sector, new, form.get("reason", ""), request_id())
    return "limits" if holds else "limits_asked"


def _nothing(_: str) -> str:
    raise Invalid("act", "no such act")


def _revision() -> int | None:
    text = request.form.get("revision", "")
    return int(text) if _NUMBER.match(text) else None


def _at() -> Instant:
    """The instant a form names. Raises Invalid."""
    at = instant_of_form(request.form.get("at", ""))
    if at is None:
        raise Invalid("from_at", "lies within 90 days from now")
    return at


def _said(error: ExchangeError) -> str:
    """What went wrong in the reader's language; what has no caption of its own in the house's words."""
    seen = visit()
    if isinstance(error, Forbidden):
        return seen.t("curves.error.four_eyes")
    if isinstance(error, Conflict):
        return seen.t("curves.error.conflict")
    field = error.field if isinstance(error, Invalid) else ""
    known = {"reason", "from_at", "limits", "number"}
    return seen.t(f"curves.error.{field}") if field in known else seen.t("curves.error.other", says=str(error))


def _back(sector: str, done: str) -> Response:
    return make_response(redirect(url_for("curves.show", sector=sector, fertig=done), 303))


def _page(sector: str, found: Edited | None, *, version: int | None = None, error: str = "") -> str:
    seen = visit()
    with premises().reading() as connection:
        grounds = grounds_of(connection, seen, sector)
        beside = around(connection, seen, grounds)
    fresh = Edited(drawing_to_start(grounds, version))
    done = request.args.get("fertig", "")
    draft = grounds.draft
    return render_template(
        "curves/studio.html",
        sector=sector,
        draft=draft,
        mine=draft is not None and draft.changed_by == seen.user.user_id,
        changed="" if draft is None else formats.lately(draft.changed_at, seen.now, seen.lang),
        planned="" if draft is None or draft.from_at is None else formats.moment(draft.from_at, "full", seen.lang),
        looked_at=version,
        limits=grounds.limits,
        error=error,
        done=seen.t(f"curves.done.{done}") if done in DONE else "",
        tomorrow=form_instant(formats.midnight(seen.now), 30),
        form=request.form,
        **beside,
        **scene(seen, grounds, found or fresh),
    )
