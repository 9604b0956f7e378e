"""Codes into answers: RFC 9457 problems for machines, a sentence for people. The one table of status codes."""

from secrets import token_hex
from typing import Any

from flask import Flask, Response, g, jsonify, render_template, request
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, MethodNotAllowed, SecurityError

from exchange.errors import ExchangeError, Unlicensed
from exchange.intake.unusable import Unusable
from exchange.web.visit import Visit, visit

STATUS = {
    "invalid": 400,
    "unauthorized": 401,
    "insufficient_funds": 402,
    "forbidden": 403,
    "own_lead": 403,
    "not_covered_by_consent": 403,
    "cap_reached": 403,
    "unknown": 404,
    "method_not_allowed": 405,
    "already_bought": 409,
    "already_claimed": 409,
    "price_above_limit": 409,
    "window_passed": 409,
    "conflict": 409,
    "too_large": 413,
    "wrong_type": 415,
    "unusable_file": 422,
    "key_reused": 422,
    "halted": 423,
    "too_many": 429,
    "busy": 503,
    "unavailable": 503,
    "clock_back": 503,
    "clock_skew": 503,
}
"""Refusals of rules.md §10 and the door's own words; ``not_open`` is decided by its reason."""

CODES = tuple(sorted({*STATUS, "not_open", "error"}))
"""Every code a problem can have."""
API = "/api/"
_CODES_OF_HTTP = {
    401: "unauthorized",
    403: "forbidden",
    404: "unknown",
    405: "method_not_allowed",
    413: "too_large",
    415: "wrong_type",
    429: "too_many",
}
Page = tuple[str, int] | tuple[str, int, dict[str, str]]
_ADVICE = {
    "busy": "Others were in the way; nothing was done. Ask again with the same Idempotency-Key.",
    "unavailable": "Whether this was done is not known yet. Ask again with the same Idempotency-Key: it is done once.",
    "clock_back": "The exchange's clock was set back; nothing was done. Prices stand still until it is right again.",
    "clock_skew": "This server's clock is wrong; nothing was bought. Ask again, another server may answer.",
}
"""What to do where the house is in trouble: its own words for that are for operators."""
_SAID = ("invalid", "key_reused", "unusable_file")
"""Refusals whose own sentence helps, and says nothing a stranger may not know."""
_TAKEN = ("sold", "seat_sold", "exclusive", "no_buyout")
"""Why a lead that is or was open is not sold as asked."""
AGAIN_S = "2"
"""When to ask again what a database in trouble did not answer: with the same key it is never done twice."""


def status_of(code: str, reason: str | None = None) -> int:
    """The status of a code; a listing that ended without us is gone, a sold one or a seat of it a conflict."""
    if code == "not_open":
        return 409 if reason in _TAKEN else 410
    return STATUS.get(code, 500)


def problem(code: str, detail: str = "", *, reason: str | None = None, **members: Any) -> Response:
    """A problem document: ``code`` is the stable word, everything else may change."""
    status = status_of(code, reason)
    body: dict[str, Any] = {"type": f"urn:leadboerse:problem:{code}", "title": code, "status": status, "code": code}
    if detail:
        body["detail"] = detail
    if reason:
        body["reason"] = reason
    response = jsonify(body | {name: value for name, value in members.items() if value is not None})
    response.status_code = status
    response.mimetype = "application/problem+json"
    if status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    if status == 503:
        response.headers["Retry-After"] = AGAIN_S
    return response


def handle_problems(app: Flask) -> None:
    """One answer for every way a request can fail; nobody is shown an error's inside."""

    @app.errorhandler(ExchangeError)
    def ours(error: ExchangeError) -> Response | Page:
        if status_of(error.code) >= 500:
            app.logger.exception("request failed at %s: %s", request.endpoint, error.code)
        return _answer(error)

    @app.errorhandler(CSRFError)
    def stale(_error: CSRFError) -> Response | tuple[str, int]:
        if not _machine():
            return _page("stale", 400)
        if not current_user.is_authenticated:
            return problem("unauthorized")
        return problem("forbidden", "form token missing or stale")

    @app.errorhandler(SecurityError)
    def strange_host(_error: SecurityError) -> Response:
        """Asked for under a name that is not ours: no page, since a page would link to that name."""
        return Response("unknown host", status=400, mimetype="text/plain")

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Response | tuple[str, int]:
        status = error.code or 500
        if _machine():
            answer = problem(_CODES_OF_HTTP.get(status, "invalid"))
            answer.status_code = status
            if isinstance(error, MethodNotAllowed) and error.valid_methods:
                answer.headers["Allow"] = ", ".join(sorted(error.valid_methods))
            return answer
        return _page(
            {403: "forbidden", 404: "not_found"}.get(status, "not_found" if status < 500 else "broken"), status
        )

    @app.errorhandler(Exception)
    def broken(_error: Exception) -> Response | tuple[str, int]:
        number = token_hex(4)
        app.logger.exception("request %s failed at %s", number, request.endpoint)
        if _machine():
            answer = problem("error", number=number)
            answer.status_code = 500
            return answer
        return _page("broken", 500, number)


def _machine() -> bool:
    return request.path.startswith(API)


def _answer(error: ExchangeError) -> Response | Page:
    code = error.code
    if _machine():
        if isinstance(error, Unlicensed):
            return problem(code, str(error), reason="licence")
        detail = str(error) if code in _SAID else _ADVICE.get(code, "")
        return problem(code, detail, reason=error.cause if isinstance(error, Unusable) else None)
    status = status_of(code)
    if status == 503:
        g.visit = Visit(stranger=True)
        return *_page("unavailable", status), {"Retry-After": AGAIN_S}
    if isinstance(error, Unlicensed):
        return _page("licence", status)
    if code == "cap_reached":
        return _page("limit", status)
    return _page({403: "forbidden", 404: "not_found", 429: "too_many"}.get(status, "broken"), status)


def _page(kind: str, status: int, number: str = "") -> tuple[str, int]:
    try:
        t = visit().t
    except ExchangeError:  # who asks is not known while the database is away; what is not there is not there
        g.visit = Visit(stranger=True)
        t = visit().t
    title, body = t(f"problem.{kind}"), t(f"problem.{kind}_body")
    return render_template("problems/page.html", title=title, body=body, number=number), status
