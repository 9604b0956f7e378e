"""The form of what members ask: checked before anything is numbered, so a wrong form changes nothing."""

import re

from exchange.errors import Invalid
from exchange.instant import Instant
from exchange.money import BasisPoints, Cents
from exchange.orderbook.caps import ActiveHours, Cap
from exchange.orderbook.filters import Filters
from exchange.orderbook.order import BidTerms, ListLead
from exchange.orderbook.sharing import check_conversion
from exchange.sector import REGIONS

_PREFIX = re.compile(r"\d{1,5}\Z", re.ASCII)
_DAY_MINUTES = 1440


def check_bid(order: BidTerms, *, tick_cents: Cents, at: Instant, until_before: Instant | None = None) -> None:
    """Raise `Invalid` naming the first field of a standing bid that has no proper form.

    A change may state the end of validity that stands, ``until_before``: where that has passed, the bid has ended,
    which is no matter of form.
    """
    if order.limit_cents <= 0 or order.limit_cents % tick_cents:
        raise Invalid("limit_cents", f"a limit is a positive multiple of the sector's tick of {tick_cents} cents")
    if order.quantity < 1:
        raise Invalid("quantity", "a bid wants at least one lead")
    if order.budget_cents is not None and order.budget_cents <= 0:
        raise Invalid("budget_cents", "a budget is a positive amount")
    if order.until_at is not None and order.until_at <= at and order.until_at != until_before:
        raise Invalid("until_at", "the end of validity must lie in the future")
    for cap in order.caps:
        _check_cap(cap)
    if order.hours is not None:
        _check_hours(order.hours)
    check_filters(order.filters)


def _check_cap(cap: Cap) -> None:
    if (cap.leads is None) == (cap.net_cents is None):
        raise Invalid("caps", "a cap counts either leads or money")
    if (cap.leads or cap.net_cents or 0) < 1:
        raise Invalid("caps", "a cap is positive")


def _check_hours(hours: ActiveHours) -> None:
    if not hours.windows:
        raise Invalid("hours", "active hours need at least one window")
    for weekday, first, end in hours.windows:
        if not (0 <= weekday <= 6 and 0 <= first < end <= _DAY_MINUTES):
            raise Invalid("hours", "a window lies within one day and ends after it begins")


def check_filters(filters: Filters) -> None:
    """Raise `Invalid` for an empty set (it does not mean everything) or an unknown region or postcode."""
    for field, values in (
        ("regions", filters.regions),
        ("postcodes", filters.postcodes),
        ("only_from", filters.only_from),
    ):
        if values is not None and not values:
            raise Invalid(field, "an empty list lets nothing in: leave it out to let in everything")
    for region in filters.regions or ():
        check_region(region)
    for prefix in filters.postcodes or ():
        if not _PREFIX.match(prefix):
            raise Invalid("postcodes", f"{prefix!r} is no postcode prefix of one to five digits")
    if any(not condition.values for condition in filters.conditions):
        raise Invalid("conditions", "a condition names at least one value")


def check_region(region: str) -> None:
    """Raise `Invalid` for anything but an ISO 3166-2 code of a German state."""
    if region not in REGIONS:
        raise Invalid("region", f"{region!r} is no German state: write ISO 3166-2, like DE-BY")


def check_offer(order: ListLead, *, most_seats: int, seat_bp: BasisPoints) -> None:
    """Raise `Invalid` where a lead cannot be listed as asked; prices are checked when its terms compile."""
    check_region(order.region)
    if not 1 <= order.seats <= most_seats:
        raise Invalid("seats", f"this sector lists 1 to {most_seats} seats")
    if not 0 <= order.draw <= 9999:
        raise Invalid("draw", "the arm's draw is a number from 0 to 9999")
    if order.conversion is not None:
        given = {"seats": order.seats, "most_seats": most_seats, "seat_bp": seat_bp}
        check_conversion(order.listing_id, order.conversion, **given)
