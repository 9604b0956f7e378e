"""How far a run in the background is, as its page and the page's script tell it."""

from typing import Any

from flask import Response, jsonify

from exchange.background.runs import Run
from exchange.instant import MINUTE_US
from exchange.web.visit import Visit


def progress_of(seen: Visit, run: Run[Any]) -> Response:
    """How far it is, and in words how long it may still take, as JSON."""
    return jsonify(state=run.state, done=run.done, total=run.total, rest=rest_text(seen, run.rest_us))


def rest_text(seen: Visit, rest_us: int | None) -> str:
    """How long something may still take, in words; empty as long as that is a guess."""
    if rest_us is None:
        return ""
    return seen.t("going.rest_short") if rest_us < MINUTE_US else seen.tn("going.rest", -(-rest_us // MINUTE_US))
