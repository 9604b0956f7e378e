"""One's own second factor: set up, back-up codes, switched off; and those who must set one up before anything else."""

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_login import current_user

from exchange.access.codes import address_of, in_groups
from exchange.errors import Invalid
from exchange.web import formats
from exchange.web.access import browser_session
from exchange.web.allowance import presented
from exchange.web.girocode import qr_code
from exchange.web.premises import premises
from exchange.web.problems import API, problem
from exchange.web.settings import done, unproven
from exchange.web.visit import Visit, visit

second_factor = Blueprint("second_factor", __name__, url_prefix="/einstellungen/zweiter-faktor")

BEFORE = ("static", "auth.leave", "auth.look", "auth.state", "auth.login", "auth.code", "auth.redeem")
"""What somebody who must set one up may come to, besides the pages here."""

Page = Response | str | tuple[str, int]


def enrol_first() -> Response | None:
    """Before every request: those whose role needs a second factor are led to setting one up."""
    if presented() or request.blueprint == second_factor.name or request.endpoint in (None, *BEFORE):
        return None
    if not current_user.is_authenticated or not premises().entrance.lacks_factor(current_user.user):
        return None
    if request.path.startswith(API):
        return problem("forbidden", "set up your second factor first")
    if request.headers.get("Sec-Fetch-Mode", "navigate") != "navigate":
        return Response("set up your second factor first", status=403, mimetype="text/plain")
    return _to("show")


@second_factor.get("")
def show() -> str:
    """Whether there is one, and what can be done about it."""
    return _page({})


@second_factor.post("")
def begin() -> Page:
    """Draw a secret, and go on to its picture."""
    try:
        premises().second_factors.begin(visit().user)
    except Invalid:
        return _to("show")
    return _to("setup")


@second_factor.get("/einrichten")
def setup() -> Page:
    """The secret as a picture and as text, and the field for its first code."""
    return _setup({}, 200)


@second_factor.post("/einrichten")
def confirm() -> Page:
    """The first code switches it on; this page is the only one that ever shows the back-up codes."""
    seen = visit()
    try:
        codes = premises().second_factors.confirm(
            seen.user, request.form.get("code", "")[:100], keep=browser_session().token
        )
    except Invalid:
        return _setup({"code": seen.t("password.error.too_many")}, 429)
    return _setup({"code": seen.t("code.error")}, 400) if codes is None else _codes(codes)


@second_factor.post("/codes")
def renew() -> Page:
    """Ten other back-up codes."""
    try:
        return _codes(premises().second_factors.renew_codes(visit().user))
    except Invalid:
        return _to("show")


@second_factor.post("/abschalten")
def switch_off() -> Page:
    """Do without from now on: with the password and a code."""
    seen, ours = visit(), premises().second_factors
    if problems := unproven(seen) or _uncoded(seen):
        return _page(problems), 400
    ours.switch_off(seen.user, keep=browser_session().token)
    return _to("show", "factor_off")


@second_factor.post("/gelesen")
def noticed() -> Response:
    """That operators reset it was read."""
    premises().second_factors.noticed(visit().user)
    return _to("show")


def _uncoded(seen: Visit) -> dict[str, str]:
    """What a form that asks for a code must say, or nothing where it was a right one."""
    try:
        proven = premises().second_factors.proves(seen.user, request.form.get("code", "")[:100])
    except Invalid:
        return {"code": seen.t("password.error.too_many")}
    return {} if proven else {"code": seen.t("code.error")}


def _page(problems: dict[str, str]) -> str:
    seen = visit()
    standing = premises().second_factors.standing(seen.user)
    since = formats.moment(standing.since_at, "date", seen.lang) if standing.since_at is not None else ""
    return _drawn("show", problems=problems, standing=standing, since=since, done=done())


def _setup(problems: dict[str, str], status: int) -> Page:
    seen = visit()
    secret = premises().second_factors.secret_to_confirm(seen.user)
    if secret is None:
        return _to("show")
    picture = qr_code(address_of(secret, seen.user.email))
    page = _drawn("setup", problems=problems, picture=picture, secret=secret, grouped=in_groups(secret))
    return page, status


def _codes(codes: list[str]) -> str:
    return _drawn("codes", codes=codes)


def _drawn(name: str, **more: object) -> str:
    """One of the pages, without tabs and menus for those who can go nowhere else yet."""
    seen = visit()
    alone = premises().entrance.lacks_factor(seen.user) and name != "codes"
    frame = "auth/alone.html" if alone else "settings/frame.html"
    return render_template(f"settings/factor_{name}.html", frame=frame, must=alone, **more)


def _to(name: str, said: str | None = None) -> Response:
    return redirect(url_for(f"second_factor.{name}", fertig=said), 303)  # type: ignore[return-value]
