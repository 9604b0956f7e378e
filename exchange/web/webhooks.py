"""Webhooks of one's firm: made with the password, the secret shown once, every message with what came of it."""

import re

from flask import Blueprint, Response, redirect, render_template, request, url_for

from exchange.errors import Invalid
from exchange.hooks.history import STATES, counts_of, posts_of, tries_of
from exchange.hooks.hook import TOPICS_OF, Hook, sides_of
from exchange.instant import DAY_US, HOUR_US
from exchange.web.filters import after_text
from exchange.web.premises import premises
from exchange.web.settings import unproven
from exchange.web.visit import visit
from exchange.web.webhook_view import hook_view, post_view

webhooks = Blueprint("webhooks", __name__, url_prefix="/einstellungen/webhooks")

SPANS = {"hour": HOUR_US, "day": DAY_US, "week": 7 * DAY_US, "all": 31 * DAY_US}
"""Since when what failed is sent once more."""
_AFTER = re.compile(r"(\d{1,19})~([0-9a-f-]{36})\Z", re.ASCII)
DONE = ("saved", "tested", "on", "off", "removed", "again")


@webhooks.get("")
def show() -> str:
    """All of them."""
    return _page({})


def _page(problems: dict[str, str]) -> str:
    seen = visit()
    rows = [hook_view(seen, hook) for hook in premises().webhooks.of(seen.user)]
    return render_template(
        "webhooks/show.html",
        rows=rows,
        sides=[(side, TOPICS_OF[side]) for side in sides_of(seen.user)],
        typed=request.form,
        chosen=request.form.getlist("topic"),
        problems=problems,
        carried=premises().hook_bounds is not None,
        done=_done(),
    )


@webhooks.post("")
def make() -> str | tuple[str, int]:
    """A new one; this page is the only one that ever shows its secret."""
    seen = visit()
    if problems := unproven(seen):
        return _page(problems), 400
    try:
        secret, hook = premises().webhooks.make(
            seen.user, side=request.form.get("side", ""), url=_url(), topics=request.form.getlist("topic")
        )
    except Invalid as error:
        return _page(_problems(error)), 400
    return render_template("webhooks/secret.html", secret=secret, hook=hook_view(seen, hook), until="")


@webhooks.get("/<hook_id>")
def one(hook_id: str) -> str:
    """One, and what went to it."""
    return _one(premises().webhooks.one(visit().user, hook_id), {})


def _one(hook: Hook, problems: dict[str, str]) -> str:
    seen = visit()
    state = request.args.get("stand", "") if request.args.get("stand", "") in STATES else ""
    with premises().reading() as connection:
        counts = counts_of(connection, hook.hook_id)
        found = _AFTER.match(request.args.get("after", ""))
        rows, more = posts_of(connection, hook.hook_id, state=state, after=found and (int(found[1]), found[2]))
        tries = tries_of(connection, hook.hook_id, [row.post_id for row in rows])
    return render_template(
        "webhooks/hook.html",
        hook=hook_view(seen, hook, premises().webhooks.overlap_until(seen.user, hook.hook_id)),
        topics=TOPICS_OF[hook.side],
        chosen=request.form.getlist("topic") if problems else hook.topics,
        rows=[post_view(seen, row, tries[row.post_id], on=hook.state == "on") for row in rows],
        states=[("", sum(counts.values())), *counts.items()],
        state=state,
        next_href="" if more is None else url_for(".one", hook_id=hook.hook_id, stand=state, after=after_text(more)),
        spans=SPANS,
        problems=problems,
        carried=premises().hook_bounds is not None,
        done=_done(),
    )


@webhooks.post("/<hook_id>")
def change(hook_id: str) -> Response | tuple[str, int]:
    """Another address, other topics."""
    seen = visit()
    hook = premises().webhooks.one(seen.user, hook_id)
    try:
        premises().webhooks.change(seen.user, hook_id, url=_url(), topics=request.form.getlist("topic"))
    except Invalid as error:
        return _one(hook, _problems(error)), 400
    return _back(hook_id, "saved")


@webhooks.post("/<hook_id>/test")
def test(hook_id: str) -> Response | tuple[str, int]:
    """Send a message that tells of nothing."""
    seen = visit()
    hook = premises().webhooks.one(seen.user, hook_id)
    try:
        premises().webhooks.test(seen.user, hook_id)
    except Invalid as error:
        return _one(hook, _problems(error)), 400
    return _back(hook_id, "tested")


@webhooks.post("/<hook_id>/geheimnis")
def renew_secret(hook_id: str) -> str | tuple[str, int]:
    """Another secret, shown once; the one before signs beside it for a day."""
    seen = visit()
    hook = premises().webhooks.one(seen.user, hook_id)
    if problems := unproven(seen):
        return _one(hook, problems), 400
    try:
        secret = premises().webhooks.renew_secret(seen.user, hook_id)
    except Invalid as error:
        return _one(hook, _problems(error)), 400
    shown = hook_view(seen, hook, premises().webhooks.overlap_until(seen.user, hook_id))
    return render_template("webhooks/secret.html", secret=secret, hook=shown, until=shown.overlap)


@webhooks.post("/<hook_id>/schalter")
def switch(hook_id: str) -> Response:
    """On or off."""
    on = request.form.get("on") == "1"
    premises().webhooks.switch(visit().user, hook_id, on=on)
    return _back(hook_id, "on" if on else "off")


@webhooks.post("/<hook_id>/entfernen")
def remove(hook_id: str) -> Response:
    """Forget it."""
    premises().webhooks.remove(visit().user, hook_id)
    return redirect(url_for("webhooks.show", fertig="removed"), 303)  # type: ignore[return-value]


@webhooks.post("/<hook_id>/nochmal")
def again_since(hook_id: str) -> Response:
    """Send once more what failed."""
    seen, span_us = visit(), SPANS.get(request.form.get("since", ""), DAY_US)
    premises().webhooks.again_since(seen.user, hook_id, seen.now - span_us)
    return _back(hook_id, "again")


@webhooks.post("/<hook_id>/nachrichten/<post_id>/nochmal")
def again(hook_id: str, post_id: str) -> Response:
    """Send one message once more."""
    premises().webhooks.again(visit().user, hook_id, post_id)
    return _back(hook_id, "again")


def _back(hook_id: str, did: str) -> Response:
    return redirect(url_for("webhooks.one", hook_id=hook_id, fertig=did), 303)  # type: ignore[return-value]


def _done() -> str:
    word = request.args.get("fertig", "")
    return f"webhooks.done.{word}" if word in DONE else ""


def _url() -> str:
    return request.form.get("url", "").strip()[:1000]


def _problems(error: Invalid) -> dict[str, str]:
    return {error.field: visit().t(f"webhooks.error.{error.field}.{error.reason}")}
