"""One-time links: an invitation or a reset lets somebody set a password, once and not for long.

Only the hash of a link's token is kept. A new link of a user ends the ones before it.
"""

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from exchange.access.sessions import new_token, token_hash
from exchange.instant import HOUR_US, Instant
from exchange.schema.access import links, users

Purpose = Literal["invitation", "reset"]
LASTS_US: dict[Purpose, int] = {"invitation": 72 * HOUR_US, "reset": HOUR_US}


@dataclass(frozen=True, slots=True)
class Link:
    """A link as it is handed over, once: nobody can look its token up later."""

    token: str
    purpose: Purpose
    expires_at: Instant


def make_link(connection: Connection, user_id: str, purpose: Purpose, at: Instant) -> Link:
    """A new link; those made before are worth nothing from now on."""
    connection.execute(delete(links).where(links.c.user_id == user_id))
    link = Link(new_token(), purpose, at + LASTS_US[purpose])
    row = {"token_hash": token_hash(link.token), "user_id": user_id, "purpose": purpose, "made_at": at}
    connection.execute(insert(links).values(**row, expires_at=link.expires_at))
    return link


def link_user(connection: Connection, token: str, at: Instant) -> str | None:
    """Whose link it is, if it can still be used; changes nothing."""
    question = select(links.c.user_id).join(users).where(_usable(token, at), users.c.disabled_at.is_(None))
    return connection.execute(question).scalar()


def use_link(connection: Connection, token: str, at: Instant) -> bool:
    """Use it up; False where somebody was quicker or its time has passed."""
    return connection.execute(update(links).where(_usable(token, at)).values(used_at=at)).rowcount == 1


def _usable(token: str, at: Instant) -> ColumnElement[bool]:
    return (links.c.token_hash == token_hash(token)) & links.c.used_at.is_(None) & (links.c.expires_at > at)
