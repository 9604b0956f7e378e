"""What buyers ask: standing bids, instant bids, claims, and the contact data of what they bought."""

from exchange.desk.answer import Answer
from exchange.desk.floor import Floor
from exchange.desk.request import request
from exchange.errors import ConfigError, Forbidden
from exchange.instant import Instant
from exchange.lead import Consent, Contact
from exchange.member import check_id
from exchange.money import Cents
from exchange.orderbook.caps import ActiveHours, Cap
from exchange.orderbook.filters import Filters
from exchange.orderbook.order import (
    CancelAll,
    CancelBid,
    ChangeBid,
    Facts,
    FileClaim,
    InstantBid,
    PauseBid,
    StandingBid,
    UnpauseBid,
)
from exchange.orderbook.sale import CLAIMED, UPHELD
from exchange.store import lookups
from exchange.store.leads import open_consent, open_contact

_UNREAD = Facts(0)
"""Stands in a request until the wallet is read under its lock."""


class Buying(Floor):
    """The buyers' verbs. Amounts are net cents; ``key`` is an idempotency key."""

    def place(
        self,
        sector: str,
        *,
        bid_id: str,
        buyer: str,
        limit_cents: Cents,
        quantity: int,
        filters: Filters = Filters(),
        budget_cents: Cents | None = None,
        caps: tuple[Cap, ...] = (),
        hours: ActiveHours | None = None,
        until_at: Instant | None = None,
        key: str | None = None,
    ) -> Answer:
        """Enter a standing bid. Raises Invalid, Unknown (sector, buyer) or Forbidden."""
        order = StandingBid(
            bid_id=check_id("bid_id", bid_id),
            buyer=buyer,
            group=buyer,
            limit_cents=limit_cents,
            quantity=quantity,
            facts=_UNREAD,
            filters=filters,
            budget_cents=budget_cents,
            caps=caps,
            hours=hours,
            until_at=until_at,
        )
        return self.ask(sector, request(order, buyer, key))

    def change(
        self,
        sector: str,
        *,
        bid_id: str,
        buyer: str,
        limit_cents: Cents,
        quantity: int,
        filters: Filters = Filters(),
        budget_cents: Cents | None = None,
        caps: tuple[Cap, ...] = (),
        hours: ActiveHours | None = None,
        until_at: Instant | None = None,
        key: str | None = None,
    ) -> Answer:
        """Give a bid new terms: every one is stated, also those that stay."""
        order = ChangeBid(
            bid_id=bid_id,
            buyer=buyer,
            limit_cents=limit_cents,
            quantity=quantity,
            facts=_UNREAD,
            filters=filters,
            budget_cents=budget_cents,
            caps=caps,
            hours=hours,
            until_at=until_at,
        )
        return self.ask(sector, request(order, buyer, key))

    def pause(self, sector: str, *, bid_id: str, buyer: str, key: str | None = None) -> Answer:
        """Take a bid out of the walk; its reservation stays."""
        return self.ask(sector, request(PauseBid(bid_id, buyer), buyer, key))

    def unpause(self, sector: str, *, bid_id: str, buyer: str, key: str | None = None) -> Answer:
        """Bring a paused bid back to its place."""
        return self.ask(sector, request(UnpauseBid(bid_id, buyer), buyer, key))

    def cancel(self, sector: str, *, bid_id: str, buyer: str, key: str | None = None) -> Answer:
        """End a bid and release what it reserves."""
        return self.ask(sector, request(CancelBid(bid_id, buyer), buyer, key))

    def cancel_all(self, sector: str, *, buyer: str, key: str | None = None) -> Answer:
        """End every bid of a buyer in this sector."""
        return self.ask(sector, request(CancelAll(buyer), buyer, key))

    def buy(
        self,
        sector: str,
        *,
        buyer: str,
        listing_id: str,
        most_cents: Cents,
        buyout: bool = False,
        key: str | None = None,
    ) -> Answer:
        """Buy a seat at the ask of this instant, paying at most so much; with ``buyout`` all seats of a shared lead."""
        order = InstantBid(buyer, buyer, listing_id, most_cents, _UNREAD, buyout or None)
        return self.ask(sector, request(order, buyer, key))

    def claim(self, sector: str, *, sale_id: str, buyer: str, ground: str, key: str | None = None) -> Answer:
        """Dispute a sale on one ground."""
        return self.ask(sector, request(FileClaim(sale_id, buyer, ground), buyer, key))

    def contact(self, *, sale_id: str, buyer: str) -> Contact:
        """Who asked, for the buyer of this seat. Raises Unknown for another's sale or an erased contact, Forbidden
        while a claim is open and after one was upheld: the person may not be contacted then (rules.md §7)."""
        if self.vault is None:
            raise ConfigError("there is no vault to open")
        with self.store.read() as connection:
            sale = lookups.sale_of_buyer(connection, sale_id, buyer)
            if sale.claim in (CLAIMED, UPHELD):
                raise Forbidden(f"{sale_id} is {sale.claim}: the enquirer may not be contacted")
            return open_contact(connection, self.vault, sale.lead_id)

    def proof(self, *, sale_id: str, buyer: str) -> Consent:
        """The consent behind a bought seat: the buyer must be able to prove it also after a claim. Raises Unknown."""
        if self.vault is None:
            raise ConfigError("there is no vault to open")
        with self.store.read() as connection:
            return open_consent(connection, self.vault, lookups.sale_of_buyer(connection, sale_id, buyer).lead_id)
