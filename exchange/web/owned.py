"""What a visitor's firm may open: its own seats, with contact and consent as far as they still may be seen."""

from flask import abort

from exchange.aftersale import Counter
from exchange.errors import Forbidden, Unknown
from exchange.lead import Consent, Contact
from exchange.orderbook.sale import CLAIMED
from exchange.reports.purchases import Purchase, purchase_of
from exchange.web.premises import premises
from exchange.web.visit import visit


def owned(listing_id: str) -> Purchase:
    """The firm's own seat of a listing, or 404."""
    with premises().reading() as connection:
        purchase = purchase_of(connection, visit().user.organisation, listing_id)
    if purchase is None:
        abort(404)
    return purchase


def contact_of(purchase: Purchase) -> Contact | None:
    """Who asked; None where it was erased, never given, or may not be used any more."""
    if purchase.claim == CLAIMED:
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


def counter() -> Counter:
    """Where calls, reports and claims are handed in."""
    return Counter(premises().desk)
