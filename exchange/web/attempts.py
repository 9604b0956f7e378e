"""One click a call, ten seconds to take it back, and the report of what came of the lead.

Each answers with the lead's page; `attempts.js` takes the changed parts out of it.
"""

import re

from flask import Response, abort, make_response, redirect, render_template, request, url_for

from exchange.web.filters import cents_of
from exchange.web.owned import counter, owned
from exchange.web.visit import visit

_THOUSANDS = re.compile(r"[.\s](?=\d{3}(?:\D|\Z))")


def log(listing_id: str) -> Response:
    """Report a call; the form's key makes a repeated click harmless."""
    purchase = owned(listing_id)
    form = request.form
    counter().log(visit().user, purchase.sale_id, form.get("result", ""), form.get("key", ""))
    return _back(listing_id)


def undo(listing_id: str, attempt_id: str) -> Response | tuple[str, int]:
    """Take one's own call back, within ten seconds."""
    purchase = owned(listing_id)
    if counter().undo(visit().user, purchase.sale_id, attempt_id):
        return _back(listing_id)
    seen = visit()
    title, body = seen.t("attempt.too_late"), seen.t("attempt.too_late_body")
    return render_template("problems/page.html", title=title, body=body, number=""), 409


def report(listing_id: str) -> Response:
    """Report what came of the lead, with the contract's worth if there is one."""
    purchase = owned(listing_id)
    typed = request.form.get("worth", "").strip()
    outcome = request.form.get("outcome", "")
    worth = cents_of(_THOUSANDS.sub("", typed)) if typed and outcome == "contract" else None
    if typed and outcome == "contract" and worth is None:
        abort(400)
    counter().report(visit().user, purchase.sale_id, outcome, worth)
    return _back(listing_id)


def _back(listing_id: str) -> Response:
    return make_response(redirect(url_for("leads.show", listing_id=listing_id), 303))
