"""The OpenAPI 3.1 document of the JSON door, made from its schemas. A test holds docs/openapi.json against it."""

import json
from http import HTTPStatus
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin

import exchange
from exchange.web.schemas import BoughtView, BuyForm, KeyHeader, ProblemView, SwitchedView, SwitchForm

_LISTING = {"name": "listing_id", "in": "path", "required": True, "schema": {"type": "string"}}
_BID = {"name": "bid_id", "in": "path", "required": True, "schema": {"type": "string"}}
_KEY = {"name": "key", "in": "query", "required": True, "schema": {"type": "string", "minLength": 8, "maxLength": 255}}
_TOKEN = {
    "name": "X-CSRFToken",
    "in": "header",
    "required": True,
    "schema": {"type": "string"},
    "description": "The form token of the page's session.",
}


def _given(schema: type, told: str) -> dict[str, Any]:
    return {"description": told, "content": {"application/json": {"schema": schema}}}


def _problems(*statuses: int) -> dict[str, Any]:
    return {
        str(status): {
            "description": HTTPStatus(status).phrase,
            "content": {"application/problem+json": {"schema": ProblemView}},
        }
        for status in statuses
    }


def _taken(schema: type) -> dict[str, Any]:
    return {"required": True, "content": {"application/json": {"schema": schema}}}


def spec() -> APISpec:
    """The document as a value."""
    made = APISpec(
        title="Leadbörse",
        version=exchange.__version__,
        openapi_version="3.1.0",
        info={"description": "What the board's scripts ask, by the session and form token of the pages."},
        plugins=[MarshmallowPlugin()],
    )
    made.components.security_scheme("session", {"type": "apiKey", "in": "cookie", "name": "session"})
    made.options["security"] = [{"session": []}]
    made.path(
        "/api/v1/leads/{listing_id}/buy",
        operations={
            "post": {
                "operationId": "buyLead",
                "summary": "Buy a seat at the ask of the decision, paying at most so much",
                "parameters": [_LISTING, _TOKEN, {"in": "header", "schema": KeyHeader}],
                "requestBody": _taken(BuyForm),
                "responses": {"200": _given(BoughtView, "Bought")}
                | _problems(400, 401, 402, 403, 404, 409, 410, 422, 423, 429),
            }
        },
    )
    made.path(
        "/api/v1/purchases",
        operations={
            "get": {
                "operationId": "findPurchase",
                "summary": "What a key was answered: for a browser that got no answer",
                "parameters": [_KEY],
                "responses": {"200": _given(BoughtView, "Bought")}
                | _problems(400, 401, 402, 403, 404, 409, 410, 423, 503),
            }
        },
    )
    made.path(
        "/api/v1/bids/{bid_id}/switch",
        operations={
            "post": {
                "operationId": "switchBid",
                "summary": "Pause or resume a standing bid",
                "parameters": [_BID, _TOKEN],
                "requestBody": _taken(SwitchForm),
                "responses": {"200": _given(SwitchedView, "Switched")} | _problems(400, 401, 403, 404, 410, 503),
            }
        },
    )
    return made


def as_text() -> str:
    """The document as it is published and committed."""
    return json.dumps(spec().to_dict(), ensure_ascii=False, indent=2, sort_keys=True) + "\n"
