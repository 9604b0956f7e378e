"""The way of every request through the JSON door: form first, then the operation, then the form of its answer."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import Response, jsonify, request

from exchange.desk import Answer
from exchange.errors import Forbidden
from exchange.orderbook.outcome import Refused
from exchange.web.buying import TooMany
from exchange.web.door import reading
from exchange.web.door.operation import Operation
from exchange.web.premises import premises
from exchange.web.problems import problem
from exchange.web.visit import Visit, visit

REPLAYED = "Idempotent-Replayed"


@dataclass(frozen=True, slots=True)
class Call:
    """A request of sound form. ``key`` is empty where the operation needs none."""

    seen: Visit
    body: dict[str, Any] = field(default_factory=dict)
    query: dict[str, Any] = field(default_factory=dict)
    key: str = ""

    @property
    def firm(self) -> str:
        return self.seen.user.organisation


@dataclass(frozen=True, slots=True)
class Reply:
    """A success: data for the operation's form (the ``form``-th of them), and whether the key was known.

    ``place`` is where to ask further.
    """

    data: Any
    replayed: bool = False
    form: int = 0
    place: str = ""


Act = Callable[..., "Reply | Response"]


def through(operation: Operation, act: Act) -> Callable[..., Response]:
    """The view of an operation."""
    takes = operation.body() if operation.body else None
    asks = operation.query() if operation.query else None
    gives = [form() for form in operation.gives]

    def view(**ids: str) -> Response:
        key = reading.key_of(request.headers.get("Idempotency-Key")) if operation.keyed else ""
        query = reading.query(asks)
        body = reading.body(takes) if takes is not None else {}
        if takes is None and operation.verb != "GET" and not operation.bodies:
            reading.no_body()
        found = act(Call(visit(), body, query, key), **ids)
        if isinstance(found, Response):
            return found
        answer = jsonify(gives[found.form].dump(found.data))
        answer.status_code = operation.status
        if found.place:
            answer.headers["Location"] = found.place
        return replaying(answer, found.replayed)

    return view


def replaying(response: Response, replayed: bool) -> Response:
    """The same answer, saying whether it was given before."""
    if replayed:
        response.headers[REPLAYED] = "true"
    return response


def refusal(refused: Refused, *, replayed: bool) -> Response:
    """An outcome that says no, as a problem."""
    return replaying(problem(refused.code, reason=refused.reason), replayed)


def may_order(seen: Visit) -> None:
    """Raises Forbidden for users who may not buy, TooMany for one who sends too many orders."""
    if not seen.user.may_buy:
        raise Forbidden("this user may not order")
    if not premises().entrance.may_order(seen.user):
        raise TooMany("at most five orders a second")


def receipt(answer: Answer) -> dict[str, Any]:
    """Where an order stands on the tape."""
    return {"sector": answer.sector, "seq": answer.entries[0].seq}
