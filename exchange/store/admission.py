"""What admission asks the database where a lead is listed: objections, caps, permits, and likenesses to be kept."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, select, update

from exchange.admission.likeness import traces
from exchange.calendars import berlin_day
from exchange.instant import Instant
from exchange.lead import Contact
from exchange.schema import heads, leads
from exchange.schema.admission import likenesses, supplier_caps
from exchange.schema.operating import licences
from exchange.store.sheets import Sheet
from exchange.store.wire import Question
from exchange.vault import Vault

LIKENESSES = Sheet(likenesses, likenesses.columns.keys())
"""What new leads are like by."""


class _Suppressed(NamedTuple):
    fingerprint: str


_SUPPRESSED = Question("SELECT fingerprint FROM suppressions WHERE fingerprint {among}", _Suppressed)


def suppressed(connection: Connection, prints: Collection[str]) -> set[str]:
    """Which of these fingerprints belong to people who objected."""
    asked = sorted(set(prints) - {""})
    return {row.fingerprint for row in _SUPPRESSED.ask(connection, asked)} if asked else set()


def likeness_rows(vault: Vault, sector: str, lead_id: str, contact: Contact, at: Instant) -> list[dict[str, Any]]:
    """What a lead is like by, as rows."""
    return [
        {"sector": sector, "trace": one.trace, "lead_id": lead_id, "kind": one.kind, "seen_at": at}
        for one in traces(contact, vault.fingerprint)
    ]


def room_left(
    connection: Connection, sector: str, suppliers: Iterable[str], now: Instant
) -> dict[str, tuple[int, int]]:
    """For each of these suppliers with a cap in the sector: how many leads it may still list on the day, and the cap.

    Under the sector's lock this is exact.
    """
    known = supplier_caps.c
    wanted = select(known.supplier, known.per_day).where(known.sector == sector, known.supplier.in_(sorted(suppliers)))
    found = {}
    for supplier, per_day in connection.execute(wanted).all():
        today = select(func.count()).where(
            leads.c.sector == sector, leads.c.supplier == supplier, leads.c.received_at >= berlin_day(now)[0]
        )
        found[supplier] = max(per_day - connection.execute(today).scalar_one(), 0), per_day
    return found


# --- permits -----------------------------------------------------------------------------------------------

SIDES = ("supplier", "buyer")


def permits_text(asked: dict[str, Sequence[str]]) -> str:
    """The permits a sector asks of its sides as its head keeps them: ``buyer:34d,34f supplier:34d``."""
    return " ".join(f"{side}:{','.join(sorted(set(asked[side])))}" for side in sorted(asked) if asked[side])


def permits_in(text: str) -> dict[str, tuple[str, ...]]:
    """The same read back: any one of a side's permits will do; a side that is not named needs none."""
    sides = (part.partition(":") for part in text.split())
    return {side: tuple(kinds.split(",")) for side, _, kinds in sides}


def ask_permits(connection: Connection, sector: str, text: str) -> None:
    """Ask for these permits from now on."""
    connection.execute(update(heads).where(heads.c.sector == sector).values(permits=text))


def asked_permits(connection: Connection, sector: str) -> dict[str, tuple[str, ...]]:
    """What a sector asks for."""
    found = connection.execute(select(heads.c.permits).where(heads.c.sector == sector)).scalar_one_or_none()
    return permits_in(found or "")


def permitted(connection: Connection, organisation: str, kinds: Sequence[str], now: Instant) -> bool:
    """Whether a firm has one of these permits, noted, not struck out and not expired at an instant."""
    known = licences.c
    held = (known.organisation == organisation) & known.kind.in_(kinds) & known.removed_at.is_(None)
    valid = held & (known.until_at.is_(None) | (known.until_at > now))
    return connection.execute(select(known.licence_id).where(valid).limit(1)).first() is not None
