"""One's own settings: how the pages look and act, the password, the sessions."""

from dataclasses import dataclass

from flask import Blueprint, Response, g, make_response, redirect, render_template, request, url_for

from exchange.access.password import Poor
from exchange.access.preferences import ANNOUNCEMENTS, DENSITIES, MOST_ONEKEY_CENTS, RATES, Preferences
from exchange.access.sessions import SessionRow
from exchange.errors import Invalid
from exchange.web import formats
from exchange.web.access import browser_session
from exchange.web.auth import with_look
from exchange.web.filters import cents_of
from exchange.web.premises import premises
from exchange.web.visit import LOOK_COOKIES, Visit, visit

settings = Blueprint("settings", __name__, url_prefix="/einstellungen")

DONE = ("look", "password", "session", "others", "staff", "revoked", "factor_off")
"""What a page may say was done, after the form led back to it."""


def done() -> str:
    """The caption of what was just done, if anything."""
    word = request.args.get("fertig", "")
    return f"settings.done.{word}" if word in DONE else ""


def problems_of(error: Invalid) -> dict[str, str]:
    """A refusal of a form as its page writes it: by field, in words."""
    key = f"settings.error.{error.field}"
    return {error.field: visit().t(key)}


@settings.route("", methods=["GET", "POST"])
def show() -> Response | str | tuple[str, int]:
    """Language, theme, and how the board behaves."""
    seen = visit()
    if request.method == "GET":
        return _look(seen.user.preferences, _euros(seen.user.preferences.onekey_cents), {})
    typed = request.form.get("onekey", "").strip()[:20]
    onekey_cents = cents_of(typed) if typed else None
    wanted = Preferences(
        density=request.form.get("density", ""),
        rate=request.form.get("rate", ""),
        say=request.form.get("say", ""),
        keys=request.form.get("keys") == "1",
        onekey_cents=onekey_cents,
    )
    if typed and (onekey_cents is None or not 0 < onekey_cents <= MOST_ONEKEY_CENTS):
        return _look(wanted, typed, {"onekey": seen.t("settings.error.onekey")}), 400
    premises().entrance.set_preferences(seen.user, wanted)
    chosen = {name: request.form.get(name, "") for name in LOOK_COOKIES}
    kept = {name: value for name, value in chosen.items() if value in LOOK_COOKIES[name]}
    premises().entrance.set_look(seen.user, lang=kept.get("lang"), theme=kept.get("theme"))
    return with_look(make_response(redirect(url_for("settings.show", fertig="look"), 303)), kept)


def _euros(cents: int | None) -> str:
    if cents is None:
        return ""
    text = f"{cents // 100},{cents % 100:02d}"
    return text.replace(",", ".") if visit().lang == "en" else text


def _look(chosen: Preferences, onekey: str, problems: dict[str, str]) -> str:
    return render_template(
        "settings/look.html",
        chosen=chosen,
        onekey=onekey,
        problems=problems,
        done=done(),
        densities=DENSITIES,
        rates=RATES,
        announcements=ANNOUNCEMENTS,
    )


@settings.route("/passwort", methods=["GET", "POST"])
def password() -> Response | str | tuple[str, int]:
    """Another password; every other session ends."""
    if request.method == "GET":
        return _password_form({})
    problems = _change(visit())
    if problems:
        return _password_form(problems), 400
    return redirect(url_for("settings.password", fertig="password"), 303)  # type: ignore[return-value]


def _change(seen: Visit) -> dict[str, str]:
    """Try it; what is wrong by field."""
    entrance, wanted = premises().entrance, request.form.get("password", "")
    if wanted != request.form.get("again", ""):
        return {"again": seen.t("password.error.again")}
    if problems := unproven(seen):
        return problems
    try:
        entrance.change_password(seen.user.email, wanted, keep=browser_session().token)
    except Poor as poor:
        return {"password": seen.t(f"password.error.{poor.why}")}
    return {}


def _password_form(problems: dict[str, str]) -> str:
    return render_template("settings/password.html", problems=problems, done=done())


def unproven(seen: Visit) -> dict[str, str]:
    """What a form that asks for the password once more must say, or nothing where it was the right one.

    A code of the second factor, given for this very request, stands for it.
    """
    if g.get("code_given"):
        return {}
    try:
        proven = premises().entrance.proves(seen.user, request.form.get("current_password", ""))
    except Invalid:
        return {"current_password": seen.t("password.error.too_many")}
    return {} if proven else {"current_password": seen.t("password.error.wrong")}


@dataclass(frozen=True, slots=True)
class SessionView:
    """One session in words."""

    id: str
    browser: str
    begun: str
    seen: str
    current: bool


@settings.get("/sitzungen")
def sessions() -> str:
    """Where one is logged in."""
    seen = visit()
    rows = premises().entrance.sessions_of(seen.user, browser_session().token)
    return render_template("settings/sessions.html", rows=[_session(seen, row) for row in rows], done=done())


def _session(seen: Visit, row: SessionRow) -> SessionView:
    return SessionView(
        row.session_id,
        row.browser or seen.t("sessions.unknown"),
        formats.moment(row.begun_at, "full", seen.lang),
        formats.lately(row.seen_at, seen.now, seen.lang),
        row.current,
    )


@settings.post("/sitzungen/<session_id>/beenden")
def end_session(session_id: str) -> Response:
    """End one session of one's own."""
    premises().entrance.end_session(visit().user, session_id)
    return redirect(url_for("settings.sessions", fertig="session"), 303)  # type: ignore[return-value]


@settings.post("/sitzungen/andere-beenden")
def end_others() -> Response:
    """End all but this one."""
    premises().entrance.end_others(visit().user, browser_session().token)
    return redirect(url_for("settings.sessions", fertig="others"), 303)  # type: ignore[return-value]
