"""The life story of one of a supplier's leads; and taking its consent back, after saying what that does."""

from typing import Any
from uuid import uuid4

from flask import make_response, redirect, render_template, request, url_for

from exchange.access.users import User
from exchange.aftersale.hearing import Hearing
from exchange.aftersale.words import REPLY
from exchange.catalogue import SECTORS
from exchange.errors import Forbidden, Invalid, Unknown
from exchange.instant import from_text
from exchange.lead import ANYONE
from exchange.postcodes import place_of
from exchange.reports.consents import ConsentSheet, consent_sheet
from exchange.reports.life import Life, SoldSeat, life_of
from exchange.web import formats
from exchange.web.curve import Line, draw
from exchange.web.premises import premises
from exchange.web.visit import Visit, visit

FRAME = (640, 130, 0.0, 640.0, 8.0, 124.0)
MOST_REASON, LEAST_REASON = 160, 3
_SPOKEN = ("phone", "email", "sms")
TONES = {"upheld": "bad", "rejected": "ok", "claimed": "warn"}


def life(user: User, listing_id: str) -> tuple[Life, ConsentSheet | None]:
    """A lead of the user's firm with its consent (None where it was erased); raises Unknown for another's."""
    ours = premises()
    if ours.desk.vault is None:
        raise LookupError("pages need a vault")
    with ours.reading() as connection:
        found = life_of(connection, ours.rulebook, user.organisation, listing_id)
        try:
            consent = consent_sheet(connection, ours.desk.vault, listing_id, user.organisation)
        except Unknown:
            consent = None
    return found, consent


def show(listing_id: str) -> str:
    """The page."""
    seen = visit()
    found, consent = life(seen.user, listing_id)
    end_at = found.closed_at or found.expires_at or found.steps[-1][0]
    line = draw(found.steps, found.closed_at or seen.now, max(end_at, found.steps[-1][0]), FRAME)
    sector = SECTORS.get(found.sector)
    return render_template(
        "supply/life.html",
        life=found,
        sector="" if sector is None else sector.name_en if seen.lang == "en" else sector.name_de,
        place=f"{found.postcode} {place_of(found.postcode)}",
        line=line,
        marks=_marks(line, found),
        steps=[(_at(seen, at), seen.money(cents), _step_state(found, at, seen.now)) for at, cents in found.steps],
        facts=_facts(seen, found),
        sold=[_seat(seen, seat) for seat in found.sales],
        money={
            "pending": seen.money(found.pending_cents),
            "payable": seen.money(found.payable_cents),
            "whole": seen.money(found.pending_cents + found.payable_cents),
        },
        consent=None if consent is None else _consent(seen, consent),
        done=request.args.get("fertig") == "widerruf",
    )


def ask(listing_id: str) -> str:
    """What taking the consent back would do."""
    return _confirm(listing_id, {})


def withdraw(listing_id: str) -> Any:
    """Take it back: open seats are closed, buyers told."""
    seen, reason = visit(), request.form.get("reason", "").strip()
    found, consent = life(seen.user, listing_id)
    if not seen.user.sells:
        raise Forbidden("this firm brings no leads")
    if not LEAST_REASON <= len(reason) <= MOST_REASON or not reason.isprintable():
        return _confirm(listing_id, {"reason": seen.t("life.reason_wrong", least=LEAST_REASON)}), 400
    key = request.form.get("key", "")
    if consent is None or consent.withdrawn_at is None:
        try:
            premises().desk.withdraw_consent(
                found.sector, listing_id=listing_id, by=seen.user.organisation, reason=reason, key=key[:60] or None
            )
        except Invalid:
            return _confirm(listing_id, {"reason": seen.t("life.reason_wrong", least=LEAST_REASON)}), 400
    return make_response(redirect(url_for("supply.lead", listing_id=listing_id, fertig="widerruf"), 303))


