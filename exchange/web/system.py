"""The system page: all of `exchange doctor`, and the audit log with its filters."""

import re
from dataclasses import dataclass

from flask import Blueprint, render_template, request, url_for

from exchange.audit.proof import prove_audit
from exchange.reports.audit import AuditRow, audit_actions, audit_people, audit_rows
from exchange.web import formats, retention
from exchange.web.health_strip import health_strip
from exchange.web.premises import premises
from exchange.web.visit import Visit, visit
from exchange.web.vital_view import SPANS, vital_views

system = Blueprint("system", __name__, url_prefix="/betrieb/system")
system.add_url_rule("/aufbewahrung", view_func=retention.show, endpoint="retention")

_AFTER = re.compile(r"(\d{1,19})~([0-9a-f]{1,40})\Z", re.ASCII)
_INSTANT = re.compile(r"_at\Z")


@dataclass(frozen=True, slots=True)
class DeedView:
    """One line of the log in words."""

    at: str
    who: str
    action: str
    objects: str
    change: str
    tape: str
    seal: str


@system.get("")
def show() -> str:
    """The log, the latest first; the chain is proven anew when asked for."""
    seen, args = visit(), request.args
    span = args.get("zeit", "") if args.get("zeit", "") in SPANS else "tag"
    action, who = args.get("was", "")[:60], args.get("wer", "")[:60]
    found = _AFTER.match(args.get("after", ""))
    with premises().reading() as connection:
        rows, after = audit_rows(
            connection, action=action, user_id=who, after=(int(found[1]), found[2]) if found else None
        )
        actions, people = audit_actions(connection), audit_people(connection)
        proof = prove_audit(connection) if args.get("pruefen") else None
    following = None if after is None else f"{after[0]}~{after[1]}"
    return render_template(
        "operate/system.html",
        rows=[_view(seen, row) for row in rows],
        actions=actions,
        people=people,
        action=action,
        who=who,
        proof=proof,
        proof_text="" if proof is None else _proof_text(seen, proof.sealed, proof.waiting, proof.broken),
        next_href=url_for("system.show", was=action or None, wer=who or None, after=following) if following else "",
        vitals=vital_views(seen, span),
        spans=[(key, seen.t(f"vital.span.{key}")) for key in SPANS],
        span=span,
        strip=health_strip(seen),
    )


def _proof_text(seen: Visit, sealed: int, waiting: int, broken: str) -> str:
    if broken:
        return seen.t("audit.broken", what=broken)
    return seen.t("audit.whole", sealed=formats.number(sealed, seen.lang), waiting=formats.number(waiting, seen.lang))


def _view(seen: Visit, row: AuditRow) -> DeedView:
    names = row.before.keys() | row.after.keys()
    changes = [
        f"{name}: {_value(seen, name, row.before[name])} → {_value(seen, name, row.after.get(name))}"
        if name in row.before
        else f"{name}: {_value(seen, name, row.after[name])}"
        for name in sorted(names)
        if name in row.before or row.after.get(name) not in ("", None)
    ]
    return DeedView(
        at=formats.moment(row.at, "second", seen.lang),
        who=row.user or row.user_id,
        action=row.action,
        objects=", ".join(f"{name} {value}" for name, value in row.objects.items()),
        change=", ".join(changes),
        tape=f"{row.sector} {row.seq}" if row.sector else "",
        seal=formats.number(row.n, seen.lang) if row.n else "",
    )


def _value(seen: Visit, name: str, value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        if _INSTANT.search(name):
            return formats.moment(value, "minute", seen.lang)
        if name.endswith("cents"):
            return seen.money(value)
    text = str(value)
    return f"{text[:16]}…" if name == "text" and len(text) == 64 else text
