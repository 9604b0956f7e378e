"""One purchase as a line of the list."""

from dataclasses import dataclass

from exchange.catalogue import title
from exchange.instant import DAY_US, HOUR_US, MINUTE_US
from exchange.lead import Contact
from exchange.postcodes import place_of
from exchange.reports.purchases import Purchase
from exchange.web import formats
from exchange.web.rows import land_of, short_code
from exchange.web.visit import Visit

SOON_US = DAY_US


@dataclass(frozen=True, slots=True)
class ListedPurchase:
    """What `leads/index.html` asks for."""

    id: str
    code: str
    name: str
    title: str
    postcode: str
    place: str
    at: str
    how: str
    claim: str
    claim_soon: bool
    price: str


def name_of(contact: Contact) -> str:
    """First and last name."""
    return f"{contact.first_name} {contact.last_name}".strip()


def listed_purchase(seen: Visit, purchase: Purchase, contact: Contact | None) -> ListedPurchase:
    """One line; after the purchase the whole postcode may be shown."""
    how = seen.t("feed.instant")
    if purchase.bid_id:
        how = seen.t("feed.by_bid", name=purchase.bid_name or short_code(purchase.sector))
    left_us = purchase.closes_at - seen.now
    return ListedPurchase(
        purchase.listing_id,
        short_code(purchase.sector),
        name_of(contact) if contact else seen.t("leads.name_erased"),
        title(purchase.sector, tuple(purchase.answers.items()), seen.lang),
        purchase.postcode,
        f"{place_of(purchase.postcode)}, {land_of(purchase.region)}",
        formats.moment(purchase.sold_at, "full", seen.lang),
        how,
        claim_text(seen, purchase),
        purchase.claim == "unclaimed" and 0 < left_us < SOON_US,
        seen.money(purchase.ask_cents),
    )


def claim_text(seen: Visit, purchase: Purchase) -> str:
    """How long a claim is possible, or where one stands."""
    if purchase.claim != "unclaimed":
        return seen.t(f"claim.{purchase.claim}")
    left_us = purchase.closes_at - seen.now
    return seen.t("claim.over") if left_us <= 0 else seen.t("claim.left", span=span_text(seen, left_us))


def span_text(seen: Visit, span_us: int) -> str:
    """``13 Tage 23 h``, below a day ``5 h 12 min``."""
    days, rest = divmod(span_us, DAY_US)
    if days:
        return seen.tn("claim.days", days, hours=rest // HOUR_US)
    return seen.t("claim.hours", n=rest // HOUR_US, minutes=rest % HOUR_US // MINUTE_US)
