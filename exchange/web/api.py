"""The JSON door, version 1: every operation of the table under its route, for API keys and for the pages' scripts."""

from types import ModuleType

from flask import Blueprint, Response, current_app, g, request
from flask_login import current_user
from werkzeug.routing import BaseConverter

from exchange.access.tally import Tally
from exchange.access.throttle import CALLS
from exchange.web.allowance import TooOften, presented
from exchange.web.door import (
    account,
    aftersale,
    arms,
    backtests,
    bids,
    consents,
    curves,
    entries,
    hooks,
    market,
    purchases,
    selling,
    statistics,
    supply,
    wallet,
)
from exchange.web.door.doorway import Act, through
from exchange.web.door.operations import OPERATIONS
from exchange.web.openapi import as_text
from exchange.web.premises import premises
from exchange.web.problems import API, problem

api = Blueprint("api", __name__, url_prefix="/api/v1")

_ROOMS: tuple[ModuleType, ...] = (
    *(market, purchases, aftersale, bids, wallet, entries, supply, selling, hooks, account),
    *(backtests, arms, curves, consents, statistics),
)


class BidId(BaseConverter):
    """The id of a bid in a path: anything but the word that tries one out."""

    regex = r"(?!preview(?:/|$))[^/]{1,100}"


api.record_once(lambda state: state.app.url_map.converters.update(bid=BidId))
api.record_once(lambda state: state.app.extensions.update(tally=Tally(CALLS)))


def _act(name: str) -> Act:
    """What an operation of the table does: the function of its name in the one room that has it."""
    (found,) = (vars(room)[name] for room in _ROOMS if name in vars(room))
    act: Act = found
    return act


for _one in OPERATIONS:
    api.add_url_rule(_one.rule, _one.name, through(_one, _act(_one.name)), methods=[_one.verb])


@api.get("/openapi.json")
def document() -> Response:
    """What this door takes and gives (OpenAPI 3.1)."""
    return Response(as_text(), mimetype="application/json")


@api.before_request
def _counted() -> None:
    """Sessions have the allowance of a key, counted by each process: a click waits for no write of its own.

    Keys are counted in the database, where they are read. Raises TooOften.
    """
    if not presented() and current_user.is_authenticated and not _spend(f"user:{current_user.user.user_id}"):
        raise TooOften(f"the limit {CALLS.name} is used up")


def _spend(who: str) -> bool:
    tally: Tally = current_app.extensions["tally"]
    g.allowance = tally.spend(who, premises().clock.now())
    return bool(g.allowance.granted)


@api.after_app_request
def _told(response: Response) -> Response:
    """Every answer of this door says what is left, also to strangers and on paths that are none."""
    if request.path.startswith(API) and "allowance" not in g and response.status_code < 500:
        return response if _granted() else problem("too_many")
    return response


def _granted() -> bool:
    if not current_user.is_authenticated:
        return _spend(request.remote_addr or "")
    try:
        _counted()
    except TooOften:
        return False
    return True
