"""Filing a claim in two steps: choose a ground, then look at it with evidence and consequence before it is filed."""

from contextlib import suppress

from flask import Response, make_response, redirect, render_template, request, url_for

from exchange.aftersale.counter import FEWEST_LETTERS, SPEAK_FOR_THEMSELVES
from exchange.aftersale.evidence import MOST_LETTERS
from exchange.aftersale.hearing import Hearing
from exchange.claims import GROUNDS
from exchange.errors import Forbidden, Invalid
from exchange.orderbook.sale import UNCLAIMED
from exchange.reports.pulse import vat_rates
from exchange.reports.purchases import Purchase
from exchange.web import formats
from exchange.web.claim_view import check_view
from exchange.web.lead_sources import LeadSources, lead_sources
from exchange.web.lead_view import lead_view
from exchange.web.owned import counter, owned
from exchange.web.premises import premises
from exchange.web.visit import visit

Page = tuple[str, int]


def check(listing_id: str) -> Response | Page:
    """The ground chosen, what speaks for it and what follows; without a ground, the choice alone."""
    purchase = owned(listing_id)
    sources = lead_sources(purchase)
    seen = visit()
    if purchase.claim != UNCLAIMED or seen.now >= purchase.closes_at:
        return make_response(redirect(url_for("leads.show", listing_id=listing_id), 303))
    ground = request.args.get("ground")
    error = "" if ground is None or ground in GROUNDS else seen.t("claim.choose")
    return _page(sources, ground or "", "", error, 400 if error else 200)


def file(listing_id: str) -> Response | Page:
    """File the claim; where something stands in the way the page says what, and nothing is filed."""
    purchase, seen = owned(listing_id), visit()
    ground, text = request.form.get("ground", ""), request.form.get("evidence", "")
    if ground not in GROUNDS:
        return _page(lead_sources(purchase), "", text, seen.t("claim.choose"), 400)
    try:
        answer = counter().claim(seen.user, purchase.sale_id, ground, text, request.form.get("key", "")[:100] or None)
    except Invalid as invalid:
        return _page(lead_sources(purchase), ground, text, _wrong(invalid), 400)
    if answer.refused is None:
        return make_response(redirect(url_for("leads.show", listing_id=listing_id), 303))
    return _page(lead_sources(owned(listing_id)), ground, text, _refused(answer.refused.code, purchase), 409)


def answer(listing_id: str) -> Response:
    """What the buyer says to the operator's question; sealed like the evidence."""
    purchase = owned(listing_id)
    with suppress(Invalid, Forbidden):  # nothing said, or decided meanwhile: the page shows where the claim stands
        Hearing(premises().desk).answer(visit().user, purchase.sale_id, request.form.get("text", ""))
    return make_response(redirect(url_for("leads.show", listing_id=listing_id), 303))


def _page(sources: LeadSources, ground: str, text: str, error: str, status: int) -> Page:
    seen = visit()
    with premises().reading() as connection:
        vat_bp = vat_rates(connection)[sources.purchase.sector][0]
    fewest = 0 if ground in SPEAK_FOR_THEMSELVES else FEWEST_LETTERS
    checked = check_view(
        seen, sources, ground=ground, text=text, error=error, vat_bp=vat_bp, limits=(fewest, MOST_LETTERS)
    )
    page = render_template("leads/claim.html", lead=lead_view(seen, sources), check=checked)
    return page, status


def _wrong(invalid: Invalid) -> str:
    seen = visit()
    if invalid.field == "ground":
        return seen.t("claim.too_few")
    return seen.t("claim.evidence_length", fewest=FEWEST_LETTERS, most=MOST_LETTERS)


def _refused(code: str, purchase: Purchase) -> str:
    seen = visit()
    if code == "window_passed":
        return seen.t("claim.too_late", at=formats.moment(purchase.closes_at, "full", seen.lang))
    return seen.t("claim.already") if code == "already_claimed" else seen.t("claim.refused")
