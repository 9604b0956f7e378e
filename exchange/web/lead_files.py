"""What of a lead leaves as a file: contact card, proof of consent as PDF and JSON, the list as CSV."""

from flask import Response, abort, jsonify, make_response, request

from exchange.errors import Forbidden
from exchange.reports.worklist import FILTERS, WITHDRAWN, worklist
from exchange.web.lead_csv import csv_text
from exchange.web.lead_sources import lead_sources
from exchange.web.owned import contact_of, counter, owned
from exchange.web.premises import premises
from exchange.web.proof import Proof, proof_of_sources
from exchange.web.proof_pdf import proof_pdf
from exchange.web.sheet_csv import Shape
from exchange.web.vcard import vcard_text
from exchange.web.visit import visit

MOST_ROWS = 50_000


def vcard(listing_id: str) -> Response:
    """The contact as a card for the telephone."""
    sources = lead_sources(owned(listing_id))
    if sources.contact is None or not sources.may_call:
        abort(404)
    return _file(vcard_text(sources.contact).encode(), "text/vcard", f"{listing_id}.vcf")


def paper(listing_id: str) -> Response:
    """The proof of consent as PDF, its checksum that of the page."""
    seen, purchase = visit(), owned(listing_id)
    pdf = proof_pdf(
        _proof(listing_id),
        title=seen.t("proof.title"),
        subtitle=seen.t("proof.subtitle", lead=purchase.lead_id, firm=seen.user.firm),
        note=seen.t("proof.note"),
        inexact=seen.t("proof.inexact"),
    )
    return _file(pdf, "application/pdf", f"nachweis-{listing_id}.pdf", inline=True)


def record(listing_id: str) -> Response:
    """The same as JSON: record, checksum, how it is worked out, uses."""
    response = jsonify(_proof(listing_id).as_json())
    response.headers["Content-Disposition"] = f'attachment; filename="nachweis-{listing_id}.json"'
    return response


def export() -> Response:
    """The firm's leads under the list's filter: for Excel (semicolon, comma, BOM) or by RFC 4180."""
    seen = visit()
    if not seen.user.organisation:
        raise Forbidden("only a firm has leads")
    chosen = request.args.get("state", "")
    shape: Shape = "excel" if request.args.get("form") == "excel" else "rfc4180"
    with premises().reading() as connection:
        rows, _ = worklist(connection, seen.user.organisation, chosen if chosen in FILTERS else "", most=MOST_ROWS)
    found = [(row, None if row.progress == WITHDRAWN else contact_of(row.purchase)) for row in rows]
    counter().opened(seen.user, [row.purchase.sale_id for row, contact in found if contact is not None])
    return _file(csv_text(seen, found, shape), "text/csv", "leads.csv")


def _proof(listing_id: str) -> Proof:
    found = proof_of_sources(visit(), lead_sources(owned(listing_id)))
    if found is None:
        abort(404)
    return found


def _file(data: bytes, mimetype: str, name: str, *, inline: bool = False) -> Response:
    response = make_response(data)
    response.mimetype = mimetype
    response.headers["Content-Disposition"] = f'{"inline" if inline else "attachment"}; filename="{name}"'
    return response
