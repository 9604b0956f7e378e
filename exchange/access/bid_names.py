"""What firms call their standing bids: a word for pages, no part of the order."""

from sqlalchemy import Connection, insert, select, update

from exchange.schema.access import bid_names

MOST_LETTERS = 60


def name_bid(connection: Connection, bid_id: str, name: str) -> None:
    """Give a bid a name, or another one."""
    changed = connection.execute(update(bid_names).where(bid_names.c.bid_id == bid_id).values(name=name))
    if changed.rowcount == 0:
        connection.execute(insert(bid_names).values(bid_id=bid_id, name=name))


def names_of(connection: Connection, bid_ids: list[str]) -> dict[str, str]:
    """The names of these bids, where they have one."""
    rows = connection.execute(select(bid_names).where(bid_names.c.bid_id.in_(bid_ids)))
    return {row.bid_id: row.name for row in rows}
