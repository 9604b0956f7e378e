"""What stays of somebody whose access ended long ago: an id, on what they did; neither name nor address."""

from sqlalchemy import Connection, delete, update

from exchange.access.users import NO_PASSWORD
from exchange.schema import backup_codes, half_logins, second_factors, watches
from exchange.schema.access import api_keys, devices, links, preferences, sessions, users
from exchange.schema.personal import ERASED_AT

NOBODY = "–"
"""In place of a name."""
_OWN = (backup_codes, devices, half_logins, links, preferences, second_factors, sessions, watches)


def erase_user(connection: Connection, user_id: str) -> None:
    """Forget who it was. Orders, calls, keys and the log keep the id, by which nobody is found any more."""
    for table in _OWN:
        connection.execute(delete(table).where(table.c.user_id == user_id))
    connection.execute(update(api_keys).where(api_keys.c.user_id == user_id).values(name=NOBODY))
    nobody = {"name": NOBODY, "email": f"{user_id}{ERASED_AT}", "password_hash": NO_PASSWORD}
    connection.execute(update(users).where(users.c.user_id == user_id).values(**nobody))
