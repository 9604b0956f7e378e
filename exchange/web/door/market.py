"""The market over JSON: the board under its filters, one listing, the sectors."""

import re
from typing import Any

from exchange.catalogue import SECTORS
from exchange.claims import GROUNDS, ClaimRules
from exchange.errors import Invalid, Unknown
from exchange.instant import SECOND_US
from exchange.money import gross_cents
from exchange.orderbook.filters import Condition
from exchange.payload import parse, read_value
from exchange.reports import Connection
from exchange.reports.bids import bids_of
from exchange.reports.board import BoardRow, board_page, consent_of, listing_of
from exchange.reports.depth import depth
from exchange.reports.pulse import vat_rates
from exchange.reports.question import MASKED_DIGITS, Key, Question, Wanted
from exchange.reports.terms import SectorTerms, sector_terms
from exchange.sector import Question as Asked
from exchange.web import formats
from exchange.web.bid_fields import conditions_of
from exchange.web.door.doorway import Call, Reply
from exchange.web.premises import premises

_CURSOR = re.compile(r"(age|price|next)~(-?\d{1,18})~(.+)\Z", re.ASCII)


def list_market(call: Call) -> Reply:
    """A page of open listings."""
    ours, seen, query = premises(), call.seen, call.query
    with ours.reading() as connection:
        asked = _question(connection, call)
        page = board_page(connection, ours.rulebook, seen.viewer, asked, seen.now, most=query["size"])
    rows = [_listing(row, call) for row in page.rows]
    after = None if page.after is None else f"{asked.sorting}~{page.after[0]}~{page.after[1]}"
    return Reply({"now": seen.now, "listings": rows, "next": after})


def show_listing(call: Call, listing_id: str) -> Reply:
    """One listing, also one that has ended; another's or a missing one is unknown."""
    ours, seen = premises(), call.seen
    with ours.reading() as connection:
        row = listing_of(connection, ours.rulebook, seen.viewer, listing_id, seen.now)
        if row is None:
            raise Unknown("listing", listing_id)
        vat_bp, _, claims = vat_rates(connection)[row.sector]
        consent = consent_of(connection, listing_id)
        waiting = _waiting(connection, row, call)
    return Reply(
        _listing(row, call)
        | {
            "vat_bp": vat_bp,
            "gross_cents": gross_cents(row.ask_cents, vat_bp),
            "claim_window_s": read_value(ClaimRules, parse(claims)).window_us // SECOND_US,
            "consent": None if consent is None else {"given_at": consent[0], "confirmed_at": consent[1]},
            "steps": steps(row.steps),
            "waiting": waiting,
        }
    )


def list_sectors(call: Call) -> Reply:
    """Every market that trades."""
    with premises().reading() as connection:
        found = sector_terms(connection)
    return Reply({"sectors": [_sector(terms) for terms in found]})


def steps(found: Any) -> list[dict[str, Any]]:
    """Instants and asks as rows."""
    return [{"at": at, "ask_cents": cents} for at, cents in found]


def _question(connection: Connection, call: Call) -> Question:
    query, seen = call.query, call.seen
    fitting: tuple[Wanted, ...] | None = None
    if query["fit"]:
        living = bids_of(connection, call.firm, formats.midnight(seen.now), living=True)
        fitting = tuple(Wanted(bid.sector, bid.filters, bid.limit_cents) for bid in living if bid.state == "active")
    return Question(
        sector=query.get("sector", ""),
        regions=tuple(query.get("region", ())),
        postcodes=tuple(query.get("postcode", ())),
        most_cents=query.get("most_cents"),
        seats=query.get("seats", ""),
        age_below_us=query["age_below_s"] * SECOND_US if "age_below_s" in query else None,
        conditions=_conditions(query),
        watched_by=seen.user.user_id if query["watched"] else "",
        fitting=fitting,
        sorting=query["sort"],
        after=_after(query.get("after"), query["sort"]),
    )


