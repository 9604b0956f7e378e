"""Calls and the outcome report as a lead's page shows them."""

from dataclasses import dataclass
from secrets import token_urlsafe
from typing import Any

from exchange.access.users import BUYING
from exchange.aftersale.attempts import RESULTS, UNDO_US
from exchange.aftersale.dispositions import OUTCOMES
from exchange.instant import Instant
from exchange.web import formats
from exchange.web.filters import euros_text
from exchange.web.lead_sources import LeadSources
from exchange.web.rows import short_code
from exchange.web.visit import Visit


@dataclass(frozen=True, slots=True)
class Happening:
    """A line of what happened: when, a sign, what, who. ``undo`` names a call that may still be taken back."""

    at: str
    icon: str
    text: str
    who: str
    undo: str = ""
    undo_ms: int = 0


def attempts_view(seen: Visit, sources: LeadSources) -> dict[str, Any]:
    """What `leads/attempts.html` asks for."""
    attempts = sources.attempts
    last = ""
    if attempts:
        at = attempts[0].at
        short = formats.clock(at) if at >= formats.midnight(seen.now) else when(seen, at)
        last = seen.t("attempts.last", calls=seen.tn("attempts.count", len(attempts)), at=short)
    return {
        "count": len(attempts),
        "last": last,
        "results": [(result, seen.t(f"attempt.{result}"), seen.t(f"attempt.{result}_short")) for result in RESULTS]
        if sources.may_report and seen.user.role in BUYING
        else [],
        "key": token_urlsafe(12),
        "rows": _rows(seen, sources),
        "outcome": outcome_view(seen, sources),
    }


def outcome_view(seen: Visit, sources: LeadSources) -> dict[str, Any]:
    """What was reported, and the form to report it."""
    said = sources.disposition
    worth = said.contract_cents if said else None
    told = seen.t("outcome.none")
    if said is not None:
        told = seen.t("outcome.told", at=when(seen, said.at), who=short_name(said.user))
    return {
        "current": said.outcome if said else "",
        "text": seen.t(f"outcome.{said.outcome}") if said else seen.t("outcome.open"),
        "tone": {"contract": "ok", "lost": "", "appointment": "acc"}.get(said.outcome, "") if said else "",
        "told": told,
        "worth": "" if worth is None else euros_text(worth),
        "worth_text": "" if worth is None else seen.money(worth),
        "choices": [(code, seen.t(f"outcome.{code}")) for code in OUTCOMES],
        "open": sources.purchase.claim in ("unclaimed", "rejected") and seen.user.role in BUYING,
    }


def when(seen: Visit, at: Instant) -> str:
    """``Heute, 14:31``; on other days ``18.11., 14:31``."""
    if at >= formats.midnight(seen.now):
        return seen.t("attempts.today", at=formats.clock(at))
    return f"{formats.moment(at, 'day', seen.lang)}, {formats.clock(at)}"


def short_name(name: str) -> str:
    """``S. Brandt``."""
    first, _, last = name.strip().rpartition(" ")
    return f"{first[0]}. {last}" if first else last


def _rows(seen: Visit, sources: LeadSources) -> list[Happening]:
    found = [
        (
            attempt.at,
            Happening(
                when(seen, attempt.at),
                "phone",
                seen.t(f"attempt.{attempt.result}_done"),
                short_name(attempt.user),
                *_undo(seen, attempt.attempt_id, attempt.user_id, attempt.at),
            ),
        )
        for attempt in sources.attempts
    ]
    if sources.opening is not None:
        opening = sources.opening
        row = Happening(when(seen, opening.at), "person", seen.t("attempts.opened"), short_name(opening.user))
        found.append((opening.at, row))
    purchase = sources.purchase
    bought = Happening(when(seen, purchase.sold_at), "wallet", seen.t("attempts.bought"), "")
    if purchase.bid_id:
        name = purchase.bid_name or short_code(purchase.sector)
        by_bid = seen.t("attempts.bought_by_bid", name=name)
        bought = Happening(when(seen, purchase.sold_at), "steps", by_bid, seen.t("attempts.automatic"))
    found.append((purchase.sold_at, bought))
    return [row for _, row in sorted(found, key=lambda pair: -pair[0])]


def _undo(seen: Visit, attempt_id: str, user_id: str, at: Instant) -> tuple[str, int]:
    left_us = at + UNDO_US - seen.now
    return (attempt_id, left_us // 1000) if user_id == seen.user.user_id and left_us > 0 else ("", 0)
