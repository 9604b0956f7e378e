"""One purchase as a line of the list, and the list's filters."""

from dataclasses import dataclass

from flask import url_for

from exchange.catalogue import title
from exchange.instant import DAY_US, HOUR_US, MINUTE_US
from exchange.lead import Contact
from exchange.postcodes import place_of
from exchange.reports.purchases import Purchase
from exchange.reports.worklist import FILTERS, TO_CALL, WorkRow
from exchange.web import formats
from exchange.web.rows import land_of, short_code
from exchange.web.visit import Visit

SOON_US = DAY_US
TONES = {"new": "acc", "unreached": "warn", "contract": "ok", "appointment": "ok", "withdrawn": "bad"}


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
    progress: str
    tone: str
    calls: str
    call_first: bool
    claim: str
    claim_soon: bool
    price: str


@dataclass(frozen=True, slots=True)
class FilterTab:
    """One filter of the list with how many leads it holds."""

    name: str
    count: int
    href: str
    current: bool


def name_of(contact: Contact) -> str:
    """First and last name."""
    return f"{contact.first_name} {contact.last_name}".strip()


def locked_name(seen: Visit, purchase: Purchase) -> str:
    """What stands in place of a name that may not be seen."""
    return seen.t("leads.name_locked" if purchase.claim in ("claimed", "upheld") else "leads.name_erased")


def filter_tabs(seen: Visit, chosen: str, counts: dict[str, int]) -> list[FilterTab]:
    """All filters; the empty ones too, so that nothing moves."""
    return [
        FilterTab(
            seen.t(f"leads.filter.{key or 'all'}"),
            counts[key],
            url_for("leads.index", state=key or None),
            key == chosen,
        )
        for key in FILTERS
    ]


def listed_purchase(seen: Visit, row: WorkRow, contact: Contact | None) -> ListedPurchase:
    """One line; after the purchase the whole postcode may be shown."""
    purchase = row.purchase
    how = seen.t("feed.instant")
    if purchase.bid_id:
        how = seen.t("feed.by_bid", name=purchase.bid_name or short_code(purchase.sector))
    left_us = purchase.closes_at - seen.now
    calls = ""
    if row.last_at is not None:
        at = formats.lately(row.last_at, seen.now, seen.lang)
        calls = seen.t("attempts.last", calls=seen.tn("attempts.calls", row.calls), at=at)
    return ListedPurchase(
        purchase.listing_id,
        short_code(purchase.sector),
        name_of(contact) if contact else locked_name(seen, purchase),
        title(purchase.sector, tuple(purchase.answers.items()), seen.lang),
        purchase.postcode,
        f"{place_of(purchase.postcode)}, {land_of(purchase.region)}",
        formats.moment(purchase.sold_at, "full", seen.lang),
        how,
        seen.t(f"progress.{row.progress}"),
        TONES.get(row.progress, ""),
        calls,
        row.progress in TO_CALL,
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