def _after(text: str | None, sorting: str) -> Key | None:
    if text is None:
        return None
    found = _CURSOR.match(text)
    if found is None or found[1] != sorting:
        raise Invalid("after", "this page belongs to another order")
    return int(found[2]), found[3]


def _conditions(query: dict[str, Any]) -> tuple[Condition, ...]:
    """Demands on answers, as the board's form makes them."""
    typed: dict[str, tuple[str, ...]] = {}
    for name, field in (("is", "answer"), ("min", "at_least"), ("max", "at_most")):
        for word in query.get(field, ()):
            key, _, value = word.partition(":")
            typed[f"{name}.{key}"] = (*typed.get(f"{name}.{key}", ()), value)
    if not typed:
        return ()
    sector = SECTORS.get(query.get("sector", ""))
    if sector is None:
        raise Invalid("sector", "answers belong to a sector: name it")
    known = {question.key for question in sector.questions}
    found = conditions_of(sector, typed)
    if found is None or {name.partition(".")[2] for name in typed} - known:
        raise Invalid("answer", "no question of this sector, or no answer to it")
    return found


def _listing(row: BoardRow, call: Call) -> dict[str, Any]:
    now = row.halted_at or call.seen.now
    coming = next(((at, cents) for at, cents in row.steps if at > now), None) if row.state == "open" else None
    return {
        "id": row.listing_id,
        "sector": row.sector,
        "region": row.region,
        "postcode": row.postcode[:MASKED_DIGITS],
        "answers": row.answers,
        "state": row.state,
        "asked_at": row.asked_at,
        "listed_at": row.listed_at,
        "expires_at": row.expires_at,
        "halted_at": row.halted_at,
        "seats": row.seats,
        "sold": row.sold,
        "start_cents": row.start_cents,
        "floor_cents": row.floor_cents,
        "ask_cents": row.ask_cents,
        "buyout_cents": row.buyout_cents,
        "next_step": None if coming is None else {"at": coming[0], "ask_cents": coming[1]},
        "bought": row.mine,
        "own": row.supplier_group == call.seen.viewer.group,
    }


def _waiting(connection: Connection, row: BoardRow, call: Call) -> list[dict[str, Any]]:
    """What waiting for the coming steps brings and risks; nothing while the sector stands still."""
    ours, now = premises(), call.seen.now
    coming = [] if row.halted_at else depth(connection, row, call.seen.viewer, now)
    outlook = ours.history.outlook(connection, ours.rulebook, row, [step.at for step in coming], now)
    chances = outlook.chances if outlook is not None else [None] * len(coming)
    return [
        {
            "at": step.at,
            "ask_cents": step.ask_cents,
            "others": step.others,
            "mine": step.mine,
            "still_there_bp": None if chance is None else round(chance.share * 10_000),
            "cases": 0 if chance is None else chance.cases,
        }
        for step, chance in zip(coming, chances, strict=True)
    ]


def _sector(terms: SectorTerms) -> dict[str, Any]:
    known = SECTORS.get(terms.sector)
    rules = read_value(ClaimRules, parse(terms.claims))
    return {
        "code": terms.sector,
        "name_de": known.name_de if known else terms.sector,
        "name_en": known.name_en if known else terms.sector,
        "tick_cents": terms.tick_cents,
        "most_seats": terms.most_seats,
        "buyout_bp": terms.buyout_bp,
        "seat_bp": terms.seat_bp,
        "vat_bp": terms.vat_bp,
        "claim_window_s": rules.window_us // SECOND_US,
        "grounds": [{"ground": ground, "share_bp": rules.share_bp(ground)} for ground in GROUNDS],
        "halt": None if terms.halted_at is None else {"at": terms.halted_at, "reason": terms.halt_reason},
        "questions": [_asked(question) for question in known.questions] if known else [],
    }


def _asked(question: Asked) -> dict[str, Any]:
    return {
        "key": question.key,
        "kind": question.kind,
        "label_de": question.label_de,
        "label_en": question.label_en,
        "unit": question.unit,
        "choices": [
            {"code": choice.code, "label_de": choice.label_de, "label_en": choice.label_en}
            for choice in question.choices
        ],
    }
