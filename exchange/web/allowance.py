"""API keys at the door, and how much of a limit is left: what answers say in their RateLimit headers.

A key comes as ``Authorization: Bearer lb_...`` and nowhere else; whoever sends one is that key, whatever cookie comes
along.
"""

from typing import cast

from flask import Response, g, request

from exchange.access.api_keys import Caller
from exchange.errors import ExchangeError
from exchange.web.premises import premises
from exchange.web.problems import API


class TooOften(ExchangeError):
    """More requests than a limit grants."""

    code = "too_many"


def presented() -> bool:
    """Whether this request comes with a key: only to the JSON door."""
    return request.path.startswith(API) and request.authorization is not None and request.authorization.type == "bearer"


def caller() -> Caller | None:
    """Who the request's key stands for; asked, counted and remembered once."""
    if "caller" not in g:
        secret = request.authorization.token if presented() and request.authorization else None
        g.caller = premises().keyring.caller(secret) if secret else None
        if g.caller is not None:
            g.allowance = g.caller.allowance
    return cast("Caller | None", g.caller)


def tell_allowance(response: Response) -> Response:
    """The headers of draft-ietf-httpapi-ratelimit-headers-03, where a limit was asked."""
    left = g.get("allowance")
    if left is not None:
        response.headers["RateLimit-Limit"] = str(left.limit.burst)
        response.headers["RateLimit-Remaining"] = str(left.remaining)
        response.headers["RateLimit-Reset"] = str(left.reset_s)
        if not left.granted:
            response.headers.setdefault("Retry-After", str(left.wait_s))
    return response
