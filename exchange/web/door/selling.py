"""Suppliers' programs: their listings, each one's story, figures, earnings, and what such leads fetched."""

from typing import Any

from exchange.errors import Forbidden, Invalid
from exchange.instant import SECOND_US, from_text
from exchange.postcodes import region_of
from exchange.reports.advice import FEWEST as FEWEST_CASES
from exchange.reports.advice import Kind, advice_of
from exchange.reports.consents import ConsentSheet
from exchange.reports.earnings import earnings_book
from exchange.reports.life import SoldSeat
from exchange.reports.selling import FEWEST, Figures, selling_of
from exchange.reports.supplies import Sift, SupplyRow, supplies_of
from exchange.web import formats
from exchange.web.door.doorway import Call, Reply
from exchange.web.filters import after_text
from exchange.web.premises import premises
from exchange.web.supply_leads import place_of_page
from exchange.web.supply_life import life


def list_supplied(call: Call) -> Reply:
    """A page of the firm's own listings."""
    asked = {name: call.query[name] for name in ("state", "source", "campaign", "batch") if name in call.query}
    place = place_of_page(call.query.get("after", ""))
    with premises().reading() as connection:
        rows, after = supplies_of(connection, call.firm, Sift(**asked), place, call.query["size"])
    told = [_row(row) for row in rows]
    return Reply({"listings": told, "next": None if after is None else after_text(after)})


def show_supplied(call: Call, listing_id: str) -> Reply:
    """One listing with its story; another supplier's is missing."""
    found, consent = life(call.seen.user, listing_id)
    return Reply(
        {name: getattr(found, name) for name in found.__slots__}
        | {
            "id": found.listing_id,
            "earned_cents": found.pending_cents + found.payable_cents,
            "steps": [{"at": at, "ask_cents": cents} for at, cents in found.steps],
            "sales": [_seat(seat) for seat in found.sales],
            "relatives": list(found.relatives),
            "consent": None if consent is None else _consent(consent),
        }
    )


def show_selling(call: Call) -> Reply:
    """How the firm's leads sell."""
    days = call.query["days"]
    with premises().reading() as connection:
        found = selling_of(connection, call.firm, formats.midnights(call.seen.now, days))
    groups = [
        {"by": by, "name": name} | _figures(one) for by, named in found.groups.items() for name, one in named.items()
    ]
    return Reply({"days": days, "fewest": FEWEST, "total": _figures(found.whole), "groups": groups})


def show_earnings(call: Call) -> Reply:
    """What the ledger holds for the firm."""
    with premises().reading() as connection:
        return Reply(earnings_book(connection, call.firm, formats.midnights(call.seen.now, call.query["days"])))


def price_advice(call: Call) -> Reply:
    """What such leads fetched; for firms that bring leads."""
    if not call.seen.user.sells:
        raise Forbidden("this firm brings no leads")
    asked = call.query
    answers = dict(one.split(":", 1) for one in asked.get("answers", ()))
    if len(answers) != len(asked.get("answers", ())):
        raise Invalid("answers", "each question once")
    postcode, age_s = asked["postcode"], asked.get("age_s")
    region = next(iter(region_of(postcode)), "") if len(postcode) == 5 else ""
    age_us = None if age_s is None else age_s * SECOND_US
    with premises().reading() as connection:
        found = advice_of(
            connection, Kind(asked["sector"], asked["seats"], region, postcode, age_us, answers), call.seen.now
        )
    said: dict[str, Any] = {"enough": found is not None, "fewest": FEWEST_CASES, "at_floor": None}
    if found is None:
        return Reply(said | dict.fromkeys(("cases", "sold", "same_region", "same_answers", "fetched")))
    said |= {name: getattr(found, name) for name in ("cases", "sold", "same_region", "same_answers")}
    said["fetched"] = [{"percent": per, "cents": cents} for per, cents in found.fetched]
    if "floor_cents" in asked:
        said["at_floor"] = found.above(asked["floor_cents"])
    return Reply(said)


def _row(row: SupplyRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in row.__slots__} | {"id": row.listing_id}


def _seat(seat: SoldSeat) -> dict[str, Any]:
    return {name: getattr(seat, name) for name in seat.__slots__} | {"ground": seat.ground or None}


def _consent(sheet: ConsentSheet) -> dict[str, Any]:
    return {
        "hash": sheet.hash,
        "given_at": from_text(sheet.record["given_at"]),
        "withdrawn_at": sheet.withdrawn_at,
        "uses": [{"at": use.at, "kind": use.kind} for use in sheet.uses],
    }


def _figures(one: Figures) -> dict[str, Any]:
    names = ("ended", "ended_sold", "sell_through_bp", "seats", "revenue_cents", "priced", "mean_cents", "price_bp")
    return {name: getattr(one, name) for name in (*names, "upheld_bp")} | {
        "median_wait_s": None if one.wait_us is None else one.wait_us // SECOND_US,
        "claims": [
            {"ground": ground, "state": state, "count": many} for (ground, state), many in sorted(one.claims.items())
        ],
    }
