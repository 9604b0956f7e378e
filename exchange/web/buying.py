"""An instant buy as both doors do it: the desk's answer in one form for pages and machines."""

from dataclasses import dataclass, replace
from secrets import token_hex
from typing import Any

from exchange.errors import ExchangeError, Forbidden, Invalid, Unknown
from exchange.money import Cents, gross_cents
from exchange.orderbook.order import InstantBid
from exchange.orderbook.outcome import Filled, Refused
from exchange.payload import decode
from exchange.reports import Connection
from exchange.reports.answers import answered
from exchange.reports.board import listing_of, sector_of
from exchange.reports.money import available_of
from exchange.reports.pulse import vat_rates
from exchange.reports.races import TOLD_BELOW_US, lost_by_us
from exchange.web import formats
from exchange.web.premises import premises
from exchange.web.visit import Visit


class TooMany(ExchangeError):
    """More orders than one user may send."""

    code = "too_many"


@dataclass(frozen=True, slots=True)
class Bought:
    """A seat is ours. Net price and what lay between it and the most we would have paid."""

    listing_id: str
    sale_id: str
    ask_cents: Cents
    saved_cents: Cents
    available_cents: Cents
    sector: str
    seq: int
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class NotBought:
    """Nothing was charged, and why. Amounts are given where they help: ask net, gross and available gross."""

    listing_id: str
    code: str
    reason: str | None
    most_cents: Cents
    ask_cents: Cents | None
    gross_cents: Cents | None
    available_cents: Cents
    lost_by_ms: int | None = None
    replayed: bool = False


BuyResult = Bought | NotBought


def buy(seen: Visit, listing_id: str, most_cents: Cents, key: str | None, *, buyout: bool = False) -> BuyResult:
    """Buy at most so dear; with ``buyout`` all seats of a shared lead.

    Raises what is answered at the door: Invalid, Unknown, Forbidden, KeyReused, TooMany, LimitReached.
    """
    ours = premises()
    if not seen.user.may_buy:
        raise Forbidden("this user may not buy")
    if not ours.entrance.may_order(seen.user):
        raise TooMany("at most five orders a second")
    with ours.reading() as connection:
        sector = sector_of(connection, seen.viewer, listing_id)
    if sector is None:
        raise Unknown("listing", listing_id)
    order_key = key or token_hex(16)
    ours.spending.hold(seen.user, order_key, listing_id, most_cents, formats.midnight(seen.now))
    try:
        noting = ours.desk.noting(ours.spending.noted(seen.user, order_key))
        answer = noting.buy(
            sector,
            buyer=seen.user.organisation,
            listing_id=listing_id,
            most_cents=most_cents,
            buyout=buyout,
            key=key,
        )
    except (Invalid, Unknown, Forbidden):
        ours.spending.refused(seen.user, order_key)
        raise
    entries = [(one.at, one.seq, one.value) for one in answer.entries]
    return replace(_result_of(seen, sector, entries), replayed=answer.replayed)


def find(seen: Visit, key: str) -> BuyResult | None:
    """What a key was answered; None where the order has not arrived."""
    ours = premises()
    with ours.reading() as connection:
        found = answered(connection, seen.user.organisation, InstantBid.kind, key)
    if found is None:
        return None
    entries = [(entry.at, entry.seq, decode(entry.kind, entry.payload)) for entry in found.entries]
    return _result_of(seen, found.entries[0].sector, entries)


def _result_of(seen: Visit, sector: str, entries: list[tuple[int, int, Any]]) -> BuyResult:
    """What was decided, with the figures a page tells."""
    order: InstantBid = entries[0][2]
    ours, firm = premises(), seen.user.organisation
    with ours.reading() as connection:
        available = available_of(connection, {firm}).get(firm, 0)
        for _, seq, value in entries[1:]:
            if isinstance(value, Filled) and value.buyer == firm:
                saved = order.most_cents - value.ask_cents
                return Bought(order.listing_id, value.sale_id, value.ask_cents, saved, available, sector, seq)
            if isinstance(value, Refused):
                return _refused(connection, seen, order, value, available, entries[0][0])
    raise ExchangeError("a buy was neither filled nor refused")


def _refused(
    connection: Connection, seen: Visit, order: InstantBid, refused: Refused, available: Cents, at: int
) -> NotBought:
    row = listing_of(connection, premises().rulebook, seen.viewer, order.listing_id, at)
    ask = None if row is None else (row.buyout_cents if order.buyout else None) or row.ask_cents
    vat_bp = vat_rates(connection)[row.sector][0] if row is not None else 0
    lost = lost_by_us(connection, order.listing_id, at) if refused.reason == "sold" else None
    return NotBought(
        listing_id=order.listing_id,
        code=refused.code,
        reason=refused.reason,
        most_cents=order.most_cents,
        ask_cents=ask,
        gross_cents=None if ask is None else gross_cents(ask, vat_bp),
        available_cents=available,
        lost_by_ms=lost // 1000 if lost is not None and lost < TOLD_BELOW_US else None,
    )