def _confirm(listing_id: str, problems: dict[str, str]) -> str:
    seen = visit()
    found, consent = life(seen.user, listing_id)
    return render_template(
        "supply/withdraw.html",
        life=found,
        gone=consent is not None and consent.withdrawn_at is not None,
        says=[
            seen.tn("life.closes_seats", found.all_open),
            seen.tn("life.tells_buyers", found.all_sold),
            seen.t("life.stays"),
        ],
        problems=problems,
        typed=request.form.get("reason", "")[:MOST_REASON],
        most=MOST_REASON,
        key=uuid4().hex,
    )


def _at(seen: Visit, at: int) -> str:
    return formats.moment(at, "second", seen.lang)


def _marks(line: Line, found: Life) -> list[float]:
    """The columns of the picture where a seat was sold."""
    from_ms, until_ms, left, right = line.scale[:4]
    span = max(until_ms - from_ms, 1)
    return [round(left + (right - left) * (seat.sold_at // 1000 - from_ms) / span, 1) for seat in found.sales]


def _step_state(found: Life, at: int, now: int) -> str:
    """Whether a step came, is still to come, or never came because the listing had ended."""
    if found.closed_at is not None and at > found.closed_at:
        return "never"
    return "came" if at <= now else "coming"


def _facts(seen: Visit, found: Life) -> list[tuple[str, str]]:
    words = [
        ("asked", _at(seen, found.asked_at)),
        ("listed", _at(seen, found.listed_at)),
        ("ended", _at(seen, found.closed_at) if found.closed_at else ""),
        ("until", _at(seen, found.expires_at) if found.expires_at and not found.closed_at else ""),
        ("start", seen.money(found.start_cents)),
        ("floor", seen.money(found.floor_cents)),
        ("ask", seen.money(found.ask_cents) if found.state == "open" else ""),
        ("curve", str(found.curve)),
        ("source", found.source),
        ("campaign", found.campaign),
        ("batch", found.batch),
    ]
    return [(seen.t(f"life.fact.{name}"), text) for name, text in words if text]


def _seat(seen: Visit, seat: SoldSeat) -> dict[str, Any]:
    said = Hearing(premises().desk).of_supplier(seen.user.organisation, seat.sale_id).words if seat.filed else []
    return {
        "seat": seat.seat,
        "at": _at(seen, seat.sold_at),
        "ask": seen.money(seat.ask_cents),
        "fee": seen.money(seat.fee_cents),
        "part": seen.money(seat.part_cents),
        "due": seen.t("life.due", at=_at(seen, seat.due_at))
        if seat.due_at is not None
        else seen.t("life.payable_now" if seat.part_cents else "life.nothing"),
        "claim": seen.t(f"cases.state.{seat.claim}") if seat.filed else "",
        "tone": TONES.get(seat.claim, ""),
        "ground": seen.t(f"ground.{seat.ground}") if seat.filed else "",
        "returned": seen.t("supply.returned", amount=seen.money(seat.returned_cents)) if seat.returned_cents else "",
        "words": [
            (seen.t("cases.word.reply" if word.kind == REPLY else "cases.word.ruling"), word.text, _at(seen, word.at))
            for word in said
        ],
    }


def _consent(seen: Visit, sheet: ConsentSheet) -> dict[str, Any]:
    record = sheet.record
    return {
        "text": record["text"],
        "version": record["version"],
        "given": _at(seen, from_text(record["given_at"])),
        "confirmed": _at(seen, from_text(record["confirmed_at"])) if "confirmed_at" in record else "",
        "recipients": seen.t("consent.everyone") if ANYONE in record["recipients"] else ", ".join(record["recipients"]),
        "channels": ", ".join(seen.t(f"consent.channel.{c}") if c in _SPOKEN else c for c in record["channels"]),
        "page": record["source_url"],
        "ip": record["ip"],
        "hash": sheet.hash,
        "uses": [(_at(seen, use.at), seen.t(f"life.use.{use.kind}")) for use in sheet.uses],
        "withdrawn": "" if sheet.withdrawn_at is None else _at(seen, sheet.withdrawn_at),
    }
