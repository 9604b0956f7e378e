"""Leads put aside: what an operator decides reaches the row it came in by; what nobody decides goes back in time."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, select, update

from exchange.admission import Defect
from exchange.errors import Unknown
from exchange.instant import Instant
from exchange.schema import delivery_rows
from exchange.schema.admission import held_leads
from exchange.staging import rows
from exchange.staging.delivery import Verdict
from exchange.staging.gate import HELD, LAPSED, REJECTED, RELEASED, WAITS_US

_known = held_leads.c


def decide(
    connection: Connection, listing_id: str, state: str, *, user_id: str, reason: str, now: Instant
) -> Any | None:
    """Release or reject a lead that was put aside; returns its row, None where that was decided before.

    Released, it is planned for now: `Lister` lists it by the ordinary verb. Raises Unknown.
    """
    row = connection.execute(select(held_leads).where(_known.listing_id == listing_id)).one_or_none()
    if row is None:
        raise Unknown("lead", listing_id)
    mine = update(held_leads).where(_known.listing_id == listing_id, _known.state == HELD)
    if not connection.execute(mine.values(state=state, decided_at=now, user_id=user_id, reason=reason)).rowcount:
        return None
    if state == RELEASED:
        _plan(connection, row, now)
    else:
        _give_back(connection, row, Defect(row.row, "row", REJECTED, reason))
    return row


def state_of(connection: Connection, listing_id: str) -> str:
    """Where a lead that was put aside stands; empty where it never was."""
    found: str | None = connection.execute(select(_known.state).where(_known.listing_id == listing_id)).scalar()
    return found or ""


def lapse_due(connection: Connection, now: Instant) -> int:
    """Give leads back that nobody looked at for a week; returns how many."""
    over = select(held_leads).where(_known.state == HELD, _known.held_at <= now - WAITS_US)
    found = connection.execute(over.limit(200)).all()
    for row in found:
        mine = update(held_leads).where(_known.listing_id == row.listing_id, _known.state == HELD)
        connection.execute(mine.values(state=LAPSED, decided_at=now))
        _give_back(connection, row, Defect(row.row, "row", LAPSED))
    return len(found)


def reject_all(connection: Connection, prints: Iterable[str], *, user_id: str, now: Instant) -> int:
    """Reject what waits of an enquirer who objected; returns how many leads."""
    asked = sorted(set(prints) - {""})
    theirs = _known.phone_print.in_(asked) | _known.email_print.in_(asked)
    found = connection.execute(select(held_leads).where(_known.state == HELD, theirs)).all()
    for row in found:
        mine = update(held_leads).where(_known.listing_id == row.listing_id)
        connection.execute(mine.values(state=REJECTED, decided_at=now, user_id=user_id, reason="suppressed"))
        _give_back(connection, row, Defect(row.row, "person", "suppressed"))
    return len(found)


def _plan(connection: Connection, row: Any, now: Instant) -> None:
    mine = (delivery_rows.c.delivery_id == row.delivery_id) & (delivery_rows.c.row == row.row)
    held = update(delivery_rows).where(mine, delivery_rows.c.state == HELD)
    connection.execute(held.values(state="planned", list_at=now, kind="", findings="[]"))


def _give_back(connection: Connection, row: Any, why: Defect) -> None:
    verdict = Verdict("error", (why,), (row.phone_print, row.email_print))
    rows.set_verdict(connection, row.delivery_id, row.row, verdict)
