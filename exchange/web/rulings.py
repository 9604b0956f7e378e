"""The operators' queue of claims: by deadline, with a pre-check; one case opened beside it; rulings with an undo."""

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for

from exchange.aftersale.hearing import CaseFile, Hearing
from exchange.aftersale.rulings import AlreadyRuled, Rulings
from exchange.claims import GROUNDS
from exchange.errors import Forbidden, Invalid
from exchange.instant import SECOND_US
from exchange.orderbook.sale import CLAIMED
from exchange.reports.claims import (
    TABS,
    ClaimRow,
    claim_counts,
    claim_of,
    claim_quotas,
    claim_traces,
    claims_queue,
    pending_rulings,
)
from exchange.reports.pulse import vat_rates
from exchange.web.case_view import CaseLine, case_line, case_view
from exchange.web.deeds import request_id
from exchange.web.health_strip import health_strip
from exchange.web.premises import premises
from exchange.web.visit import visit

rulings = Blueprint("rulings", __name__, url_prefix="/betrieb/reklamationen")

Page = tuple[str, int]


@rulings.get("")
def index() -> str:
    """The queue; no case is opened, so nothing sealed is."""
    return _page(None, None)


@rulings.get("/<sale_id>")
def show(sale_id: str) -> str:
    """The queue with one case; that it was opened goes into the audit log."""
    row = _claim(sale_id)
    return _page(row, Hearing(premises().desk).open(visit().user, sale_id, request_id()))


@rulings.post("/<sale_id>/urteil")
def decide(sale_id: str) -> Response | Page:
    """Rule; it takes effect in ten seconds. Then the next case."""
    following = _next(sale_id)
    ruling, text = request.form.get("ruling", ""), request.form.get("text", "")
    try:
        Rulings(premises().desk).decide(visit().user, sale_id, ruling, text, request_id())
    except Invalid:
        return _again(sale_id, "cases.error.text", text, 400)
    except AlreadyRuled:
        return _again(sale_id, "cases.error.ruled", text, 409)
    if following:
        return _to("rulings.show", sale_id=following)
    return _to("rulings.index")


@rulings.post("/<sale_id>/rueckfrage")
def ask(sale_id: str) -> Response | Page:
    """A question to the buyer; no ruling."""
    following, text = _next(sale_id), request.form.get("text", "")
    try:
        Hearing(premises().desk).ask(visit().user, sale_id, text, request_id())
    except Invalid:
        return _again(sale_id, "cases.error.text", text, 400)
    except Forbidden:
        return _again(sale_id, "cases.error.ruled", text, 409)
    return _to("rulings.show", sale_id=following) if following else _to("rulings.index")


@rulings.post("/urteile/<ruling_id>/zurueck")
def undo(ruling_id: str) -> Response:
    """Within ten seconds nothing has happened yet."""
    undone = Rulings(premises().desk).undo(visit().user, ruling_id, request_id())
    sale_id = request.form.get("sale", "")
    if undone and sale_id:
        return _to("rulings.show", sale_id=sale_id)
    return _to("rulings.index", zuspaet=None if undone else 1)


def _claim(sale_id: str) -> ClaimRow:
    with premises().reading() as connection:
        row = claim_of(connection, sale_id)
    if row is None:
        abort(404)
    return row


def _next(sale_id: str) -> str:
    """The case after this one by deadline, among those nobody has decided yet; the first one after the last."""
    with premises().reading() as connection:
        open_ones = [row.sale_id for row in claims_queue(connection, "open") if not row.pending]
    at = open_ones.index(sale_id) if sale_id in open_ones else -1
    others = [*open_ones[at + 1 :], *open_ones[: max(at, 0)]]
    return others[0] if others else ""


def _again(sale_id: str, error: str, text: str, status: int) -> Page:
    file = Hearing(premises().desk).open(visit().user, sale_id, request_id())
    return _page(_claim(sale_id), file, error=visit().t(error), text=text), status


def _page(row: ClaimRow | None, file: CaseFile | None, *, error: str = "", text: str | None = None) -> str:
    seen = visit()
    tab = request.args.get("stand", "open")
    tab = tab if tab in TABS else "open"
    ground, supplier = request.args.get("grund", ""), request.args.get("lieferant", "")
    ground = ground if ground in GROUNDS else ""
    with premises().reading() as connection:
        counts, found = claim_counts(connection), claims_queue(connection, tab, ground=ground, supplier=supplier)
        everybody = claims_queue(connection, tab)
        lines: list[CaseLine] = []
        for one in found:
            traces = claim_traces(connection, one) if one.claim == CLAIMED else None
            lines.append(case_line(seen, one, traces))
        case = None
        if row is not None and file is not None:
            vat_bp = vat_rates(connection)[row.sector][0]
            case = case_view(seen, row, claim_traces(connection, row), claim_quotas(connection, row), file, vat_bp)
        waiting = pending_rulings(connection, seen.user.user_id, seen.now)
    suppliers = sorted({(one.supplier, one.supplier_name) for one in everybody}, key=lambda pair: pair[1])
    page = {
        "tab": tab,
        "counts": counts,
        "lines": lines,
        "ground": ground,
        "supplier": supplier,
        "grounds": sorted({one.ground for one in everybody}),
        "suppliers": suppliers,
        "case": case,
        "text": (case["reason"] if case else "") if text is None else text,
        "error": error,
        "late": seen.t("cases.too_late") if request.args.get("zuspaet") else "",
        "undo": [
            {
                "id": one.ruling_id,
                "sale": one.sale_id,
                "seconds": max(-(-(one.due_at - seen.now) // SECOND_US), 1),
                "text": seen.t(f"cases.done.{one.ruling}", case=one.sale_id),
            }
            for one in waiting
        ],
    }
    return render_template("operate/claims.html", page=page, strip=health_strip(seen))


def _to(endpoint: str, **values: object) -> Response:
    return make_response(redirect(url_for(endpoint, **values), 303))  # type: ignore[arg-type]
