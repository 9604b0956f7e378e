"""The consent behind a supplier's own lead: the record its buyers hold, with the checksum, and when it was used."""

from flask import Response, jsonify

from exchange.instant import to_text
from exchange.reports.consents import HASHED, consent_sheet
from exchange.web.premises import premises
from exchange.web.visit import visit


def consent(listing_id: str) -> Response:
    """A file to keep; uses name no buyer."""
    desk = premises().desk
    if desk.vault is None:
        raise LookupError("pages need a vault")
    with premises().reading() as connection:
        found = consent_sheet(connection, desk.vault, listing_id, visit().user.organisation)
    told = {
        "record": found.record,
        "hash": found.hash,
        "hashed": HASHED,
        "uses": [{"at": to_text(one.at), "kind": one.kind} for one in found.uses],
    }
    if found.withdrawn_at is not None:
        told["withdrawn_at"] = to_text(found.withdrawn_at)
    answer = jsonify(told)
    answer.headers["Content-Disposition"] = 'attachment; filename="einwilligung.json"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
