"""Suppliers' programs: post a lead or many, ask what became of each. The sandbox answers alike, without the market."""

from typing import Any

from flask import Response, url_for

from exchange.catalogue import SECTORS, defaults_of
from exchange.errors import Invalid
from exchange.instant import HOUR_US
from exchange.intake.columns import ColumnMap
from exchange.money import format_amount
from exchange.sector import Sector
from exchange.staging import Offer, files, maps
from exchange.staging.answered import Status
from exchange.staging.listing import Plan
from exchange.staging.outcomes import STATES, Outcome
from exchange.staging.posting import Posting, Terms
from exchange.staging.rest import field_name
from exchange.staging.sheet import Received, from_file, from_leads
from exchange.staging.trying import MARK, Trying
from exchange.web.door import reading, receiving
from exchange.web.door.doorway import Call, Reply
from exchange.web.door.shapes.lead_forms import BATCHES, LEADS
from exchange.web.premises import premises
from exchange.web.uploading import in_background

_APART = ("sector", "reference", "keep_hints", "start_cents", "floor_cents", "seats")
_PRICES = {"start_cents": "start_price", "floor_cents": "floor_price"}


def post_lead(call: Call) -> Reply:
    """Take one lead and say at once what became of it."""
    told, sandbox = receiving.by_sector(LEADS, reading.MOST_BYTES), call.query["sandbox"]
    room = _room(sandbox)
    terms = _terms({name: told[name] for name in ("sector", "keep_hints") if name in told}, told.get("seats", 1))
    found = room.lead(call.seen.user, call.key, terms, _priced(told["sector"], told), told.get("reference", ""))
    (outcome,) = room.outcomes(call.seen.user, found.delivery_id)
    sector = SECTORS[told["sector"]]
    data = {"batch_id": found.delivery_id, "sandbox": sandbox, "lead": _outcome(call, sector, outcome)}
    return Reply(data, found.replayed)


def post_batch(call: Call) -> Reply | Response:
    """Take many leads; they are read and listed in the background."""
    room = _room(call.query["sandbox"])
    with files.workplace() as folder:
        if receiving.is_file():
            terms = _terms(_needed(call.query))
            sector = room.check(call.seen.user, terms)
            own = _own_map(call, sector)
            with receiving.file(folder) as sent:
                found = room.batch(call.seen.user, call.key, terms, from_file(sent.path, sent.name, sector, own))
        else:
            told = receiving.by_sector(BATCHES, receiving.MOST_LIST_BYTES)
            received = _listed(told, SECTORS[told["sector"]], folder / "file")
            found = room.batch(call.seen.user, call.key, _terms(told), received)
    if not isinstance(room, Trying):
        in_background(lambda: room.work(found.delivery_id), 0)
    return Reply(_status(room.status(call.seen.user, found.delivery_id)), found.replayed)


def show_batch(call: Call, batch_id: str) -> Reply:
    """How far a batch is; another supplier's is missing."""
    return Reply(_status(_room_of(batch_id).status(call.seen.user, batch_id)))


def list_batches(call: Call) -> Reply:
    """How far the supplier's batches are, page by page."""
    found, following = _room(sandbox=False).statuses(call.seen.user, call.query.get("after"), call.query["size"])
    return Reply({"batches": [_status(one) for one in found], "next": following})


def list_outcomes(call: Call, batch_id: str) -> Reply:
    """What became of each lead, page by page."""
    room, size = _room_of(batch_id), call.query["size"]
    status = room.status(call.seen.user, batch_id)
    states = call.query.get("state", ())
    found = room.outcomes(call.seen.user, batch_id, states, after=call.query["after"], most=size)
    sector = SECTORS.get(status.sector or "")
    following = found[-1].place if len(found) == size else None
    return Reply({"leads": [_outcome(call, sector, one) for one in found], "next": following})


def _room(sandbox: bool) -> Posting:
    return Trying(premises().desk) if sandbox else Posting(premises().desk)


def _room_of(batch_id: str) -> Posting:
    return _room(batch_id.startswith(MARK))


def _needed(query: dict[str, Any]) -> dict[str, Any]:
    if "sector" not in query:
        raise Invalid("sector", "say in the query of which sector the leads of the file are")
    return query


def _terms(told: dict[str, Any], usual_seats: int = 1) -> Terms:
    """Terms as they were told, the sector's usual ones for what was not: those of a lead with so many seats."""
    seats = told.get("seats", 1)
    start, floor = defaults_of(told["sector"]).prices(told.get("seats", usual_seats))
    start = told.get("start_cents", start)
    offer = Offer(seats, start, told.get("floor_cents", min(floor, start)))
    plan = Plan(told.get("list_at", 0), told.get("spread_hours", 0) * HOUR_US)
    return Terms(told["sector"], offer, plan, told.get("keep_hints", False))


def _texts(told: dict[str, Any]) -> dict[str, str]:
    """What a lead says in the words of a file's columns."""
    return {name: text for name, text in told.items() if name not in _APART and text}


def _priced(code: str, told: dict[str, Any]) -> dict[str, str]:
    """The same with its own prices and seats; who names a start alone means no floor above it."""
    own = {name: format_amount(told[cents]) for cents, name in _PRICES.items() if cents in told}
    if "start_cents" in told and "floor_cents" not in told:
        own["floor_price"] = format_amount(min(told["start_cents"], defaults_of(code).prices(told.get("seats", 1))[1]))
    return _texts(told) | own | ({"seats": str(told["seats"])} if "seats" in told else {})


def _listed(told: dict[str, Any], sector: Sector, path: Any) -> Received:
    leads = told["leads"]
    return from_leads(
        [_priced(sector.code, one) for one in leads], [one.get("reference", "") for one in leads], sector, path
    )


def _own_map(call: Call, sector: Sector) -> ColumnMap:
    name = call.query.get("map")
    if name is None:
        return ColumnMap()
    with premises().reading() as connection:
        saved = maps.saved(connection, call.firm, sector.code)
    if name not in saved:
        raise Invalid("map", "no map of columns was saved under this name for this sector")
    return saved[name]


def _status(found: Status) -> dict[str, Any]:
    return {
        "id": found.delivery_id,
        "name": found.name,
        "sector": found.sector,
        "state": found.state,
        "cause": found.cause or None,
        "posted_at": found.posted_at,
        "forget_at": found.forget_at,
        "lead_count": found.lead_count,
        "read": found.read,
        "counts": {state: found.counts.get(state, 0) for state in STATES},
        "sandbox": found.sandbox,
        "href": url_for("api.list_outcomes", batch_id=found.delivery_id),
    }


def _outcome(call: Call, sector: Sector | None, one: Outcome) -> dict[str, Any]:
    lang = call.seen.lang
    return {
        "place": one.place,
        "reference": one.reference or None,
        "state": one.state,
        "findings": [
            {
                "field": found.field,
                "code": found.code,
                "detail": found.detail,
                "text": f"{field_name(found.field, sector, lang) if sector else found.field} {found.reason(lang)}",
            }
            for found in one.findings
        ],
        "list_at": one.list_at,
        "listing_id": one.listing_id,
        "market": one.market,
    }
