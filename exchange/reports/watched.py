"""Which listings a user watches."""

from sqlalchemy import Connection, select

from exchange.schema import watches


def watched_by(connection: Connection, user_id: str) -> frozenset[str]:
    """Their ids."""
    return frozenset(connection.execute(select(watches.c.listing_id).where(watches.c.user_id == user_id)).scalars())
