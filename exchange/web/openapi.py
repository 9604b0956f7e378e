"""The OpenAPI 3.1 document of the JSON door, made from its table. A test holds docs/openapi.json against it."""

import json
from functools import cache
from http import HTTPStatus
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin

import exchange
from exchange.catalogue import SECTORS
from exchange.web.door import receiving
from exchange.web.door.operation import Operation, by_path
from exchange.web.door.operations import OPERATIONS
from exchange.web.door.shapes.curve_forms import CURVES
from exchange.web.door.shapes.fields import ID_PATTERN, Form
from exchange.web.door.shapes.lead_members import batch_of, example_of
from exchange.web.door.shapes.problem import KeyHeader, ProblemView
from exchange.web.problems import status_of

PREFIX = "/api/v1"
TOLD = """An advisor's side of the exchange: the market, instant and standing bids, purchases, the wallet, the tape.
And a supplier's: posting leads, and what became of each.

Come with an API key (`Authorization: Bearer lb_...`); its scopes are `read`, `buy`, `bids`, `supply`, `hooks`
and, for operators, `curves`. Every order carries an `Idempotency-Key`: the same key again is answered as before
(`Idempotent-Replayed: true`), with another request it is refused. Amounts are whole cents, net unless said otherwise;
instants are RFC 3339 in UTC. Refusals are problem documents (RFC 9457) whose `code` is stable. No other site may call
this door from a browser: there is no CORS."""

_RATE = {
    "RateLimit-Limit": "Requests at once.",
    "RateLimit-Remaining": "What is left of them.",
    "RateLimit-Reset": "Seconds until all are there again.",
}


_REPLAYED = "Idempotent-Replayed"
_REFUSED = (402, 403, 404, 409, 410, 423)
"""Statuses of refusals that are outcomes of an order, and are given again for its key."""


_PLACE = {"Location": {"description": "Where to ask how far it is.", "schema": {"type": "string"}}}


def _headers(*, replayed: bool = False) -> dict[str, Any]:
    names = [*_RATE, *([_REPLAYED] if replayed else [])]
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _success(one: Operation) -> dict[str, Any]:
    schema = one.gives[0] if len(one.gives) == 1 else {"oneOf": list(one.gives)}
    told = (one.gives[0].__doc__ or "").splitlines()[0]
    return {
        "description": told,
        "headers": _headers(replayed=one.keyed) | (_PLACE if one.placed else {}),
        "content": {"application/json": {"schema": schema}},
    }


def _refusals(one: Operation) -> dict[str, str]:
    """A shared response for each status, by its codes."""
    return {str(status): _name_of(status, codes) for status, codes in _by_status(one).items()}


def _by_status(one: Operation) -> dict[int, tuple[str, ...]]:
    """Codes by status; a listing's end has a status by its reason."""
    codes: dict[int, tuple[str, ...]] = {}
    for code in sorted(one.problems):
        for status in {status_of(code), status_of(code, "sold")}:
            codes[status] = (*codes.get(status, ()), code)
    return dict(sorted(codes.items()))


def _name_of(status: int, codes: tuple[str, ...]) -> str:
    return "-".join((str(status), *codes))


def _refusal(status: int, codes: tuple[str, ...]) -> dict[str, Any]:
    return {
        "description": f"{HTTPStatus(status).phrase}: {', '.join(f'`{code}`' for code in codes)}",
        "headers": _headers(replayed=status in _REFUSED) if status < 500 else {},
        "content": {"application/problem+json": {"schema": ProblemView}},
    }


def _parameters(one: Operation) -> list[dict[str, Any]]:
    schema = {"type": "string", "pattern": ID_PATTERN}
    found: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": schema, "description": f"The {name.split('_')[0]}."}
        for name in one.ids
    ]
    if one.query is not None:
        found.append({"in": "query", "schema": one.query})
    if one.keyed:
        found.append({"in": "header", "schema": KeyHeader})
    return found


def _operation(one: Operation) -> dict[str, Any]:
    found: dict[str, Any] = {
        "operationId": one.name,
        "summary": one.summary,
        "tags": [one.noun],
        "parameters": _parameters(one),
        "responses": {str(one.status): _success(one)} | _refusals(one),
        "security": [{"key": [one.scope]}, {"session": [], "token": []} if one.verb != "GET" else {"session": []}],
        "x-roles": list(one.roles),
    }
    if one.body is not None:
        found["requestBody"] = {"required": True, "content": {"application/json": {"schema": one.body}}}
    if one.bodies:
        found["requestBody"] = {"required": True, "content": _contents(one)}
    return found


def _contents(one: Operation) -> dict[str, Any]:
    """A list of forms told apart by their sector, and the ways a file may come."""
    shown = {code: {"value": batch_of(code) if one.files else example_of(code)} for code in SECTORS}
    found: dict[str, Any] = {"application/json": {"schema": {"oneOf": list(one.bodies)}, "examples": shown}}
    if one.files:
        found[receiving.CSV] = {"schema": {"type": "string"}}
        found[receiving.XLSX] = {"schema": {"type": "string", "format": "binary"}}
        part = {"type": "string", "format": "binary"}
        shape = {"type": "object", "properties": {receiving.PART: part}, "required": [receiving.PART]}
        found[receiving.FORM] = {"schema": shape | {"additionalProperties": False}}
    return found


def spec() -> APISpec:
    """The document as a value."""
    made = APISpec(
        title="Leadbörse",
        version=exchange.__version__,
        openapi_version="3.1.0",
        info={"description": TOLD},
        servers=[{"url": "/"}],
        tags=[{"name": noun} for noun in dict.fromkeys(one.noun for one in OPERATIONS)],
        plugins=[MarshmallowPlugin(schema_name_resolver=_name)],
    )
    schemes = made.components.security_scheme
    schemes("key", {"type": "http", "scheme": "bearer", "description": "An API key of the settings page."})
    schemes("session", {"type": "apiKey", "in": "cookie", "name": "session", "description": "Our own pages."})
    schemes("token", {"type": "apiKey", "in": "header", "name": "X-CSRFToken", "description": "Of the same session."})
    for name, told in _RATE.items():
        made.components.header(name, {"description": told, "schema": {"type": "integer", "minimum": 0}})
    known = {"description": "Stands here where the key was known.", "schema": {"type": "string", "enum": ["true"]}}
    made.components.header(_REPLAYED, known)
    for status, codes in sorted({item for one in OPERATIONS for item in _by_status(one).items()}):
        made.components.response(_name_of(status, codes), _refusal(status, codes))
    for form in CURVES.values():
        made.components.schema(_name(form), schema=form)
    for path, operations in by_path(OPERATIONS).items():
        made.path(PREFIX + path, operations={one.verb.lower(): _operation(one) for one in operations})
    return made


def _name(schema: Any) -> str:
    """A component is called as its class; only what is sent keeps the word Form."""
    kind = schema if isinstance(schema, type) else type(schema)
    return kind.__name__ if issubclass(kind, Form) else kind.__name__.removesuffix("View")


@cache
def document() -> dict[str, Any]:
    """The document as plain data; lists in a query are written with commas, once."""
    found: dict[str, Any] = spec().to_dict()
    for operations in found["paths"].values():
        for operation in operations.values():
            for parameter in operation["parameters"]:
                if parameter["schema"].get("type") == "array":
                    parameter |= {"style": "form", "explode": False}
    return found


def as_text() -> str:
    """The document as it is published and committed."""
    return json.dumps(document(), ensure_ascii=False, indent=2, sort_keys=True) + "\n"
