"""The firm's users, for its owner: invite, roles, limits, links, and who is let in no more."""

from dataclasses import dataclass

from flask import Blueprint, Response, redirect, render_template, request, url_for

from exchange.access.links import Link
from exchange.access.staff import FIRM_ROLES, Colleague
from exchange.access.users import Role
from exchange.errors import Invalid
from exchange.money import Cents
from exchange.web import formats
from exchange.web.filters import cents_of
from exchange.web.premises import premises
from exchange.web.settings import done, problems_of, unproven
from exchange.web.visit import Visit, visit

staff = Blueprint("staff", __name__, url_prefix="/einstellungen/nutzer")


@dataclass(frozen=True, slots=True)
class ColleagueView:
    """One user in words."""

    id: str
    name: str
    email: str
    role: str
    limit: str
    spent: str
    state: str
    disabled: bool
    waiting: bool
    me: bool


@staff.get("")
def show() -> str:
    """Everybody of the firm."""
    return _page({})


def _page(problems: dict[str, str]) -> str:
    seen = visit()
    rows = premises().staff.colleagues(seen.user.organisation)
    spent = premises().spending.spent_cents([row.user_id for row in rows], formats.midnight(seen.now))
    views = [_view(seen, row, spent[row.user_id]) for row in rows]
    return render_template("settings/staff.html", rows=views, roles=FIRM_ROLES, problems=problems, done=done())


def _view(seen: Visit, row: Colleague, spent_cents: Cents) -> ColleagueView:
    state = "disabled" if row.disabled else "waiting" if row.waiting else "seen" if row.seen_at else "out"
    last = formats.lately(row.seen_at, seen.now, seen.lang) if row.seen_at else ""
    limit = row.daily_limit_cents
    typed = "" if limit is None else f"{limit // 100}{'.' if seen.lang == 'en' else ','}{limit % 100:02d}"
    return ColleagueView(
        id=row.user_id,
        name=row.name,
        email=row.email,
        role=row.role,
        limit=typed,
        spent=seen.money(spent_cents),
        state=seen.t(f"staff.state.{state}", at=last) if state == "seen" else seen.t(f"staff.state.{state}"),
        disabled=row.disabled,
        waiting=row.waiting,
        me=row.user_id == seen.user.user_id,
    )


@staff.post("/einladen")
def invite() -> str | tuple[str, int]:
    """A new user, and the link for them: shown once."""
    seen, role = visit(), _role()
    problems = {} if role else {"role": seen.t("settings.error.role")}
    if problems := problems or unproven(seen):
        return _page(problems), 400
    try:
        link = premises().staff.invite(
            seen.user.organisation,
            email=request.form.get("email", "")[:254],
            name=request.form.get("name", "")[:100],
            role=role or "advisor",
            lang=seen.lang,
        )
    except Invalid as error:
        return _page(problems_of(error)), 400
    return _link_page(link, request.form.get("name", "")[:100])


def _role() -> Role | None:
    return next((role for role in FIRM_ROLES if role == request.form.get("role")), None)


@staff.post("/<user_id>/link")
def link(user_id: str) -> str | tuple[str, int]:
    """Another invitation or a reset for a colleague: shown once."""
    seen = visit()
    found = next((row for row in premises().staff.colleagues(seen.user.organisation) if row.user_id == user_id), None)
    if found is not None and (problems := unproven(seen)):
        return _page(problems), 400
    made = premises().staff.link_for(seen.user.organisation, user_id)
    return _link_page(made, found.name if found else "")


def _link_page(made: Link, name: str) -> str:
    seen = visit()
    return render_template(
        "settings/link.html",
        address=f"{url_for('auth.redeem', _external=True)}#{made.token}",
        name=name,
        purpose=made.purpose,
        until=formats.moment(made.expires_at, "full", seen.lang),
    )


@staff.post("/<user_id>")
def change(user_id: str) -> Response | tuple[str, int]:
    """Another role, another daily limit."""
    seen, typed = visit(), request.form.get("limit", "").strip()[:20]
    limit_cents, role = (cents_of(typed) if typed else None), _role()
    if (typed and not limit_cents) or role is None:
        return _page({"limit": seen.t("settings.error.limit")}), 400
    try:
        premises().staff.change(seen.user, user_id, role=role, daily_limit_cents=limit_cents)
    except Invalid as error:
        return _page(problems_of(error)), 400
    return redirect(url_for("staff.show", fertig="staff"), 303)  # type: ignore[return-value]


@staff.post("/<user_id>/zutritt")
def let_in(user_id: str) -> Response | tuple[str, int]:
    """Let a colleague in no more, or again."""
    try:
        premises().staff.let_in(visit().user, user_id, allowed=request.form.get("allowed") == "1")
    except Invalid as error:
        return _page(problems_of(error)), 400
    return redirect(url_for("staff.show", fertig="staff"), 303)  # type: ignore[return-value]
