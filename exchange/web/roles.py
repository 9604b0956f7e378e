"""Who may come to which page or verb: one table, and the guard at every door that reads it.

A line for each endpoint; a route without a line is open to nobody (`tests/web/test_roles.py` walks all routes). The
last column is the scope an API key needs there, ``-`` where keys do not come in at all. That somebody may come to a
page says nothing about whose things they see: every question names the firm that asks.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Response, redirect, request, url_for
from flask_login import current_user

from exchange.access.users import User
from exchange.errors import Forbidden
from exchange.web.allowance import caller, presented
from exchange.web.door.operations import OPERATIONS
from exchange.web.problems import API, problem

ROLES = ("stranger", "owner", "advisor", "supplier", "operator", "analyst")

_TABLE = """
endpoint              stranger owner advisor supplier operator analyst  scope
static                   x       x      x       x        x        x       -
roots.show               x       x      x       x        x        x       -
roots.data               x       x      x       x        x        x       -
auth.login               x       x      x       x        x        x       -
auth.state               x       x      x       x        x        x       -
auth.code                x       x      x       x        x        x       -
auth.redeem              x       x      x       x        x        x       -
auth.look                x       x      x       x        x        x       -
auth.leave               .       x      x       x        x        x       -
settings.show            .       x      x       x        x        x       -
settings.password        .       x      x       x        x        x       -
settings.sessions        .       x      x       x        x        x       -
settings.end_session     .       x      x       x        x        x       -
settings.end_others      .       x      x       x        x        x       -
second_factor.show       .       x      x       x        x        x       -
second_factor.begin      .       x      x       x        x        x       -
second_factor.setup      .       x      x       x        x        x       -
second_factor.confirm    .       x      x       x        x        x       -
second_factor.renew      .       x      x       x        x        x       -
second_factor.switch_off .       x      x       x        x        x       -
second_factor.noticed    .       x      x       x        x        x       -
keys.show                .       x      x       x        x        .       -
keys.make                .       x      x       x        x        .       -
keys.revoke              .       x      x       x        x        .       -
webhooks.show            .       x      .       x        .        .       -
webhooks.make            .       x      .       x        .        .       -
webhooks.one             .       x      .       x        .        .       -
webhooks.change          .       x      .       x        .        .       -
webhooks.test            .       x      .       x        .        .       -
webhooks.renew_secret    .       x      .       x        .        .       -
webhooks.switch          .       x      .       x        .        .       -
webhooks.remove          .       x      .       x        .        .       -
webhooks.again_since     .       x      .       x        .        .       -
webhooks.again           .       x      .       x        .        .       -
staff.show               .       x      .       .        .        .       -
staff.invite             .       x      .       .        .        .       -
staff.change             .       x      .       .        .        .       -
staff.link               .       x      .       .        .        .       -
staff.let_in             .       x      .       .        .        .       -
supply.show              .       x      .       x        .        .       -
supply.claims            .       x      .       x        .        .       -
supply.reply             .       x      .       x        .        .       -
supply.new               .       x      .       x        .        .       -
supply.receive           .       x      .       x        .        .       -
supply.columns           .       x      .       x        .        .       -
supply.tell_columns      .       x      .       x        .        .       -
supply.progress          .       x      .       x        .        .       -
supply.check             .       x      .       x        .        .       -
supply.row               .       x      .       x        .        .       -
supply.cell              .       x      .       x        .        .       -
supply.accept_all        .       x      .       x        .        .       -
supply.throw_away        .       x      .       x        .        .       -
supply.commit            .       x      .       x        .        .       -
supply.result            .       x      .       x        .        .       -
supply.rest              .       x      .       x        .        .       -
supply.consent           .       x      .       x        .        .       -
supply.sources           .       x      .       x        .        .       -
supply.leads             .       x      .       x        .        .       -
supply.leads_csv         .       x      .       x        .        .       -
supply.lead              .       x      .       x        .        .       -
supply.ask_withdrawal    .       x      .       x        .        .       -
supply.withdraw          .       x      .       x        .        .       -
supply.earnings          .       x      .       x        .        .       -
supply.earnings_csv      .       x      .       x        .        .       -
supply.advice            .       x      .       x        .        .       -
supply.template          .       x      .       x        .        .       -
supply.call_off          .       x      .       x        .        .       -
operate.show             .       .      .       .        x        .       -
operate.checkup_now      .       .      .       .        x        .       -
operate.deposits         .       .      .       .        x        .       -
operate.confirm_deposit  .       .      .       .        x        .       -
operate.payouts          .       .      .       .        x        .       -
operate.ask_payout       .       .      .       .        x        .       -
operate.decide_payout    .       .      .       .        x        .       -
operate.halt             .       .      .       .        x        .       -
operate.resume           .       .      .       .        x        .       -
operate.announce         .       .      .       .        x        .       -
operate.end_notice       .       .      .       .        x        .       -
operate.withdraw         .       .      .       .        x        .       -
curves.index             .       .      .       .        x        .       -
curves.show              .       .      .       .        x        .       -
curves.preview           .       .      .       .        x        .       -
curves.save              .       .      .       .        x        .       -
curves.turn              .       .      .       .        x        .       -
curves.activate          .       .      .       .        x        .       -
curves.call_off          .       .      .       .        x        .       -
curves.limits            .       .      .       .        x        .       -
rulings.index            .       .      .       .        x        .       -
rulings.show             .       .      .       .        x        .       -
rulings.decide           .       .      .       .        x        .       -
rulings.ask              .       .      .       .        x        .       -
rulings.undo             .       .      .       .        x        .       -
admission.queue          .       .      .       .        x        .       -
admission.decide         .       .      .       .        x        .       -
admission.suppressions   .       .      .       .        x        .       -
admission.suppress       .       .      .       .        x        .       -
admission.rules          .       .      .       .        x        .       -
admission.set_rules      .       .      .       .        x        .       -
admission.set_cap        .       .      .       .        x        .       -
admission.know_page      .       .      .       .        x        .       -
admission.forget_page    .       .      .       .        x        .       -
factors.index            .       .      .       .        x        .       -
factors.ask              .       .      .       .        x        .       -
factors.decide           .       .      .       .        x        .       -
members.index            .       .      .       .        x        .       -
members.join             .       .      .       .        x        .       -
members.show             .       .      .       .        x        .       -
members.change           .       .      .       .        x        .       -
members.credit           .       .      .       .        x        .       -
members.decide_credit    .       .      .       .        x        .       -
members.withdraw_offers  .       .      .       .        x        .       -
members.add_licence      .       .      .       .        x        .       -
members.remove_licence   .       .      .       .        x        .       -
system.show              .       .      .       .        x        .       -
system.retention         .       .      .       .        x        .       -
sectors.index            .       .      .       .        x        .       -
sectors.show             .       .      .       .        x        .       -
sectors.rates            .       .      .       .        x        .       -
sectors.edition          .       .      .       .        x        .       -
patterns.show            .       .      .       .        x        .       -
arms.index               .       .      .       .        x        .       -
arms.show                .       .      .       .        x        .       -
arms.put                 .       .      .       .        x        .       -
analyse.show             .       .      .       .        x        x       -
analyse.backtests        .       .      .       .        x        x       -
analyse.begin_backtest   .       .      .       .        x        x       -
analyse.backtest         .       .      .       .        x        x       -
analyse.backtest_progress .      .      .       .        x        x       -
analyse.stop_backtest    .       .      .       .        x        x       -
analyse.exports          .       .      .       .        x        x       -
analyse.begin_export     .       .      .       .        x        x       -
analyse.export_progress  .       .      .       .        x        x       -
analyse.fetch_export     .       .      .       .        x        x       -
analyse.stop_export      .       .      .       .        x        x       -
replay.show              .       .      .       .        x        x       -
replay.events            .       .      .       .        x        x       -
replay.moment            .       .      .       .        x        x       -
replay.window            .       .      .       .        x        x       -
replay.files             .       .      .       .        x        x       -
statistics.show          .       x      x       x        x        x       -
statistics.export        .       x      x       x        x        x       -
board.show               .       x      x       x        x        x       -
board.rows               .       x      x       x        x        x       -
board.counts             .       x      x       x        x        x       -
board.rail               .       x      x       x        x        x       -
board.confirm            .       x      x       x        x        x       -
board.box                .       x      x       x        x        x       -
board.alike              .       x      x       x        x        x       -
board.dismiss            .       x      x       .        .        .       -
board.watch              .       x      x       .        .        .       -
leads.index              .       x      x       .        .        .       -
leads.show               .       x      x       .        .        .       -
leads.vcard              .       x      x       .        .        .       -
leads.buy_here           .       x      x       .        .        .       -
leads.check              .       x      x       .        .        .       -
leads.export             .       x      x       .        .        .       -
leads.log                .       x      x       .        .        .       -
leads.undo               .       x      x       .        .        .       -
leads.report             .       x      x       .        .        .       -
leads.proof_pdf          .       x      x       .        .        .       -
leads.proof_json         .       x      x       .        .        .       -
leads.claim              .       x      x       .        .        .       -
leads.answer             .       x      x       .        .        .       -
bids.index               .       x      x       .        .        .       -
bids.new                 .       x      x       .        .        .       -
bids.show                .       x      x       .        .        .       -
bids.edit                .       x      x       .        .        .       -
bids.look_ahead          .       x      x       .        .        .       -
bids.questions           .       x      x       .        .        .       -
bids.switch              .       x      x       .        .        .       -
bids.cancel              .       x      x       .        .        .       -
wallet.show              .       x      x       .        .        .       -
wallet.export            .       x      x       .        .        .       -
wallet.set_limit         .       x      .       .        .        .       -
wallet.top_up            .       x      x       .        .        .       -
wallet.announce          .       x      .       .        .        .       -
wallet.deposit           .       x      x       .        .        .       -
wallet.cancel_deposit    .       x      .       .        .        .       -
manual.show              .       x      x       x        x        x       -
specification.index      .       x      x       x        x        x       -
specification.show       .       x      x       x        x        x       -
api.document             .       x      x       x        x        x      read
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """Who may come to one endpoint; ``scope`` is what a key needs, empty where no key will do."""

    roles: frozenset[str]
    scope: str


