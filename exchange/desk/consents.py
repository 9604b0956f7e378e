"""Consents taken back, as one transaction sees them: what an order reaches, what nobody may list again."""

from collections.abc import Sequence
from dataclasses import replace

from exchange.desk.request import Request
from exchange.errors import Invalid
from exchange.orderbook.book import Book
from exchange.orderbook.order import Order, WithdrawConsent
from exchange.orderbook.sharing import second_id
from exchange.store import OfferedLead, Transaction
from exchange.store.withdrawals import listings_of_leads, revoked_leads, revoked_listings


class Consents:
    """What the requests of one sector in one transaction need to know of consents."""

    def __init__(self, tx: Transaction, book: Book, requests: Sequence[Request]) -> None:
        self._book = book
        named = {one.order.listing_id for one in requests if isinstance(one.order, WithdrawConsent)}
        again = {one.offered.lead for one in requests if one.offered is not None and one.offered.lead_id is not None}
        self._families = tx.ask(listings_of_leads, named) if named else {}
        self._revoked = tx.ask(revoked_leads, again) if again else set()
        if named:
            book.revoked |= tx.ask(revoked_listings, named)

    def complete(self, order: Order) -> Order:
        """An order on a consent with all listings of its lead, among them one that began only in this transaction."""
        if not isinstance(order, WithdrawConsent):
            return order
        family = self._families.get(order.listing_id, ())
        begun = [second_id(one) for one in family if second_id(one) in self._book.listings]
        return replace(order, listing_ids=tuple(sorted({*family, *begun})))

    def check_lead(self, offered: OfferedLead) -> None:
        """Raise Invalid for a lead whose enquirer took the consent back."""
        if offered.lead in self._revoked:
            raise Invalid("lead_id", f"the consent of {offered.lead} was withdrawn")
