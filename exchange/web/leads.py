"""What a firm has bought: the list, one lead with contact, consent and receipt, and buying without scripts."""

import re

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for
from flask_login import login_required

from exchange.errors import Forbidden, Unknown
from exchange.lead import Consent, Contact
from exchange.reports.purchases import Purchase, purchase_count, purchase_of, purchases_of, receipt_of
from exchange.web.board import opened
from exchange.web.buying import Bought, buy
from exchange.web.filters import after_text
from exchange.web.lead_list import listed_purchase
from exchange.web.lead_view import LeadSources, lead_view, vcard_text
from exchange.web.premises import premises
from exchange.web.refusals import tell
from exchange.web.visit import visit

leads = Blueprint("leads", __name__, url_prefix="/leads")

_AFTER = re.compile(r"(\d{1,19})~([A-Za-z0-9_.-]{1,100})\Z", re.ASCII)


@leads.get("")
@login_required
def index() -> str:
    """Purchases, the latest first, with the names of those who asked."""
    seen, firm = visit(), visit().user.organisation
    found = _AFTER.match(request.args.get("after", ""))
    with premises().reading() as connection:
        rows, after = purchases_of(connection, firm, (int(found[1]), found[2]) if found else None)
        many = purchase_count(connection, firm)
    views = [listed_purchase(seen, row, contact_of(row)) for row in rows]
    href = "" if after is None else url_for("leads.index", after=after_text(after))
    page = {"rows": views, "next_href": href, "count_text": seen.tn("leads.count", many)}
    return render_template("leads/index.html", page=page)


@leads.get("/<listing_id>")
@login_required
def show(listing_id: str) -> str:
    """One lead; another firm's is not found, whether it exists or not."""
    seen, purchase = visit(), owned(listing_id)
    with premises().reading() as connection:
        receipt = receipt_of(connection, premises().rulebook, purchase)
    sources = LeadSources(purchase, receipt, contact_of(purchase), proof_of(purchase))
    return render_template("leads/show.html", lead=lead_view(seen, sources))


@leads.get("/<listing_id>/kontakt.vcf")
@login_required
def vcard(listing_id: str) -> Response:
    """The contact as a card for the telephone."""
    contact = contact_of(owned(listing_id))
    if contact is None:
        abort(404)
    response = make_response(vcard_text(contact))
    response.mimetype = "text/vcard"
    response.headers["Content-Disposition"] = f'attachment; filename="{listing_id}.vcf"'
    return response


@leads.post("/<listing_id>/kauf")
@login_required
def buy_here(listing_id: str) -> Response | tuple[str, int]:
    """Buy without scripts: the form carries the most and the key; the answer is a page."""
    seen = visit()
    most = request.form.get("most_cents", "")
    if not re.fullmatch(r"[1-9][0-9]{0,11}", most):
        abort(400)
    result = buy(seen, listing_id, int(most), request.form.get("key", "")[:100] or None)
    if isinstance(result, Bought):
        return make_response(redirect(url_for("leads.show", listing_id=listing_id), 303))
    ask = seen.money(result.ask_cents) if result.ask_cents is not None else ""
    problem = tell(seen, result.code, result.reason, ask)
    return render_template("board/confirm.html", b=opened(listing_id, "row"), problem=problem), 409


@leads.post("/<listing_id>/reklamation")
@login_required
def claim(listing_id: str) -> Response:
    """Dispute the sale on one ground."""
    purchase = owned(listing_id)
    premises().desk.claim(
        purchase.sector,
        sale_id=purchase.sale_id,
        buyer=visit().user.organisation,
        ground=request.form.get("ground", ""),
        key=request.form.get("key", "")[:100] or None,
    )
    return make_response(redirect(url_for("leads.show", listing_id=listing_id), 303))


def owned(listing_id: str) -> Purchase:
    """The firm's own seat of a listing, or 404."""
    with premises().reading() as connection:
        purchase = purchase_of(connection, visit().user.organisation, listing_id)
    if purchase is None:
        abort(404)
    return purchase


def contact_of(purchase: Purchase) -> Contact | None:
    """Who asked; None where it was erased, never given, or may not be used any more."""
    if purchase.claim == "claimed":
        return None
    try:
        return premises().desk.contact(sale_id=purchase.sale_id, buyer=visit().user.organisation)
    except (Unknown, Forbidden):
        return None


def proof_of(purchase: Purchase) -> Consent | None:
    """The consent behind a seat; None where none was kept."""
    try:
        return premises().desk.proof(sale_id=purchase.sale_id, buyer=visit().user.organisation)
    except Unknown:
        return None
