"""Purchases over JSON: buying, the list, one with its contact and proof, its receipt."""

from typing import Any

from flask import Response, url_for

from exchange.errors import Unknown
from exchange.reports.purchases import Purchase, purchase_of, purchases_of, receipt_of
from exchange.web import buying
from exchange.web.buying import Bought, BuyResult, NotBought
from exchange.web.door.doorway import Call, Reply, replaying
from exchange.web.door.market import steps
from exchange.web.lead_sources import LeadSources, lead_sources
from exchange.web.premises import premises
from exchange.web.problems import problem
from exchange.web.proof import proof_of_sources


def buy_lead(call: Call, listing_id: str) -> Reply | Response:
    """Buy a seat; the key makes a repeated request harmless."""
    return told(buying.buy(call.seen, listing_id, call.body["most_cents"], call.key))


def buy_out_lead(call: Call, listing_id: str) -> Reply | Response:
    """Buy all seats of a shared lead at once."""
    return told(buying.buy(call.seen, listing_id, call.body["most_cents"], call.key, buyout=True))


def purchase(call: Call) -> Reply | Response:
    """A page of purchases, or what a key was answered."""
    if "key" in call.query:
        result = buying.find(call.seen, call.query["key"])
        return problem("unknown") if result is None else told(result, form=1)
    after = call.query.get("after")
    number, _, sale_id = after.partition("~") if after else ("", "", "")
    with premises().reading() as connection:
        place = (int(number), sale_id) if after else None
        found, following = purchases_of(connection, call.firm, place, call.query["size"])
    cursor = None if following is None else f"{following[0]}~{following[1]}"
    return Reply({"purchases": [_row(one) for one in found], "next": cursor})


def show_purchase(call: Call, sale_id: str) -> Reply:
    """One purchase; the first look at its contact is noted."""
    return Reply(_detail(call, lead_sources(own_purchase(call, sale_id))))


def show_receipt(call: Call, sale_id: str) -> Reply:
    """Where the sale stands on the tape."""
    found = own_purchase(call, sale_id)
    with premises().reading() as connection:
        entry = receipt_of(connection, premises().rulebook, found)
    return Reply(
        {
            "sale_id": found.sale_id,
            "listing_id": found.listing_id,
            "ask_cents": found.ask_cents,
            "vat_cents": found.vat_cents,
            "sector": found.sector,
            "seq": found.seq,
            "at": entry.at,
            "hash": entry.hash,
        }
    )


def own_purchase(call: Call, sale_id: str) -> Purchase:
    """A seat of one's own; another firm's is unknown like a missing one."""
    sale = premises().desk.row_of("sale", sale_id)
    if sale["buyer"] != call.firm:
        raise Unknown("sale", sale_id)
    with premises().reading() as connection:
        found = purchase_of(connection, call.firm, sale["listing_id"])
    if found is None:
        raise Unknown("sale", sale_id)
    return found


def told(result: BuyResult, form: int = 0) -> Reply | Response:
    """A buy's result: the price, or the problem with what helps to understand it."""
    if isinstance(result, NotBought):
        return replaying(_not_bought(result), result.replayed)
    return Reply(_bought(result), result.replayed, form)


def _bought(result: Bought) -> dict[str, Any]:
    return {
        "id": result.listing_id,
        "sale_id": result.sale_id,
        "ask_cents": result.ask_cents,
        "saved_cents": result.saved_cents,
        "available_cents": result.available_cents,
        "receipt": {"sector": result.sector, "seq": result.seq},
        "href": url_for("leads.show", listing_id=result.listing_id),
    }


def _not_bought(result: NotBought) -> Response:
    members: dict[str, Any] = {"most_cents": result.most_cents}
    if result.code in ("price_above_limit", "insufficient_funds"):
        members |= {"ask_cents": result.ask_cents, "gross_cents": result.gross_cents}
    if result.code == "insufficient_funds":
        members["available_cents"] = result.available_cents
    if result.code == "already_bought":
        members["href"] = url_for("leads.show", listing_id=result.listing_id)
    return problem(result.code, reason=result.reason, lost_by_ms=result.lost_by_ms, **members)


def _row(found: Purchase) -> dict[str, Any]:
    return {
        "sale_id": found.sale_id,
        "listing_id": found.listing_id,
        "sector": found.sector,
        "region": found.region,
        "postcode": found.postcode,
        "answers": found.answers,
        "asked_at": found.asked_at,
        "sold_at": found.sold_at,
        "seat": found.seat,
        "seats": found.seats,
        "ask_cents": found.ask_cents,
        "vat_cents": found.vat_cents,
        "bid_id": found.bid_id,
        "claim": found.claim,
        "claim_until": found.closes_at,
    }


def _detail(call: Call, sources: LeadSources) -> dict[str, Any]:
    found, contact, entry = sources.purchase, sources.contact, sources.receipt
    proof, outcome = proof_of_sources(call.seen, sources), sources.disposition
    return _row(found) | {
        "contact": contact,
        "may_contact": sources.may_call,
        "consent": None if proof is None else proof.as_json(),
        "withdrawn_at": sources.withdrawn_at,
        "receipt": {"sector": found.sector, "seq": found.seq, "at": entry.at, "hash": entry.hash},
        "steps": steps(entry.steps),
        "attempts": [
            {"id": one.attempt_id, "result": one.result, "at": one.at, "user": one.user} for one in sources.attempts
        ],
        "outcome": outcome,
        "ground": found.ground or None,
        "silence_at": found.silence_at,
        "returned_cents": found.returned_net_cents,
    }
