"""Admission for operators: the queue of leads put aside, the suppression list, and what sectors and suppliers may."""

from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from exchange.errors import Invalid, Unknown
from exchange.operators.quarantine import Quarantine
from exchange.operators.suppression import REASONS, Suppression, operator_hand
from exchange.reports.admission import PAGE, held, held_counts, suppression_rows
from exchange.reports.quality import quality_of
from exchange.web import entitlements, formats
from exchange.web.deeds import request_id
from exchange.web.health_strip import health_strip
from exchange.web.held_view import held_view, quality_view
from exchange.web.premises import premises
from exchange.web.visit import visit

admission = Blueprint("admission", __name__, url_prefix="/betrieb/aufnahme")
admission.add_url_rule("/regeln", view_func=entitlements.rules, endpoint="rules")
for _rule, _act in (
    ("/regeln/sparte", entitlements.set_rules),
    ("/regeln/grenze", entitlements.set_cap),
    ("/regeln/seiten", entitlements.know_page),
    ("/regeln/seiten/weg", entitlements.forget_page),
):
    admission.add_url_rule(_rule, view_func=_act, endpoint=_act.__name__, methods=["POST"])

STATES = ("held", "released", "rejected", "lapsed")
Page = tuple[str, int]


@admission.get("")
def queue() -> str:
    """Leads put aside, those that wait longest first."""
    return _queue("")


@admission.post("/<listing_id>")
def decide(listing_id: str) -> Response | Page:
    """List a lead after all, or give it back."""
    seen, form = visit(), request.form
    office, verb = Quarantine(premises().desk), form.get("do", "")
    try:
        if verb == "release":
            known = form.get("know_page") == "1"
            found = office.release(
                seen.user, listing_id, form.get("reason", ""), know_page=known, request_id=request_id()
            )
        elif verb == "reject":
            found = office.reject(seen.user, listing_id, form.get("reason", ""), request_id())
        else:
            raise Invalid("do", "release or reject")
    except Invalid:
        return _queue(seen.t("aside.error.reason")), 400
    except Unknown:
        return _queue(seen.t("aside.error.gone")), 404
    if found != {"release": "released", "reject": "rejected"}[verb]:
        return _queue(seen.t("aside.error.decided", state=seen.t(f"aside.state.{found}"))), 409
    return make_response(redirect(url_for("admission.queue", fertig=found), 303))


def _queue(error: str) -> str:
    seen = visit()
    asked = request.args.get("stand", "held")
    state = asked if asked in STATES else "held"
    with premises().reading() as connection:
        counts = held_counts(connection)
        rows = held(connection, state=state)
        quality = quality_of(connection, seen.now)
    done = request.args.get("fertig", "")
    return render_template(
        "admission/queue.html",
        rows=[held_view(seen, row) for row in rows],
        stands=[(one, seen.t(f"aside.state.{one}"), counts.get(one, 0)) for one in STATES],
        state=state,
        more=len(rows) == PAGE,
        quality=[quality_view(seen, one) for one in quality[:PAGE]],
        error=error,
        done=seen.t(f"aside.done.{done}") if done in ("released", "rejected") else "",
        strip=health_strip(seen),
    )


@admission.get("/sperrliste")
def suppressions() -> str:
    """The list, and a form to look a person up."""
    return _list("")


@admission.post("/sperrliste")
def suppress() -> Response | Page | str:
    """Look up what an objection would touch; then, with that in sight, take the person on the list or off it."""
    seen, form = visit(), request.form
    office, verb = Suppression(premises().desk), form.get("do", "look")
    hand = operator_hand(seen.user, request_id())
    try:
        if verb == "row":
            office.remove_row(hand, form.get("id", ""))
            return _to("removed")
        sought = office.sought(form.get("phone", "")[:60], form.get("email", "")[:260])
        if verb == "remove":
            return _to("removed" if office.remove(hand, sought) else "not_there")
        if verb == "add":
            reason = form.get("reason", "")
            noted = office.add(hand, sought, reason, withdraw=form.get("withdraw") == "1")
            return _to("added", noted.withdrawn)
    except Invalid as invalid:
        field = invalid.field if invalid.field in ("phone", "email") else "reason"
        return _list(seen.t(f"barred.error.{field}")), 400
    except Unknown:
        return _list(seen.t("barred.error.row")), 404
    touched = office.touched(sought)
    return _list("", {"open": len(touched.open), "known": touched.known, "leads": len(touched.leads)})


def _list(error: str, touched: dict[str, int] | None = None) -> str:
    seen = visit()
    with premises().reading() as connection:
        many, found = suppression_rows(connection)
    done, count = request.args.get("fertig", ""), request.args.get("leads", "0")
    told = seen.t(f"barred.done.{done}") if done in ("added", "removed", "not_there") else ""
    if done == "added" and count.isascii() and count.isdecimal() and len(count) < 7:
        told = f"{told} {seen.tn('barred.withdrawn', int(count))}"
    rows: list[dict[str, Any]] = [
        {
            "id": row.short,
            "kind": seen.t(f"barred.kind.{row.kind}"),
            "reason": seen.t(f"barred.reason.{row.reason}"),
            "at": formats.moment(row.noted_at, "minute", seen.lang),
        }
        for row in found
    ]
    return render_template(
        "admission/suppressions.html",
        rows=rows,
        many=formats.number(many, seen.lang),
        reasons=[(one, seen.t(f"barred.reason.{one}")) for one in REASONS],
        touched=touched,
        form=request.form,
        error=error,
        done=told,
        strip=health_strip(seen),
    )


def _to(done: str, withdrawn: int = 0) -> Response:
    return make_response(redirect(url_for("admission.suppressions", fertig=done, leads=withdrawn or None), 303))
