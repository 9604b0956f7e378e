"""A bid's terms between JSON and the order book."""

from typing import Any

from exchange.catalogue import SECTORS
from exchange.errors import Invalid
from exchange.instant import SECOND_US
from exchange.orderbook.caps import ActiveHours, Cap
from exchange.orderbook.filters import Condition, Filters, number_of
from exchange.reports.bids import BidRow
from exchange.web.bid_form import Wanted

_OF_SIZE = ("<", "<=", ">", ">=")


def wanted(body: dict[str, Any], sector: str) -> Wanted:
    """The terms a body asks for in a sector; raises Invalid where they say nothing there."""
    hours = body["hours"]
    return Wanted(
        sector=sector,
        name=body["name"].strip(),
        limit_cents=body["limit_cents"],
        quantity=body["quantity"],
        filters=_filters(body["filters"], sector),
        caps=tuple(Cap(cap["period"], leads=cap["leads"], net_cents=cap["net_cents"]) for cap in body["caps"]),
        budget_cents=body["budget_cents"],
        hours=None if hours is None else ActiveHours(tuple(_window(window) for window in hours)),
        until_at=body["until"],
    )


def bid_view(bid: BidRow) -> dict[str, Any]:
    """A bid as it stands."""
    terms = bid.terms
    return {
        "id": bid.bid_id,
        "sector": bid.sector,
        "name": bid.name,
        "state": bid.state,
        "limit_cents": bid.limit_cents,
        "quantity": bid.quantity,
        "filled": bid.filled,
        "filled_today": bid.today,
        "spent_cents": bid.spent_cents,
        "reserved_cents": bid.reserved_cents,
        "budget_cents": terms.budget_cents,
        "filters": _filters_view(terms.filters),
        "caps": terms.caps,
        "hours": None if terms.hours is None else [_window_view(window) for window in terms.hours.windows],
        "entered_at": bid.entered_at,
        "until": terms.until_at,
    }


def _filters(body: dict[str, Any], sector: str) -> Filters:
    age_s = body["age_below_s"]
    return Filters(
        regions=_some(body["regions"]),
        postcodes=_some(body["postcodes"]),
        conditions=tuple(_condition(one, sector) for one in body["conditions"]),
        age_below_us=None if age_s is None else age_s * SECOND_US,
        seats_at_most=body["seats_at_most"],
        only_from=_some(body["only_from"]),
        not_from=tuple(dict.fromkeys(body["not_from"])),
    )


def _some(values: list[str] | None) -> tuple[str, ...] | None:
    return None if values is None else tuple(dict.fromkeys(values))


def _condition(one: dict[str, Any], sector: str) -> Condition:
    """A demand that a lead of the sector can meet: on a question it is asked, by size only on numbers."""
    known = SECTORS.get(sector)
    if known is not None and known.question(one["key"]) is None:
        raise Invalid("filters.conditions", f"leads of {sector} are not asked {one['key']}")
    if one["operator"] in _OF_SIZE and any(number_of(value) is None for value in one["values"]):
        raise Invalid("filters.conditions", f"{one['operator']} compares numbers")
    return Condition(one["key"], one["operator"], tuple(one["values"]))


def _window(window: dict[str, int]) -> tuple[int, int, int]:
    return window["weekday"], window["from_minute"], window["until_minute"]


def _window_view(window: tuple[int, int, int]) -> dict[str, int]:
    weekday, first, end = window
    return {"weekday": weekday, "from_minute": first, "until_minute": end}


def _filters_view(filters: Filters) -> dict[str, Any]:
    age_us = filters.age_below_us
    return {
        "regions": filters.regions,
        "postcodes": filters.postcodes,
        "conditions": filters.conditions,
        "age_below_s": None if age_us is None else -(-age_us // SECOND_US),
        "seats_at_most": filters.seats_at_most,
        "only_from": filters.only_from,
        "not_from": filters.not_from,
    }
