"""What sectors and suppliers may: rules of the quarantine, permits, caps, known pages. One page, a form for each."""

from flask import Response, make_response, redirect, render_template, request, url_for

from exchange.admission.quarantine import QuarantineRules
from exchange.catalogue import SECTORS
from exchange.errors import Invalid, Unknown
from exchange.operators.entitlement import Entitlement
from exchange.operators.quarantine import Quarantine
from exchange.operators.register import KINDS
from exchange.reports import Connection
from exchange.reports.admission import caps, pages, sector_admissions
from exchange.reports.register import members
from exchange.store.admission import SIDES, permits_in
from exchange.web.deeds import request_id
from exchange.web.health_strip import health_strip
from exchange.web.premises import premises
from exchange.web.visit import visit

Page = tuple[str, int]


def rules() -> str:
    """Everything that is set, with a form for each."""
    return _page("")


def set_rules() -> Response | Page:
    """Rules and permits of one sector."""
    seen, form = visit(), request.form
    sector = form.get("sector", "")
    try:
        found = QuarantineRules(
            _whole("likeness"),
            _whole("phone_sectors"),
            _whole("young_leads"),
            _whole("least_score") * 100,
            pages=form.get("pages") == "1",
        )
        Quarantine(premises().desk).set_rules(seen.user, sector, found, request_id())
        asked = {side: form.getlist(side) for side in SIDES}
        Entitlement(premises().desk).ask_permits(seen.user, sector, asked, request_id())
    except (Invalid, Unknown):
        return _page(seen.t("rules.error.sector")), 400
    return _back()


def set_cap() -> Response | Page:
    """A supplier's leads a day in a sector; an empty field takes the cap away."""
    seen, form = visit(), request.form
    try:
        per_day = _whole("per_day") if form.get("per_day", "").strip() else None
        supplier, sector = form.get("supplier", ""), form.get("sector", "")
        Entitlement(premises().desk).cap(seen.user, supplier, sector, per_day, request_id())
    except (Invalid, Unknown):
        return _page(seen.t("rules.error.cap")), 400
    return _back()


def know_page() -> Response | Page:
    """A page on which a supplier's enquirers agree."""
    seen, form = visit(), request.form
    try:
        page = form.get("page", "")[:300]
        Quarantine(premises().desk).know_page(seen.user, form.get("supplier", ""), page, request_id())
    except (Invalid, Unknown):
        return _page(seen.t("rules.error.page")), 400
    return _back()


def forget_page() -> Response | Page:
    """It is one no more."""
    seen, form = visit(), request.form
    try:
        Quarantine(premises().desk).forget_page(seen.user, form.get("supplier", ""), form.get("page", ""), request_id())
    except Unknown:
        return _page(seen.t("rules.error.page")), 404
    return _back()


def _page(error: str) -> str:
    seen = visit()
    with premises().reading() as connection:
        sectors = sector_admissions(connection)
        limits, known = caps(connection), pages(connection)
        firms = _suppliers(connection)
    lines = [
        {
            "code": one.sector,
            "name": SECTORS[one.sector].name_en if seen.lang == "en" else SECTORS[one.sector].name_de,
            "rules": one.rules,
            "asked": permits_in(one.permits),
        }
        for one in sectors
    ]
    return render_template(
        "admission/rules.html",
        sectors=lines,
        caps=limits,
        pages=known,
        firms=firms,
        kinds=[(kind, seen.t(f"licence.{kind}")) for kind in KINDS],
        sides=SIDES,
        error=error,
        done=seen.t("rules.done") if request.args.get("fertig") else "",
        strip=health_strip(seen),
    )


def _suppliers(connection: Connection) -> list[tuple[str, str]]:
    return [(one.organisation, one.name) for one in members(connection, visit().now) if one.supplier]


def _whole(name: str) -> int:
    text = request.form.get(name, "").strip()
    if not (text.isascii() and text.isdecimal() and len(text) < 8):
        raise Invalid(name, "a whole number")
    return int(text)


def _back() -> Response:
    return make_response(redirect(url_for("admission.rules", fertig=1), 303))
