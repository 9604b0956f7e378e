"""Standing bids over JSON: the list, one with its story, placing, changing, pausing, ending, trying out."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any

from flask import Response

from exchange.desk import Answer
from exchange.errors import Unknown
from exchange.orderbook.bid import ACTIVE, CANCELLED, PAUSED, Bid
from exchange.orderbook.changing import loses_place
from exchange.orderbook.outcome import Changed, Filled, Placed
from exchange.orderbook.terms import check_bid
from exchange.reports import Connection
from exchange.reports.bid_story import fills_of, skips_of
from exchange.reports.bids import BidRow, bid_of, bids_after
from exchange.reports.preview import preview
from exchange.reports.pulse import vat_rates
from exchange.web import formats
from exchange.web.bid_form import Wanted
from exchange.web.bids import switch_bid
from exchange.web.door.bid_terms import bid_view, wanted
from exchange.web.door.doorway import Call, Reply, may_order, receipt, refusal
from exchange.web.premises import premises
from exchange.web.problems import problem


def list_bids(call: Call) -> Reply:
    """The firm's bids, page by page."""
    midnight_at, query = formats.midnight(call.seen.now), call.query
    ended, _, rest = query.get("after", "").partition("~")
    entered, _, bid_id = rest.partition("~")
    place = (int(ended), int(entered), bid_id) if ended else None
    with premises().reading() as connection:
        rows, following = bids_after(connection, call.firm, midnight_at, place, query["size"], living=query["living"])
    cursor = None if following is None else "~".join(map(str, following))
    return Reply({"bids": [bid_view(bid) for bid in rows], "next": cursor})


def show_bid(call: Call, bid_id: str) -> Reply:
    """One bid with what it did."""
    with premises().reading() as connection:
        bid = _own(connection, call, bid_id)
        fills, skips = fills_of(connection, bid), skips_of(connection, bid)
    told = [{"at": one.at, "reason": one.reason, "listing_id": one.listing_id or None} for one in skips]
    return Reply(bid_view(bid) | {"fills": fills, "skips": told})


def place_bid(call: Call) -> Reply | Response:
    """Enter a bid; its id follows from firm and key, so that a request sent twice is one bid."""
    terms = wanted(call.body, call.body["sector"])
    may_order(call.seen)
    ours = premises()
    bid_id = f"b-{sha256(f'{call.firm}:{call.key}'.encode()).hexdigest()[:24]}"
    answer = ours.desk.place(terms.sector, bid_id=bid_id, buyer=call.firm, key=call.key, **terms.terms())
    if answer.refused is not None:
        return refusal(answer.refused, replayed=answer.replayed)
    if terms.name and not answer.replayed:
        ours.entrance.name_bid(bid_id, terms.name)
    placed = next(value for value in answer.outcomes if isinstance(value, Placed))
    return Reply(_entered(answer, placed), answer.replayed)


def change_bid(call: Call, bid_id: str) -> Reply | Response:
    """Give a bid new terms; the answer says whether it kept its place."""
    ours = premises()
    with ours.reading() as connection:
        bid = _own(connection, call, bid_id)
    terms = wanted(call.body, bid.sector)
    may_order(call.seen)
    answer = ours.desk.change(bid.sector, bid_id=bid_id, buyer=call.firm, key=call.key, **terms.terms())
    if answer.refused is not None:
        return refusal(answer.refused, replayed=answer.replayed)
    if terms.name != bid.name and not answer.replayed:
        ours.entrance.name_bid(bid_id, terms.name)
    changed = next(value for value in answer.outcomes if isinstance(value, Changed))
    told = {"state": changed.state, "kept_place": changed.kept_place}
    return Reply(_entered(answer, changed) | told, answer.replayed)


def pause_bid(call: Call, bid_id: str) -> Reply | Response:
    """Take a bid out of the walk."""
    return _turned(call, bid_id, premises().desk.pause, PAUSED)


def resume_bid(call: Call, bid_id: str) -> Reply | Response:
    """Bring it back to its place."""
    return _turned(call, bid_id, premises().desk.unpause, ACTIVE)


def cancel_bid(call: Call, bid_id: str) -> Reply | Response:
    """End it."""
    return _turned(call, bid_id, premises().desk.cancel, CANCELLED)


def switch(call: Call, bid_id: str) -> Reply | Response:
    """Pause or resume, as the pages' switch does."""
    on = call.body["on"]
    with premises().reading() as connection:
        bid = _own(connection, call, bid_id)
    refused = switch_bid(call.seen, bid_id, (call.firm, bid.sector), on=on)
    return problem(refused.code, reason=refused.reason) if refused else Reply({"id": bid_id, "on": on})


def preview_bid(call: Call) -> Reply:
    """What a bid of these terms would do."""
    ours, seen, bid_id = premises(), call.seen, call.body["bid_id"]
    terms = wanted(call.body, call.body["sector"])
    with ours.reading() as connection:
        rates = vat_rates(connection)
        if terms.sector not in rates:
            raise Unknown("sector", terms.sector)
        vat_bp, tick_cents, _ = rates[terms.sector]
        order = terms.order(call.firm, seen.user.group)
        check_bid(order, tick_cents=tick_cents, at=seen.now)
        before = None if bid_id is None else _own(connection, call, bid_id)
        if before is not None and before.sector != terms.sector:
            raise Unknown("bid", bid_id)
        found = preview(connection, ours.rulebook, seen.viewer, order, terms.sector, seen.now)
    return Reply(
        {
            "fitting": found.fitting,
            "payable": found.payable,
            "reserved_cents": Bid(0, order, seen.user.group, tick_cents).reservation_cents(vat_bp),
            "coming": found.coming,
            "past_leads": len(found.past),
            "past_cents": sum(one.ask_cents for one in found.past),
            "complete": found.complete,
            "keeps_place": None if before is None else _keeps(before, terms, call),
        }
    )


def _keeps(before: BidRow, terms: Wanted, call: Call) -> bool:
    return not loses_place(before.terms, terms.change(before.bid_id, call.firm))


def _turned(call: Call, bid_id: str, act: Callable[..., Answer], state: str) -> Reply | Response:
    with premises().reading() as connection:
        bid = _own(connection, call, bid_id)
    may_order(call.seen)
    answer = act(bid.sector, bid_id=bid_id, buyer=call.firm, key=call.key)
    if answer.refused is not None:
        return refusal(answer.refused, replayed=answer.replayed)
    return Reply({"id": bid_id, "state": state, "receipt": receipt(answer)}, answer.replayed)


def _own(connection: Connection, call: Call, bid_id: str) -> BidRow:
    """A bid of one's own; another firm's is unknown like a missing one."""
    bid = bid_of(connection, call.firm, bid_id, formats.midnight(call.seen.now))
    if bid is None:
        raise Unknown("bid", bid_id)
    return bid


def _entered(answer: Answer, held: Placed | Changed) -> dict[str, Any]:
    """What entering did, from the tape alone: a repeated request is told the same."""
    bought = [
        {"at": entry.at, "listing_id": entry.value.listing_id, "ask_cents": entry.value.ask_cents}
        for entry in answer.entries[1:]
        if isinstance(entry.value, Filled) and entry.value.bid_id == held.bid_id
    ]
    return {"id": held.bid_id, "reserved_cents": held.reserved_cents, "bought": bought, "receipt": receipt(answer)}
