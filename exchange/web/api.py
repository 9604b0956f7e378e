"""The JSON door, version 1: what the board's scripts ask, by the same session and form token as the pages."""

import re
from typing import Any

from flask import Blueprint, Response, jsonify, request, url_for
from flask_login import current_user

from exchange.errors import Invalid
from exchange.reports.bids import owner_of_bid
from exchange.web.bids import switch_bid
from exchange.web.buying import Bought, BuyResult, NotBought, buy, find
from exchange.web.openapi import as_text
from exchange.web.premises import premises
from exchange.web.problems import problem
from exchange.web.schemas import BuyForm, SwitchForm, body
from exchange.web.visit import visit

api = Blueprint("api", __name__, url_prefix="/api/v1")

_KEY = re.compile(r"[\x21-\x7e]{8,255}\Z")


@api.before_request
def _logged_in() -> Response | None:
    return None if current_user.is_authenticated else problem("unauthorized")


def key_of(text: str | None) -> str:
    """An idempotency key; every order needs one."""
    if text is None or not _KEY.match(text):
        raise Invalid("Idempotency-Key", "send 8 to 255 printable letters, new for every purchase")
    return text


@api.post("/leads/<listing_id>/buy")
def buy_lead(listing_id: str) -> Response:
    """Buy a seat paying at most ``most_cents`` (net); the key makes a repeated request harmless."""
    key = key_of(request.headers.get("Idempotency-Key"))
    most_cents = body(BuyForm())["most_cents"]
    return told(buy(visit(), listing_id, most_cents, key))


@api.get("/purchases")
def purchase() -> Response:
    """What a key was answered: for a browser that got no answer."""
    result = find(visit(), key_of(request.args.get("key")))
    return problem("unknown") if result is None else told(result)


@api.post("/bids/<bid_id>/switch")
def switch(bid_id: str) -> Response:
    """Pause or resume a standing bid."""
    on = body(SwitchForm())["on"]
    with premises().reading() as connection:
        owner = owner_of_bid(connection, bid_id)
    refused = switch_bid(visit(), bid_id, owner, on=on)
    return problem(refused.code, reason=refused.reason) if refused else jsonify({"id": bid_id, "on": on})


@api.get("/openapi.json")
def document() -> Response:
    """What this door takes and gives (OpenAPI 3.1)."""
    return Response(as_text(), mimetype="application/json")


def told(result: BuyResult) -> Response:
    """A buy's result as JSON: 200 with the price, or the problem with what helps to understand it."""
    if isinstance(result, Bought):
        return jsonify(
            {
                "id": result.listing_id,
                "sale_id": result.sale_id,
                "ask_cents": result.ask_cents,
                "saved_cents": result.saved_cents,
                "available_cents": result.available_cents,
                "receipt": {"sector": result.sector, "seq": result.seq},
                "href": url_for("leads.show", listing_id=result.listing_id),
            }
        )
    return _not_bought(result)


def _not_bought(result: NotBought) -> Response:
    members: dict[str, Any] = {"most_cents": result.most_cents}
    if result.code in ("price_above_limit", "insufficient_funds"):
        members |= {"ask_cents": result.ask_cents, "gross_cents": result.gross_cents}
    if result.code == "insufficient_funds":
        members["available_cents"] = result.available_cents
    if result.code == "already_bought":
        members["href"] = url_for("leads.show", listing_id=result.listing_id)
    return problem(result.code, reason=result.reason, lost_by_ms=result.lost_by_ms, **members)
