"""One's own API keys: made with the password, shown once, revoked at once."""

from dataclasses import dataclass

from flask import Blueprint, Response, redirect, render_template, request, url_for

from exchange.access.api_keys import MOST_DAYS, ApiKey
from exchange.access.users import BUYING, User
from exchange.errors import Invalid
from exchange.hooks.hook import sides_of
from exchange.web import formats
from exchange.web.premises import premises
from exchange.web.settings import done, problems_of, unproven
from exchange.web.visit import Visit, visit

keys = Blueprint("keys", __name__, url_prefix="/einstellungen/schluessel")

DAYS = (30, 90, 180, MOST_DAYS)


@dataclass(frozen=True, slots=True)
class KeyView:
    """One key in words."""

    id: str
    name: str
    prefix: str
    scopes: str
    made: str
    until: str
    used: str
    state: str


@keys.get("")
def show() -> str:
    """All of one's keys."""
    return _page({})


def _page(problems: dict[str, str]) -> str:
    seen = visit()
    rows = [_view(seen, key) for key in premises().keyring.keys_of(seen.user)]
    scopes = scopes_of(seen.user)
    return render_template("settings/keys.html", rows=rows, scopes=scopes, days=DAYS, problems=problems, done=done())


def scopes_of(user: User) -> tuple[str, ...]:
    """What a key of this user could be for."""
    selling = user.sells and user.role in ("owner", "supplier")
    buying, hooks = ("buy", "bids") if user.role in BUYING else (), ("hooks",) if sides_of(user) else ()
    curves = ("curves",) if user.role == "operator" else ()
    return ("read", *buying, *(("supply",) if selling else ()), *hooks, *curves)


def _view(seen: Visit, key: ApiKey) -> KeyView:
    state = "revoked" if key.revoked_at is not None else "expired" if key.expires_at <= seen.now else "active"
    return KeyView(
        id=key.key_id,
        name=key.name,
        prefix=key.prefix,
        scopes=", ".join(seen.t(f"keys.scope.{scope}") for scope in key.scopes),
        made=formats.moment(key.made_at, "date", seen.lang),
        until=formats.moment(key.expires_at, "date", seen.lang),
        used=formats.lately(key.used_at, seen.now, seen.lang) if key.used_at else seen.t("keys.never"),
        state=state,
    )


@keys.post("")
def make() -> str | tuple[str, int]:
    """A new key; this page is the only one that ever shows it."""
    seen, days = visit(), request.form.get("days", "")
    if problems := unproven(seen):
        return _page(problems), 400
    try:
        secret, key = premises().keyring.make(
            seen.user,
            name=request.form.get("name", "")[:200],
            scopes=tuple(scope for scope in scopes_of(seen.user) if scope in request.form.getlist("scope")),
            days=int(days) if days.isascii() and days.isdecimal() and len(days) < 5 else 0,
        )
    except Invalid as error:
        return _page(problems_of(error)), 400
    return render_template("settings/key_made.html", secret=secret, key=_view(seen, key))


@keys.post("/<key_id>/widerrufen")
def revoke(key_id: str) -> Response:
    """End a key of one's own, at once."""
    premises().keyring.revoke(visit().user, key_id)
    return redirect(url_for("keys.show", fertig="revoked"), 303)  # type: ignore[return-value]
