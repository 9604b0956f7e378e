"""Second factors as operators see them: who has one, and resets, asked for by one and confirmed by another."""

from flask import Blueprint, Response, redirect, render_template, request, url_for

from exchange.desk import Conflict
from exchange.errors import Forbidden, Invalid
from exchange.operators.factors import FactorResets
from exchange.reports.factors import FactorRow, factor_rows
from exchange.web import formats
from exchange.web.deeds import request_id
from exchange.web.health_strip import health_strip
from exchange.web.premises import premises
from exchange.web.visit import Visit, visit

factors = Blueprint("factors", __name__, url_prefix="/betrieb/zweiter-faktor")

DONE = ("asked", "reset", "dropped")

Page = tuple[str, int]


@factors.get("")
def index() -> str:
    """Everybody who has one, or those a search finds."""
    return _page("")


@factors.post("/<user_id>")
def ask(user_id: str) -> Response | Page:
    """Ask for a reset."""
    try:
        FactorResets(premises().desk.store).ask_reset(visit().user, user_id, request_id())
    except Invalid:
        return _page("factors.error.own"), 400
    except Conflict:
        return _page("factors.error.asked"), 409
    return _done("asked")


@factors.post("/<user_id>/wort")
def decide(user_id: str) -> Response | Page:
    """The second operator's word, or nobody's."""
    seen, resets = visit(), FactorResets(premises().desk.store)
    drops = request.form.get("do") == "drop"
    try:
        (resets.drop if drops else resets.approve)(seen.user, user_id, request_id())
    except Forbidden:
        return _page("factors.error.same"), 403
    except Invalid:
        return _page("factors.error.own"), 400
    except Conflict:
        return _page("factors.error.done"), 409
    return _done("dropped" if drops else "reset")


def _done(word: str) -> Response:
    return redirect(url_for("factors.index", fertig=word), 303)  # type: ignore[return-value]


def _page(error: str) -> str:
    seen, search = visit(), request.args.get("suche", "").replace("\0", "").strip()[:100]
    with premises().reading() as connection:
        rows = [_view(seen, row) for row in factor_rows(connection, search)]
    done = "" if error else request.args.get("fertig", "")
    return render_template(
        "operate/factors.html",
        rows=rows,
        search=search,
        error=seen.t(error) if error else "",
        done=seen.t(f"factors.done.{done}") if done in DONE else "",
        strip=health_strip(seen),
    )


def _view(seen: Visit, row: FactorRow) -> dict[str, object]:
    asked = f"{row.asked_by}, {formats.moment(row.asked_at, 'minute', seen.lang)}" if row.asked_at is not None else ""
    return {
        "id": row.user_id,
        "name": row.name,
        "email": row.email,
        "role": seen.t(f"factors.role.{row.role}"),
        "firm": row.firm,
        "since": formats.moment(row.since_at, "date", seen.lang),
        "asked": asked,
        "mine": row.asker == seen.user.user_id,
        "me": row.user_id == seen.user.user_id,
    }