def _read(table: str) -> dict[str, Entry]:
    head, *lines = (line.split() for line in table.strip().splitlines())
    if tuple(head[1:-1]) != ROLES:
        raise ValueError("the table of roles has other columns than the roles")
    found = {}
    for endpoint, *marks, scope in lines:
        if len(marks) != len(ROLES) or endpoint in found:
            raise ValueError(f"the table of roles: the line of {endpoint} is wrong or stands twice")
        allowed = frozenset(role for role, mark in zip(ROLES, marks, strict=True) if mark == "x")
        found[endpoint] = Entry(allowed, "" if scope == "-" else scope)
    return found


MATRIX: Mapping[str, Entry] = _read(_TABLE) | {
    f"api.{one.name}": Entry(frozenset(one.roles), one.scope) for one in OPERATIONS
}


def home(user: User) -> str:
    """Where somebody begins."""
    if user.role == "operator":
        return url_for("operate.show")
    if user.role == "analyst":
        return url_for("analyse.show")
    if user.role == "supplier" or not user.buys:
        return url_for("supply.show")
    return url_for("board.show")


def guard() -> Response | None:
    """Before every request: is this endpoint open to whoever comes? Raises Forbidden; LookupError for no line."""
    if request.endpoint is None:
        return None
    entry = MATRIX.get(request.endpoint)
    if entry is None:
        raise LookupError(f"{request.endpoint}: give it a line in exchange/web/roles.py")
    if presented():
        return _guard_key(entry)
    if "stranger" in entry.roles:
        return None
    if not current_user.is_authenticated:
        return log_in_first()
    if current_user.user.role not in entry.roles:
        raise Forbidden(f"{request.endpoint} is not for the role {current_user.user.role}")
    if request.path == "/" and (begin := home(current_user.user)) != url_for("board.show"):
        return redirect(begin)  # type: ignore[return-value]
    return None


def _guard_key(entry: Entry) -> Response | None:
    """A key stands for its user, and for no more than its scopes."""
    found = caller()
    if found is None:
        answer = problem("unauthorized", "this key is unknown, revoked or too old")
        answer.headers["WWW-Authenticate"] = "Bearer"
        return answer
    if not found.allowance.granted:
        answer = problem("too_many")
        answer.headers["Retry-After"] = str(found.allowance.wait_s)
        return answer
    if not entry.scope or entry.scope not in found.key.scopes or found.user.role not in entry.roles:
        return problem("forbidden", f"needs a key with the scope {entry.scope}" if entry.scope else "not for keys")
    return None


def log_in_first() -> Response:
    """Pages lead to the log-in and back; scripts and machines are told, so that they can keep what they hold."""
    if request.path.startswith(API):
        return problem("unauthorized")
    if request.headers.get("Sec-Fetch-Mode", "navigate") != "navigate":
        return Response("log in first", status=401, mimetype="text/plain")
    onwards = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("auth.login", next=onwards))  # type: ignore[return-value]
