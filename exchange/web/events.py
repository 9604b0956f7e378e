"""Entries of the tapes as events of the live board: who may see which, and what it says.

No event holds personal data, a buyer's name, or a postcode beyond its first three digits.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from exchange.instant import Instant
from exchange.lead import ANYONE
from exchange.reports import Connection
from exchange.reports.board import Announced, announced
from exchange.reports.money import available_of
from exchange.reports.question import MASKED_DIGITS
from exchange.reports.schedules import Rulebook
from exchange.reports.tapes import EntryRow

EVERYBODY: frozenset[str] = frozenset({ANYONE})

BID_KINDS = {"placed": "placed", "changed": "changed", "cancelled": "ended"}
CLAIM_KINDS = ("claimed", "upheld", "rejected")


@dataclass(frozen=True, slots=True)
class Event:
    """One event: its place on a tape, whom it concerns (``*`` everybody), and its data."""

    sector: str
    seq: int
    kind: str
    audience: frozenset[str]
    data: Mapping[str, Any]

    def concerns(self, organisation: str) -> bool:
        return ANYONE in self.audience or organisation in self.audience


def frame(kind: str, data: Mapping[str, Any], position: str = "") -> bytes:
    """The bytes of one event on the wire."""
    head = f"id: {position}\n" if position else ""
    return f"{head}event: {kind}\ndata: {json.dumps(data, separators=(',', ':'))}\n\n".encode()


def position_text(position: Mapping[str, int]) -> str:
    """``bu:981,pv:4410``: where a browser stands on every tape."""
    return ",".join(f"{sector}:{seq}" for sector, seq in sorted(position.items()))


def read_position(text: str, known: Mapping[str, int]) -> dict[str, int] | None:
    """A position a browser came back with; None where it is no such text. Sectors it does not name are current.

    It may lie ahead of what is known here: another process may have read further.
    """
    found = dict(known)
    for part in text.split(",") if text else []:
        sector, _, number = part.rpartition(":")
        if not number.isdecimal() or len(number) > 18:
            return None
        if sector in known:
            found[sector] = int(number)
    return found


def events_of(connection: Connection, rulebook: Rulebook, entries: Iterable[EntryRow], now: Instant) -> list[Event]:
    """The events these entries make, in their order."""
    read = [(entry, json.loads(entry.payload)) for entry in entries]
    listed = announced(connection, rulebook, {p["listing_id"] for _, p in read if "listing_id" in p} | _gone(read), now)
    firms = available_of(connection, {p[name] for _, p in read for name in ("buyer", "organisation") if name in p})
    found: list[Event] = []
    for entry, payload in read:
        found += [
            Event(entry.sector, entry.seq, kind, audience, data)
            for kind, audience, data in _said(entry, payload, listed, firms)
        ]
    return found


def _gone(read: list[tuple[EntryRow, dict[str, Any]]]) -> set[str]:
    return {p["name"] for entry, p in read if entry.kind == "expired" and p["thing"] == "listing"}


Said = tuple[str, frozenset[str], Mapping[str, Any]]


def _said(
    entry: EntryRow, payload: dict[str, Any], listed: Mapping[str, Announced], firms: Mapping[str, int]
) -> Iterable[Said]:
    """What one entry says to whom."""
    if entry.kind in ("listed", "withdrawn", "converted", "filled"):
        yield from _of_listing(entry.kind, payload, listed.get(payload["listing_id"]))
    if entry.kind == "expired" and payload["thing"] == "listing" and payload["name"] in listed:
        yield "expired", listed[payload["name"]].recipients, {"id": payload["name"]}
    if entry.kind == "halted":
        yield "halt", EVERYBODY, {"sector": entry.sector, "reason": payload["reason"]}
    if entry.kind == "resumed":
        yield "resume", EVERYBODY, {"sector": entry.sector}
    yield from _of_firm(entry, payload, firms)


def _of_listing(kind: str, payload: dict[str, Any], row: Announced | None) -> Iterable[Said]:
    if row is None:
        return
    if kind == "listed":
        yield "listed", row.recipients, listed_data(row)
    elif kind in ("withdrawn", "converted"):
        yield kind, row.recipients, {"id": row.listing_id}
    else:
        sold = {"id": row.listing_id, "sold": payload["seat"], "seats": row.seats}
        yield "sold" if payload["sold_out"] else "seat_sold", row.recipients, sold


def _of_firm(entry: EntryRow, payload: dict[str, Any], firms: Mapping[str, int]) -> Iterable[Said]:
    firm = payload.get("buyer") or payload.get("organisation")
    if not firm:
        return
    mine = frozenset({firm})
    if entry.kind == "filled":
        bought = {"id": payload["listing_id"], "ask_cents": payload["ask_cents"], "by_bid": "bid_id" in payload}
        yield "bought", mine, bought
    if entry.kind in BID_KINDS:
        yield "bid", mine, {"id": payload["bid_id"], "now": BID_KINDS[entry.kind]}
    if entry.kind == "expired":
        yield "bid", mine, {"id": payload["name"], "now": "ended"}
    if entry.kind in CLAIM_KINDS:
        yield "return", mine, {"now": entry.kind}
    if firm in firms:
        yield "wallet", mine, {"available_cents": firms[firm]}


def listed_data(row: Announced) -> dict[str, Any]:
    """A listing as the stream hands it out: its absolute steps, so that no further message is needed to price it."""
    return {
        "id": row.listing_id,
        "sector": row.sector,
        "region": row.region,
        "plz": row.postcode[:MASKED_DIGITS],
        "seats": row.seats,
        "sold": row.sold,
        "asked_ms": row.asked_at // 1000,
        "ask_cents": row.ask_cents,
        "expires_ms": None if row.expires_at is None else row.expires_at // 1000,
        "steps": [[-(-at // 1000), cents] for at, cents in row.steps],
    }
