"""What a user watches: listings marked on the board, kept with the user and not with the browser."""

from sqlalchemy import Connection, delete, insert, select

from exchange.instant import Instant
from exchange.schema import watches

MOST_WATCHED = 500
"""A user who watches more than this watches nothing: the oldest marks make room."""


def watch(connection: Connection, user_id: str, listing_id: str, now: Instant) -> None:
    """Mark a listing; marking it twice changes nothing."""
    mine = watches.c.user_id == user_id
    if connection.execute(select(watches.c.listing_id).where(mine, watches.c.listing_id == listing_id)).first():
        return
    kept = select(watches.c.listing_id).where(mine).order_by(watches.c.watched_at.desc(), watches.c.listing_id)
    surplus = [row.listing_id for row in connection.execute(kept.offset(MOST_WATCHED - 1))]
    connection.execute(delete(watches).where(mine, watches.c.listing_id.in_(surplus)))
    connection.execute(insert(watches).values(user_id=user_id, listing_id=listing_id, watched_at=now))


def unwatch(connection: Connection, user_id: str, listing_id: str) -> None:
    """Take the mark away."""
    connection.execute(delete(watches).where(watches.c.user_id == user_id, watches.c.listing_id == listing_id))
