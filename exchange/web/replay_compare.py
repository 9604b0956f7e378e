"""The comparison of the replay: which curves a lead can be looked at under, and what its chart draws of it."""

from typing import Any

from exchange.operators.drafts import living
from exchange.reports import Connection
from exchange.reports.compared import compared
from exchange.reports.tunings import versions_of
from exchange.web.backtest_form import DRAFT, curve_of
from exchange.web.premises import premises
from exchange.web.visit import Visit

MOST_VERSIONS = 40


def curves_of(connection: Connection, seen: Visit, sector: str) -> list[tuple[str, str]]:
    """What can be chosen: the living draft, then the versions, the latest first."""
    found = sorted(versions_of(connection, sector).items(), reverse=True)[:MOST_VERSIONS]
    versions = [(str(number), f"v{number} · {one.name}") for number, one in found]
    return [*([(DRAFT, seen.t("replay.draft"))] if living(connection, sector) else []), *versions]


def comparison(connection: Connection, seen: Visit, sector: str, lead: str, chosen: str) -> dict[str, Any] | None:
    """What the chart draws, instants in milliseconds; None without a lead or such a curve."""
    version = curve_of(connection, sector, chosen, lambda: None) if lead else None
    if version is None:
        return None
    found = compared(connection, sector, lead, premises().rulebook, version.curve)
    if found is None:
        return None
    name = seen.t("replay.draft") if chosen == DRAFT else f"v{version.number}"
    return {
        "name": name,
        "steps": [[at / 1000, cents] for at, cents in found.steps],
        "ends": None if found.ends_at is None else found.ends_at / 1000,
        "sold": [[None if at is None else at / 1000, cents, seat] for seat, at, cents in found.sold],
        "by_hand": found.by_hand,
    }
