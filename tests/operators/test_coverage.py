"""Every operator's action has its line in the audit log: all their routes are walked, and all their verbs read."""

import ast
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

import exchange.operators
from exchange.access.users import user_by_email
from exchange.aftersale import Counter
from exchange.instant import HOUR_US
from exchange.pricing.curve import CurveVersion
from exchange.reports.audit import AuditRow, audit_rows
from exchange.reports.purchases import purchases_of
from exchange.schema import credit_asks
from exchange.schema.operating import claim_rulings, licences, notices
from exchange.web import formats
from exchange.web.app import create_app
from exchange.web.roles import MATRIX
from tests.web.conftest import BRANDT, Visitor
from tests.web.market import NOW, Market, falling
from tests.web.people import BY_ROLE, complete, send

LATER = formats.berlin(NOW + 2 * HOUR_US).strftime("%Y-%m-%dT%H:%M")
HALT = {"sector": "pkv", "reason": "Preise werden geprüft", "until": LATER, "confirm": "anhalten"}
WHY = "Der Nachweis der Einwilligung liegt vor."

Act = Callable[["Office"], tuple[str, dict[str, str]]]


class Office:
    """The market with a claim, a deposit on its way, a notice and a permit, and an operator's browser."""

    def __init__(self, market: Market, client: FlaskClient) -> None:
        self.market, self.client = market, client

    def one(self, column: Any) -> str:
        with self.market.desk.store.read() as connection:
            return str(connection.execute(select(column)).scalars().first())

    @property
    def sale(self) -> str:
        """Of the claim, filed when first asked for."""
        with self.market.desk.store.read() as connection:
            bought = purchases_of(connection, "brandt")[0]
            buyer = user_by_email(connection, BRANDT)
        assert buyer is not None
        if all(one.claim == "unclaimed" for one in bought):
            Counter(self.market.desk).claim(buyer, bought[0].sale_id, "not-asked", "Nie angefragt.", None)
        return bought[0].sale_id

    @property
    def deposit(self) -> str:
        with self.market.desk.store.read() as connection:
            buyer = user_by_email(connection, BRANDT)
        assert buyer is not None
        return self.market.premises().deposits.announce(buyer, 20_000)

    def send(self, path: str, **form: str) -> int:
        return int(send(self.client, path, **form).status_code)

    def lines(self) -> list[AuditRow]:
        with self.market.desk.store.read() as connection:
            return audit_rows(connection)[0]


def _after(path: str, form: dict[str, str], then: Act) -> Act:
    """Something that only can be done after something else."""

    def act(office: Office) -> tuple[str, dict[str, str]]:
        assert office.send(path.format(sale=office.sale) if "{sale}" in path else path, **form) == 303
        return then(office)

    return act


_NOTICE = {"text": "Wartung um 22 Uhr.", "until": LATER}
_PERMIT = {"kind": "34d", "number": "D-ABCD-12345-67", "until": ""}
_RULING = {"ruling": "reject", "text": WHY}
_SHARES = {"share-14": "60", "share-15": "40", "reason": "Versuch"}
_GONE = {"listing": "7K2KV", "by": "operator", "reason": "fehlerhaft"}
_NEW = {"organisation": "neu", "name": "Neu & Co", "may": "buyer"}
CASES, FIRM, NOTICES = "/betrieb/reklamationen", "/betrieb/teilnehmer/krone", "/betrieb/hinweise"

DEEDS: dict[str, tuple[str, Act]] = {
    "operate.halt": ("sector.halt", lambda o: ("/betrieb/halt", HALT)),
    "operate.resume": (
        "sector.resume",
        _after("/betrieb/halt", HALT, lambda o: ("/betrieb/fortsetzen", {"sector": "pkv"})),
    ),
    "operate.announce": ("notice.announce", lambda o: (NOTICES, _NOTICE)),
    "operate.end_notice": (
        "notice.end",
        _after(NOTICES, _NOTICE, lambda o: (f"{NOTICES}/{o.one(notices.c.notice_id)}/ende", {})),
    ),
    "operate.withdraw": ("lead.withdraw", lambda o: ("/betrieb/rueckzug", _GONE)),
    "operate.confirm_deposit": ("deposit.confirm", lambda o: (f"/betrieb/einzahlungen/{o.deposit}", {"amount": "200"})),
    "rulings.decide": ("claim.ruling", lambda o: (f"{CASES}/{o.sale}/urteil", _RULING)),
    "rulings.ask": ("claim.question", lambda o: (f"{CASES}/{o.sale}/rueckfrage", {"text": WHY})),
    "rulings.undo": (
        "claim.ruling_undone",
        _after(
            CASES + "/{sale}/urteil",
            _RULING,
            lambda o: (f"{CASES}/urteile/{o.one(claim_rulings.c.ruling_id)}/zurueck", {"sale": o.sale}),
        ),
    ),
    "members.join": ("member.join", lambda o: ("/betrieb/teilnehmer", _NEW)),
    "members.change": ("member.change", lambda o: (f"{FIRM}/stand", {"group": "verbund"})),
    "members.credit": ("member.credit", lambda o: (f"{FIRM}/kredit", {"credit": "100"})),
    "members.decide_credit": (
        "member.credit_drop",
        _after(
            f"{FIRM}/kredit",
            {"credit": "9000"},
            lambda o: (f"{FIRM}/kredit/{o.one(credit_asks.c.ask_id)}", {"do": "drop"}),
        ),
    ),
    "members.withdraw_offers": (
        "lead.withdraw",
        lambda o: ("/betrieb/teilnehmer/quelle/angebote", {"confirm": "quelle", "reason": "gesperrt"}),
    ),
    "members.add_licence": ("licence.add", lambda o: (f"{FIRM}/erlaubnisse", _PERMIT)),
    "members.remove_licence": (
        "licence.remove",
        _after(
            f"{FIRM}/erlaubnisse",
            _PERMIT,
            lambda o: (f"{FIRM}/erlaubnisse/{o.one(licences.c.licence_id)}/streichen", {}),
        ),
    ),
    "arms.put": ("curve.arms", lambda o: ("/betrieb/varianten/rlv", _SHARES)),
}
"""What each of the operators' routes that change something is sent, and what the log says of it."""

