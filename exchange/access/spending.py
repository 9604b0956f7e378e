"""What a user of a firm has bought today, against the limit the firm's owner set for them.

A limit at the door, not a rule of the market: it holds for instant bids that come through pages and API, is counted in
net cents per day in Europe/Berlin, and stands in no order, so that replay and verify know nothing of it. Standing bids
are bounded by their own budget and caps.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, delete, func, insert, select, update

from exchange.access.once import insert_once
from exchange.access.users import User
from exchange.errors import ExchangeError
from exchange.instant import Instant
from exchange.money import Cents
from exchange.orderbook.outcome import Filled
from exchange.schema.access import orders_by_user, users
from exchange.store import Aside, Store
from exchange.store.engine import locked
from exchange.tape import Numbered


class LimitReached(ExchangeError):
    """The order could cost more than what is left of the user's limit today."""

    code = "cap_reached"


def limit_of(user: User) -> Cents | None:
    """The most a user may spend on instant bids in a day, net; None where the owner set no limit."""
    return user.daily_limit_cents


@dataclass(frozen=True, slots=True)
class Spending:
    """Who of a firm bought what; each call is a transaction of its own."""

    store: Store

    def hold(self, user: User, order_key: str, listing_id: str, most_cents: Cents, midnight_at: Instant) -> None:
        """Set apart the most an order may cost before it is sent; raises LimitReached.

        An order sent again under its key is not counted twice. Does nothing for a user without a limit.
        """
        limit_cents = limit_of(user)
        if limit_cents is None:
            return
        with self.store.write_aside() as connection:
            connection.execute(locked(select(users.c.user_id).where(users.c.user_id == user.user_id)))
            if connection.execute(_held(user.user_id, order_key)).first() is not None:
                return
            if _spent_cents(connection, user.user_id, midnight_at) + most_cents > limit_cents:
                raise LimitReached(f"today's limit of {limit_cents} cents does not cover {most_cents}")
            row = {"user_id": user.user_id, "order_key": order_key, "listing_id": listing_id}
            connection.execute(insert(orders_by_user).values(**row, at=self.store.clock.now(), held_cents=most_cents))

    def noted(self, user: User, order_key: str) -> Aside:
        """What the order's own transaction writes: who of the firm bought, and at which net ask.

        Written for every user, so that a firm knows who bought; what was held for an order that was not filled is free.
        """

        def note(connection: Connection, _tape: str, decided: Sequence[Numbered], now: Instant) -> None:
            fills = [value for _, _, value in decided if isinstance(value, Filled)]
            fill = next((one for one in fills if one.bid_id is None and one.buyer == user.organisation), None)
            if fill is None:
                _free(connection, user, order_key)
                return
            paid = {"held_cents": fill.ask_cents, "sale_id": fill.sale_id}
            mine = (orders_by_user.c.user_id == user.user_id) & (orders_by_user.c.order_key == order_key)
            if (
                limit_of(user) is None
                or not connection.execute(update(orders_by_user).where(mine).values(**paid)).rowcount
            ):
                row = {"user_id": user.user_id, "order_key": order_key, "listing_id": fill.listing_id, "at": now}
                insert_once(connection, orders_by_user, {**row, **paid})

        return note

    def refused(self, user: User, order_key: str) -> None:
        """The order was never decided: what was set apart for it is free again."""
        if limit_of(user) is None:
            return
        with self.store.write_aside() as connection:
            _free(connection, user, order_key)

    def spent_cents(self, user_ids: list[str], midnight_at: Instant) -> dict[str, Cents]:
        """What each of these users has spent since midnight, orders under way included."""
        with self.store.read() as connection:
            return {user_id: _spent_cents(connection, user_id, midnight_at) for user_id in user_ids}


def buyers_of(connection: Connection, sale_ids: list[str]) -> dict[str, str]:
    """The names of those who bought, by sale, as far as a person did."""
    question = select(orders_by_user.c.sale_id, users.c.name).join(users).where(orders_by_user.c.sale_id.in_(sale_ids))
    return {row.sale_id: row.name for row in connection.execute(question)}


def _free(connection: Connection, user: User, order_key: str) -> None:
    if limit_of(user) is not None:
        table = orders_by_user.c
        mine = (table.user_id == user.user_id) & (table.order_key == order_key) & table.sale_id.is_(None)
        connection.execute(delete(orders_by_user).where(mine))


def _held(user_id: str, order_key: str) -> Select[Any]:
    ours = (orders_by_user.c.user_id == user_id) & (orders_by_user.c.order_key == order_key)
    return select(orders_by_user.c.user_id).where(ours)


def _spent_cents(connection: Connection, user_id: str, midnight_at: Instant) -> Cents:
    total = select(func.coalesce(func.sum(orders_by_user.c.held_cents), 0))
    since = total.where(orders_by_user.c.user_id == user_id, orders_by_user.c.at >= midnight_at)
    return int(connection.execute(since).scalar_one())
