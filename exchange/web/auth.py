"""Log in, log out, and how somebody likes to see the pages."""

from urllib.parse import urlsplit

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask_login import login_required

from exchange.access.entrance import Throttled, Welcome
from exchange.web import formats
from exchange.web.access import browser_session
from exchange.web.premises import premises
from exchange.web.visit import LOOK_COOKIES, visit

auth = Blueprint("auth", __name__)

YEAR_S = 31_536_000


def own_path(text: str) -> str:
    """A path of this site, or the board: nobody is sent elsewhere by a link."""
    parts = urlsplit(text)
    local = text.startswith("/") and not text.startswith(("//", "/\\")) and not parts.netloc and not parts.scheme
    return text if local and text.isprintable() and "\\" not in text else url_for("board.show")


@auth.route("/anmelden", methods=["GET", "POST"])
def login() -> Response | str | tuple[str, int]:
    """The log-in form. One text for an unknown user and a wrong password."""
    seen = visit()
    onwards = own_path(request.values.get("next", ""))
    if request.method == "GET":
        return redirect(onwards) if seen.known else _form(onwards)  # type: ignore[return-value]
    email, password = request.form.get("email", "")[:254], request.form.get("password", "")
    result = premises().entrance.log_in(email, password, request.remote_addr or "")
    if isinstance(result, Welcome):
        browser_session().begin(result.token)
        response: Response = redirect(onwards)  # type: ignore[assignment]
        return response
    if isinstance(result, Throttled):
        return _form(onwards, email, seen.t("login.throttled", at=formats.clock(result.again_at + 59_000_000))), 429
    return _form(onwards, email, seen.t("login.error")), 401


def _form(onwards: str, email: str = "", problem: str = "") -> str:
    return render_template("auth/login.html", next=onwards, email=email, problem=problem)


@auth.post("/abmelden")
@login_required
def leave() -> Response:
    """End the session on the server, and what the browser keeps of it."""
    session = browser_session()
    premises().entrance.log_out(session.token)
    session.ended = True
    response = make_response(redirect(url_for("auth.login")))
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@auth.post("/darstellung")
def look() -> Response:
    """Language and theme: kept with the account, and in a cookie for the log-in page."""
    seen = visit()
    chosen = {name: request.form.get(name, "") for name in LOOK_COOKIES}
    kept = {name: value for name, value in chosen.items() if value in LOOK_COOKIES[name]}
    if seen.known and kept:
        premises().entrance.set_look(seen.user, lang=kept.get("lang"), theme=kept.get("theme"))
    response = make_response(redirect(own_path(request.form.get("back", ""))))
    for name, value in kept.items():
        response.set_cookie(
            name, value, max_age=YEAR_S, secure=premises().secure, httponly=True, samesite="Lax", path="/"
        )
    return response
