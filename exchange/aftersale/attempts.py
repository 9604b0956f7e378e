"""Calls: written down as they are reported, taken back within a few seconds, never changed."""

from secrets import token_hex

from sqlalchemy import Connection, insert, select, update

from exchange.errors import Invalid, Unknown
from exchange.instant import SECOND_US, Instant
from exchange.reports.contacting import APPOINTMENT, REACHED, UNREACHED
from exchange.schema import sales
from exchange.schema.contacting import contact_attempts, contact_openings
from exchange.store.books import chunks

RESULTS = (UNREACHED, REACHED, APPOINTMENT)
UNDO_US = 10 * SECOND_US
GRACE_US = 2 * SECOND_US
"""On top of what the page promises: the way from the button to us."""


def write_attempt(connection: Connection, *, sale_id: str, user_id: str, result: str, key: str, at: Instant) -> None:
    """Write a call down; the same key again changes nothing. Raises Invalid for an unknown result or key."""
    if result not in RESULTS:
        raise Invalid("result", f"one of: {', '.join(RESULTS)}")
    if not 8 <= len(key) <= 100 or not key.isprintable():
        raise Invalid("key", "8 to 100 printable letters, new for every call")
    known = select(contact_attempts.c.attempt_id).where(
        contact_attempts.c.sale_id == sale_id, contact_attempts.c.key == key
    )
    if connection.execute(known).first() is not None:
        return
    row = {"attempt_id": f"a-{token_hex(8)}", "sale_id": sale_id, "user_id": user_id}
    connection.execute(insert(contact_attempts).values(**row, result=result, key=key, at=at))


def undo_attempt(connection: Connection, *, sale_id: str, user_id: str, attempt_id: str, at: Instant) -> bool:
    """Take one's own call back; False where it is too late, already undone, or not one's own."""
    known = contact_attempts.c
    changed = connection.execute(
        update(contact_attempts)
        .where(known.attempt_id == attempt_id, known.sale_id == sale_id, known.user_id == user_id)
        .where(known.undone_at.is_(None), known.at >= at - UNDO_US - GRACE_US)
        .values(undone_at=at)
    )
    return changed.rowcount == 1


def write_openings(connection: Connection, *, buyer: str, sale_ids: list[str], user_id: str, at: Instant) -> None:
    """Note who first saw the contact data of these sales of a buyer; later looks change nothing. Raises Unknown."""
    for some in chunks(sorted(set(sale_ids))):
        mine = select(sales.c.sale_id).where(sales.c.sale_id.in_(some), sales.c.buyer == buyer)
        if foreign := set(some) - set(connection.execute(mine).scalars()):
            raise Unknown("sale", min(foreign))
        known = select(contact_openings.c.sale_id).where(contact_openings.c.sale_id.in_(some))
        fresh = set(some) - set(connection.execute(known).scalars())
        rows = [{"sale_id": sale_id, "user_id": user_id, "at": at} for sale_id in sorted(fresh)]
        if rows:
            connection.execute(insert(contact_openings), rows)
