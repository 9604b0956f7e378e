"""Codes into answers: RFC 9457 problems for machines, a sentence for people. The one table of status codes."""

from secrets import token_hex
from typing import Any

from flask import Flask, Response, g, jsonify, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from exchange.errors import ExchangeError
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
    "already_bought": 409,
    "already_claimed": 409,
    "price_above_limit": 409,
    "window_passed": 409,
    "conflict": 409,
    "key_reused": 422,
    "halted": 423,
    "too_many": 429,
    "busy": 503,
    "unavailable": 503,
}
"""Refusals of rules.md §10 and the door's own words; ``not_open`` is decided by its reason."""

API = "/api/"
Page = tuple[str, int] | tuple[str, int, dict[str, str]]
AGAIN_S = "2"
"""When to ask again what a database in trouble did not answer: with the same key it is never done twice."""


def status_of(code: str, reason: str | None = None) -> int:
    """The status of a code; a listing that ended without us is gone, a sold one a conflict."""
    if code == "not_open":
        return 409 if reason == "sold" else 410
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
    if status == 503:
        response.headers["Retry-After"] = AGAIN_S
    return response


def handle_problems(app: Flask) -> None:
    """One answer for every way a request can fail; nobody is shown an error's inside."""

    @app.errorhandler(ExchangeError)
    def ours(error: ExchangeError) -> Response | Page:
        if status_of(error.code) >= 500:
            app.logger.exception("request failed at %s: %s", request.endpoint, error.code)
        return _answer(error.code, str(error) if error.code in ("invalid", "key_reused") else "")

    @app.errorhandler(CSRFError)
    def stale(_error: CSRFError) -> Response | tuple[str, int]:
        return problem("forbidden", "form token missing or stale") if _machine() else _page("stale", 400)

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Response | tuple[str, int]:
        status = error.code or 500
        if _machine():
            code = {401: "unauthorized", 403: "forbidden", 404: "unknown", 429: "too_many"}.get(status, "invalid")
            answer = problem(code)
            answer.status_code = status
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


def _answer(code: str, detail: str) -> Response | Page:
    if _machine():
        return problem(code, detail)
    status = status_of(code)
    if status == 503:
        g.visit = Visit(stranger=True)
        return *_page("unavailable", status), {"Retry-After": AGAIN_S}
    return _page({403: "forbidden", 404: "not_found"}.get(status, "broken"), status)


def _page(kind: str, status: int, number: str = "") -> tuple[str, int]:
    t = visit().t
    title, body = t(f"problem.{kind}"), t(f"problem.{kind}_body")
    return render_template("problems/page.html", title=title, body=body, number=number), status