ELSEWHERE: dict[str, tuple[str, ...]] = {
    "sectors.rates": ("sectors.set_rates",),
    "sectors.edition": ("sectors.edit",),
    "curves.save": ("drafts.save",),
    "curves.turn": ("drafts.discard", "drafts.ask", "drafts.take_back", "drafts.reject", "curves.approve"),
    "curves.activate": ("curves.activate",),
    "curves.call_off": ("curves.call_off",),
    "curves.limits": ("curve_limits.set",),
    "admission.set_rules": ("quarantine.set_rules", "entitlement.ask_permits"),
    "admission.set_cap": ("entitlement.cap",),
    "admission.know_page": ("quarantine.know_page",),
    "admission.forget_page": ("quarantine.forget_page",),
    "admission.decide": ("quarantine.release", "quarantine.reject"),
    "admission.suppress": ("suppression.add", "suppression.remove"),
    "factors.ask": ("factors.ask_reset",),
    "factors.decide": ("factors.approve", "factors.drop"),
    "api.save_curve_draft": ("drafts.save",),
    "api.discard_curve_draft": ("drafts.discard",),
    "api.request_curve": ("drafts.ask",),
    "api.take_back_curve": ("drafts.take_back",),
    "api.approve_curve": ("curves.approve",),
    "api.reject_curve": ("drafts.reject",),
    "api.activate_curve": ("curves.activate",),
    "api.call_off_curve": ("curves.call_off",),
    "api.set_curve_limits": ("curve_limits.set",),
}
"""Routes that are walked by tests of their own: the verbs of `exchange.operators` behind each, which write the line."""

PAID = {"operate.ask_payout", "operate.decide_payout"}
"""Walked in `tests.web.test_payouts`: something must have become payable first."""

LOOKING = {
    "curves.preview",
    "api.preview_curve",
    "api.start_backtest",
    "analyse.begin_backtest",
    "analyse.stop_backtest",
    "analyse.begin_export",
    "analyse.stop_export",
}
"""What takes a form and changes nothing of the market: it asks."""


@pytest.fixture
def office(market: Market, visitor: Visitor) -> Office:
    complete(market)
    market.desk.tune("rlv", arms=(), versions=(CurveVersion(15, "RLV v15", falling(30)),))
    return Office(market, visitor(BY_ROLE["operator"]))


def operators_only(market: Market) -> set[str]:
    """Endpoints that take something and that operators, but no firm's owners, may come to."""
    taking = {
        rule.endpoint
        for rule in create_app(market.premises()).url_map.iter_rules()
        if rule.methods and rule.methods & {"POST", "PUT", "PATCH", "DELETE"}
    }
    return {one for one in taking if "operator" in MATRIX[one].roles and "owner" not in MATRIX[one].roles}


def test_every_route_of_operators_is_walked_here(market: Market) -> None:
    assert operators_only(market) - ELSEWHERE.keys() - PAID - LOOKING == DEEDS.keys()


@pytest.mark.parametrize("endpoint", DEEDS)
def test_a_deed_leaves_its_line(office: Office, endpoint: str) -> None:
    action, act = DEEDS[endpoint]
    path, form = act(office)
    before = {row.audit_id for row in office.lines()}
    assert office.send(path, **form) == 303
    new = [row for row in office.lines() if row.audit_id not in before]
    assert action in {row.action for row in new}
    assert {row.user for row in new} == {"Olga Betrieb"}


def test_every_verb_only_operators_may_use_writes_a_line() -> None:
    silent, loud = [], set()
    for path in Path(exchange.operators.__file__).parent.glob("*.py"):
        module = ast.parse(path.read_text(encoding="utf-8"))
        functions = [node for node in ast.walk(module) if isinstance(node, ast.FunctionDef)]
        writing = {"log", "noting", "noted", "put_by"}
        while more := {one.name for one in functions if _calls(one) & writing} - writing:
            writing |= more
        verbs = [one for kind in module.body if isinstance(kind, ast.ClassDef) for one in kind.body]
        asking = {one.name for one in verbs if isinstance(one, ast.FunctionDef) and "only_operators" in _calls(one)}
        silent += [f"{path.stem}.{name}" for name in asking - writing]
        loud |= {f"{path.stem}.{name}" for name in writing}
    assert silent == []
    assert {verb for verbs in ELSEWHERE.values() for verb in verbs} <= loud


def _calls(function: ast.FunctionDef) -> set[str]:
    calls = (node.func for node in ast.walk(function) if isinstance(node, ast.Call))
    return {call.attr if isinstance(call, ast.Attribute) else getattr(call, "id", "") for call in calls}
