"""Who does what matters most has proven who they are within five minutes: else they are asked, and it goes on.

The page that asks holds what the form said, so nothing is lost, and is sent to where the form was sent to. A form that
always asks for the password is its own proof where there is no second factor; where there is one, a code is asked for,
and stands for the password.
"""

from flask import Response, g, make_response, render_template, request
from flask_login import current_user

from exchange.access.users import User
from exchange.errors import Invalid
from exchange.web.access import browser_session
from exchange.web.allowance import presented
from exchange.web.premises import premises
from exchange.web.visit import visit

ASKED = frozenset(
    {
        "operate.ask_payout",
        "operate.decide_payout",
        "members.credit",
        "members.decide_credit",
        "factors.ask",
        "factors.decide",
        "second_factor.begin",
        "second_factor.renew",
        "keys.make",
        "staff.invite",
        "staff.change",
        "staff.link",
        "staff.let_in",
    }
)
"""Payouts, credit lines, keys, and who may do what: the endpoints that ask."""
_OWN_FIELD = frozenset({"keys.make", "staff.invite", "staff.link"})
"""Their forms ask for the password whenever they are sent, however fresh the session."""
PROOF, PASSWORD = "proof", "current_password"
_OURS = ("csrf_token", PROOF, PASSWORD)


def ask_for_proof() -> Response | None:
    """Before every request, after the guard: does it need a proof that is not there?"""
    if request.endpoint not in ASKED or presented() or not current_user.is_authenticated:
        return None
    user: User = current_user.user
    token = browser_session().token
    if (request.endpoint in _OWN_FIELD and not user.second_factor) or premises().entrance.is_fresh(token):
        return None
    if PROOF not in request.form:
        return _page(user, "", 200)
    try:
        right = _is_right(user, request.form[PROOF][:300])
    except Invalid:
        return _page(user, visit().t("password.error.too_many"), 429)
    if not right:
        return _page(user, visit().t("code.error" if user.second_factor else "password.error.wrong"), 403)
    premises().entrance.freshen(token)
    g.code_given = user.second_factor
    return None


def _is_right(user: User, proof: str) -> bool:
    if user.second_factor:
        return premises().second_factors.proves(user, proof)
    return premises().entrance.proves(user, proof)


def _page(user: User, problem: str, status: int) -> Response:
    kept = [(name, value) for name, value in request.form.items(multi=True) if name not in _OURS]
    page = render_template(
        "auth/prove.html", kept=kept, problem=problem, to=request.full_path.rstrip("?"), code=user.second_factor
    )
    return make_response(page, status)
