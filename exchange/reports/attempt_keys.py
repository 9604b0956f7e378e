"""The call a key reported: so that the same key with another result is told apart from a repetition."""

from sqlalchemy import Connection, select

from exchange.reports.contacting import Attempt
from exchange.schema.access import users
from exchange.schema.contacting import contact_attempts


def attempt_of_key(connection: Connection, sale_id: str, key: str) -> Attempt | None:
    """The call of a sale that came with this key, also one that was taken back; None where none did."""
    known = contact_attempts.c
    question = (
        select(known.attempt_id, known.result, known.at, known.user_id, users.c.name)
        .join(users, users.c.user_id == known.user_id)
        .where(known.sale_id == sale_id, known.key == key)
    )
    row = connection.execute(question).first()
    return None if row is None else Attempt(row.attempt_id, row.result, row.at, row.user_id, row.name)
