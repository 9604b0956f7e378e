"""Log in, log out, set a password by a link, and how somebody likes to see the pages."""

from urllib.parse import unquote, urlsplit

from flask import Blueprint, Response, jsonify, make_response, redirect, render_template, request, url_for
from flask_login import login_required
from flask_wtf.csrf import generate_csrf

from exchange.access.code_entry import TooLate
from exchange.access.devices import KNOWN_US
from exchange.access.entrance import HalfDone, Throttled, Welcome
from exchange.access.password import Poor
from exchange.access.users import User
from exchange.errors import Unknown
from exchange.instant import SECOND_US
from exchange.web import formats
from exchange.web.access import browser_session
from exchange.web.browser import in_words
from exchange.web.premises import premises
from exchange.web.roles import home
from exchange.web.visit import LOOK_COOKIES, visit

auth = Blueprint("auth", __name__)

YEAR_S = 31_536_000
DEVICE_S = KNOWN_US // SECOND_US


def own_path(text: str, user: User | None = None) -> str:
    """The path of this site a form names, else where its user begins: nobody is sent elsewhere by a link."""
    if path := _local(text):
        return path
    if user is None and visit().known:
        user = visit().user
    return url_for("board.show") if user is None else home(user)


def _local(text: str) -> str:
    """The same text where it is a path of this site however it is read, else none."""
    plain = unquote(text)
    parts = urlsplit(plain) if plain.isprintable() else urlsplit("//")
    local = plain.startswith("/") and not parts.netloc and not parts.scheme
    clean = plain.isprintable() and text.isascii() and "\\" not in plain and not plain.startswith("//")
    return text if local and clean else ""


@auth.route("/anmelden", methods=["GET", "POST"])
def login() -> Response | str | tuple[str, int] | tuple[Response, int]:
    """The log-in form, and the sheet that stands for it on a page whose session has ended (it asks for JSON).

    One text for an unknown user and a wrong password.
    """
    seen = visit()
    wanted = _local(request.values.get("next", ""))
    if request.method == "GET":
        return redirect(own_path(wanted)) if seen.known else _form(wanted)  # type: ignore[return-value]
    email, password = request.form.get("email", "")[:254], request.form.get("password", "")
    result = premises().entrance.log_in(email, password, request.remote_addr or "", **_browser())
    if isinstance(result, Welcome):
        return _welcome(result, wanted)
    if isinstance(result, HalfDone):
        browser_session().begin(result.token)
        onwards = url_for("auth.code", next=wanted or None)
        return jsonify({"code": True}) if _sheet() else redirect(onwards)  # type: ignore[return-value]
    if isinstance(result, Throttled):
        return _refused(wanted, email, _throttled(result), 429)
    return _refused(wanted, email, seen.t("login.error"), 401)


@auth.route("/anmelden/code", methods=["GET", "POST"])
def code() -> Response | str | tuple[str, int] | tuple[Response, int]:
    """The second page of a log-in, for those who have a second factor; without a log-in that waits, the first one.

    One text for everything that is no code, or none any more.
    """
    seen, entry, token = visit(), premises().code_entry, browser_session().token
    wanted = _local(request.values.get("next", ""))
    if seen.known:
        return jsonify({"user": seen.user.user_id}) if _sheet() else redirect(own_path(wanted))  # type: ignore[return-value]
    if request.method == "GET":
        return _code_form(wanted, "") if entry.waits(token) else _refused(wanted, "", seen.t("code.late"), 400)
    result = entry.enter(token, request.form.get("code", "")[:100], request.remote_addr or "", **_browser())
    if isinstance(result, Welcome):
        return _welcome(result, wanted)
    if isinstance(result, TooLate):
        late = seen.t("code.late")
        return (jsonify({"problem": late, "late": True}), 400) if _sheet() else _refused(wanted, "", late, 400)
    told, status = (_throttled(result), 429) if isinstance(result, Throttled) else (seen.t("code.error"), 401)
    return (jsonify({"problem": told}), status) if _sheet() else (_code_form(wanted, told), status)


def _browser() -> dict[str, str]:
    """What this browser was told at an earlier log-in, and what it says it is."""
    device, agent = request.cookies.get(_device_cookie(), "")[:100], request.headers.get("User-Agent", "")
    return {"device": device, "browser": in_words(agent)}


def _throttled(result: Throttled) -> str:
    return visit().t("login.throttled", at=formats.clock(result.again_at + 59_000_000))


def _code_form(wanted: str, problem: str) -> str:
    return render_template("auth/code.html", next=wanted, problem=problem)


def _welcome(result: Welcome, wanted: str) -> Response:
    user = premises().entrance.user_of(result.token)
    browser_session().begin(result.token)
    told = jsonify({"user": user.user_id if user else ""}) if _sheet() else redirect(own_path(wanted, user))
    response = make_response(told)
    response.set_cookie(
        _device_cookie(),
        result.device,
        max_age=DEVICE_S,
        secure=premises().secure,
        httponly=True,
        samesite="Lax",
        path="/",
    )
    return response


def _refused(wanted: str, email: str, problem: str, status: int) -> tuple[str, int] | tuple[Response, int]:
    return (jsonify({"problem": problem}), status) if _sheet() else (_form(wanted, email, problem), status)


def _sheet() -> bool:
    return request.accept_mimetypes.best == "application/json"


def _device_cookie() -> str:
    return "__Host-device" if premises().secure else "device"


def _form(wanted: str, email: str = "", problem: str = "") -> str:
    done = "login.password_set" if request.args.get("gesetzt") else ""
    return render_template("auth/login.html", next=wanted, email=email, problem=problem, done=done)


@auth.get("/sitzung")
def state() -> Response:
    """Whether this browser's session holds, and a form token for the one it has: for pages that stay open."""
    return jsonify({"known": visit().known, "csrf_token": generate_csrf()})


@auth.route("/zugang", methods=["GET", "POST"])
def redeem() -> Response | str | tuple[str, int]:
    """Set a password by a one-time link. The link's token stands behind its #, which no server and no log is told."""
    if request.method == "GET":
        return _redeem_form("", "")
    token, password = request.form.get("token", "").strip()[:100], request.form.get("password", "")
    if not premises().entrance.may_redeem(request.remote_addr or ""):
        return _redeem_form(token, visit().t("redeem.too_many")), 429
    if password != request.form.get("again", ""):
        return _redeem_form(token, visit().t("password.error.again")), 400
    try:
        premises().staff.redeem(token, password)
    except Poor as poor:
        return _redeem_form(token, visit().t(f"password.error.{poor.why}")), 400
    except Unknown:
        return _redeem_form("", visit().t("redeem.gone")), 400
    return redirect(url_for("auth.login", gesetzt=1))  # type: ignore[return-value]


def _redeem_form(token: str, problem: str) -> str:
    return render_template("auth/redeem.html", token=token, problem=problem)


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
    return with_look(make_response(redirect(own_path(request.form.get("back", "")))), kept)


def with_look(response: Response, kept: dict[str, str]) -> Response:
    """The same answer, telling the browser what was chosen."""
    for name, value in kept.items():
        response.set_cookie(
            name, value, max_age=YEAR_S, secure=premises().secure, httponly=True, samesite="Lax", path="/"
        )
    return response
