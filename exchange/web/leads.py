"""What a firm has bought: the list with what came of it, one lead, and buying without scripts."""

import re
from dataclasses import replace

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for
from flask_login import login_required

from exchange.reports.worklist import FILTERS, Place, costs, progress_counts, worklist
from exchange.web import attempts, claims, lead_files
from exchange.web.board import opened
from exchange.web.buying import Bought, buy
from exchange.web.lead_costs import cost_view
from exchange.web.lead_list import filter_tabs, listed_purchase
from exchange.web.lead_sources import lead_sources
from exchange.web.lead_view import lead_view
from exchange.web.owned import contact_of, owned
from exchange.web.premises import premises
from exchange.web.refusals import tell, top_up_href
from exchange.web.visit import visit

leads = Blueprint("leads", __name__, url_prefix="/leads")

_AFTER = re.compile(r"([01])~(\d{1,19})~([A-Za-z0-9_.~-]{1,100})\Z", re.ASCII)


@leads.get("")
@login_required
def index() -> str:
    """Purchases, those to be called first, then the latest; and what each source's contracts cost."""
    seen, firm = visit(), visit().user.organisation
    chosen = chosen_filter()
    with premises().reading() as connection:
        rows, after = worklist(connection, firm, chosen, place_of_page(request.args.get("after", "")))
        counts = progress_counts(connection, firm)
        spent = costs(connection, firm)
    page = {
        "rows": [listed_purchase(seen, row, contact_of(row.purchase)) for row in rows],
        "tabs": filter_tabs(seen, chosen, counts),
        "chosen": chosen,
        "next_href": url_for("leads.index", state=chosen or None, after=place_text(after)) if after else "",
        "count_text": seen.tn("leads.count", counts[""]),
        "costs": cost_view(seen, spent),
    }
    return render_template("leads/index.html", page=page)


@leads.get("/<listing_id>")
@login_required
def show(listing_id: str) -> str:
    """One lead; another firm's is not found, whether it exists or not."""
    return render_template("leads/show.html", lead=lead_view(visit(), lead_sources(owned(listing_id))))


@leads.post("/<listing_id>/kauf")
@login_required
def buy_here(listing_id: str) -> Response | tuple[str, int]:
    """Buy without scripts: the form carries the most and the key; the answer is a page."""
    seen = visit()
    buyout = request.form.get("buyout") == "1"
    most = request.form.get("whole_cents" if buyout else "most_cents", "")
    if not re.fullmatch(r"[1-9][0-9]{0,11}", most):
        abort(400)
    result = buy(seen, listing_id, int(most), request.form.get("key", "")[:100] or None, buyout=buyout)
    if isinstance(result, Bought):
        return make_response(redirect(url_for("leads.show", listing_id=listing_id), 303))
    ask = seen.money(result.ask_cents) if result.ask_cents is not None else ""
    problem = tell(seen, result.code, result.reason, ask)
    if result.code == "insufficient_funds" and result.gross_cents is not None:
        missing_cents = result.gross_cents - result.available_cents
        problem = replace(problem, href=top_up_href(listing_id, missing_cents))
    return render_template("board/confirm.html", b=opened(listing_id, "row"), problem=problem), 409


def chosen_filter() -> str:
    """The filter the URL names; all leads for one that does not exist."""
    chosen = request.args.get("state", "")
    return chosen if chosen in FILTERS else ""


def place_of_page(text: str) -> Place | None:
    """Where the page before ended, from a URL."""
    found = _AFTER.match(text)
    return (int(found[1]), int(found[2]), found[3]) if found else None


def place_text(place: Place) -> str:
    """The same for a URL."""
    return "~".join(map(str, place))


for rule, endpoint, view, method in (
    ("/export.csv", "export", lead_files.export, "GET"),
    ("/<listing_id>/kontakt.vcf", "vcard", lead_files.vcard, "GET"),
    ("/<listing_id>/nachweis.pdf", "proof_pdf", lead_files.paper, "GET"),
    ("/<listing_id>/nachweis.json", "proof_json", lead_files.record, "GET"),
    ("/<listing_id>/versuche", "log", attempts.log, "POST"),
    ("/<listing_id>/versuche/<attempt_id>/zurueck", "undo", attempts.undo, "POST"),
    ("/<listing_id>/ergebnis", "report", attempts.report, "POST"),
    ("/<listing_id>/reklamation", "check", claims.check, "GET"),
    ("/<listing_id>/reklamation", "claim", claims.file, "POST"),
    ("/<listing_id>/reklamation/antwort", "answer", claims.answer, "POST"),
):
    leads.add_url_rule(rule, endpoint, login_required(view), methods=[method])
