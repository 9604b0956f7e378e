"""What suppliers ask: to list leads and to take them back."""

from collections.abc import Collection, Sequence

from exchange.desk.answer import Answer
from exchange.desk.floor import Floor, Result
from exchange.desk.request import DUPLICATE_WINDOW_US, Request, request
from exchange.errors import ExchangeError
from exchange.instant import Instant
from exchange.member import ENQUIRER, check_id
from exchange.orderbook.order import ListLead, WithdrawConsent, WithdrawListing
from exchange.store import OfferedLead
from exchange.store.leads import known_people

AT_ONCE = 1_000
"""Leads listed in one transaction, which is one instant."""


class Supplying(Floor):
    """The suppliers' verbs."""

    def list_leads(
        self,
        sector: str,
        *,
        supplier: str,
        leads: Sequence[OfferedLead],
        window_us: int = DUPLICATE_WINDOW_US,
        key: str | None = None,
    ) -> list[Result]:
        """List a batch: each lead is an order of its own, in order, served before the next is listed.

        All of up to 1,000 leads at one instant. An item of the result is an error (Invalid, Unknown, Forbidden)
        where that lead was answered at the door; the others are listed all the same. ``window_us`` is the sector's
        duplicate window, within which a contact is known again.
        """
        results: list[Result] = []
        for first in range(0, len(leads), AT_ONCE):
            asked = [
                _asked(lead, supplier, key, first + place, window_us)
                for place, lead in enumerate(leads[first : first + AT_ONCE])
            ]
            good = [one for one in asked if isinstance(one, Request)]
            answers = iter(self.submit(sector, good) if good else ())
            results += [next(answers) if isinstance(one, Request) else one for one in asked]
        return results

    def withdraw(self, sector: str, *, listing_id: str, by: str, reason: str = "", key: str | None = None) -> Answer:
        """Close a listing's open seats; ``by`` is the supplier or ``operator``; ``enquirer``: `withdraw_consent`."""
        if by == ENQUIRER:
            return self.withdraw_consent(sector, listing_id=listing_id, by=by, reason=reason, key=key)
        return self.ask(sector, request(WithdrawListing(listing_id, by, reason), by, key))

    def withdraw_consent(
        self,
        sector: str,
        *,
        listing_id: str,
        by: str,
        since_at: Instant | None = None,
        reason: str = "",
        key: str | None = None,
    ) -> Answer:
        """The enquirer took the consent back: no open seat of the lead is sold any more, and its buyers are told.

        ``by`` is who says so: the supplier, ``operator`` or ``enquirer``; ``since_at`` when it was taken back (None:
        just now). Reaches all listings of the lead, sold ones too. Raises Invalid for an instant that lies ahead.
        """
        return self.ask(sector, request(WithdrawConsent(listing_id, by, since_at, reason), by, key))

    def people(self, sector: str, prints: Collection[str], since: Instant) -> dict[str, str]:
        """Which of these fingerprints a lead of the sector had since an instant, with the person's id."""
        with self.store.read() as connection:
            return known_people(connection, sector, prints, since)


def _asked(lead: OfferedLead, supplier: str, key: str | None, part: int, window_us: int) -> Request | ExchangeError:
    try:
        order = ListLead(
            listing_id=check_id("listing_id", lead.listing_id),
            supplier=supplier,
            supplier_group=supplier,
            person_id=check_id("person_id", lead.person_id or lead.lead),
            region=lead.region,
            postcode=lead.postcode,
            seats=lead.seats,
            start_cents=lead.start_cents,
            floor_cents=lead.floor_cents,
            asked_at=lead.asked_at,
            answers=tuple(sorted(lead.answers)),
            consent=lead.scope,
            draw=lead.draw or 0,
            curve=lead.curve,
            duration_us=lead.duration_us,
            conversion=lead.conversion,
        )
        return request(order, supplier, key, part=part, offered=lead, window_us=window_us)
    except ExchangeError as error:
        return error
