"""Second factors that operators reset, for people who have lost theirs: one asks, another one confirms.

Whoever is reset then logs in by the password alone, is told so on every page, and sets up another factor.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select, update

from exchange.access.second_factor import reset
from exchange.access.users import User
from exchange.aftersale.rulings import only_operators
from exchange.audit import Deed, Hand, log
from exchange.desk import Conflict
from exchange.errors import Forbidden, Invalid, Unknown
from exchange.schema.second_factor import second_factors
from exchange.store import Store

_ASKED = second_factors.c.reset_asked_by


@dataclass(frozen=True, slots=True)
class FactorResets:
    """Raises Forbidden for anybody but operators, Unknown for users without a second factor."""

    store: Store

    def ask_reset(self, user: User, user_id: str, request_id: str = "") -> None:
        """Ask another operator to reset somebody's. Raises Invalid for one's own, Conflict where it was asked."""
        only_operators(user)
        if user_id == user.user_id:
            raise Invalid("user", "your own is changed under settings")
        at = self.store.clock.now()
        with self.store.write_aside() as connection:
            _on(connection, user_id)
            asked = {"reset_asked_by": user.user_id, "reset_asked_at": at}
            mine = (second_factors.c.user_id == user_id) & _ASKED.is_(None)
            if not connection.execute(update(second_factors).where(mine).values(**asked)).rowcount:
                raise Conflict("a reset was asked for already")
            log(connection, Hand(user.user_id, request_id), Deed("second_factor.ask_reset", {"user": user_id}), at)

    def approve(self, user: User, user_id: str, request_id: str = "") -> None:
        """The second word: it is gone, and its owner logged out. Raises Forbidden for whoever asked, Invalid for
        one's own, Conflict where nobody asks any more."""
        only_operators(user)
        if user_id == user.user_id:
            raise Invalid("user", "another operator resets yours")
        at = self.store.clock.now()
        with self.store.write_aside() as connection:
            row = _on(connection, user_id)
            if row.reset_asked_by == user.user_id:
                raise Forbidden("another operator confirms this reset")
            _end(connection, user_id)
            reset(connection, user_id, at)
            deed = Deed("second_factor.reset", {"user": user_id}, {"asked_by": row.reset_asked_by})
            log(connection, Hand(user.user_id, request_id), deed, at)

    def drop(self, user: User, user_id: str, request_id: str = "") -> None:
        """It stays as it is. Raises Conflict where nobody asks."""
        only_operators(user)
        with self.store.write_aside() as connection:
            _on(connection, user_id)
            _end(connection, user_id)
            deed = Deed("second_factor.drop_reset", {"user": user_id})
            log(connection, Hand(user.user_id, request_id), deed, self.store.clock.now())


def reset_by_host(store: Store, user: User) -> bool:
    """The reset of whoever has the host itself: for the last operator, and for a house of one. False without one."""
    at = store.clock.now()
    with store.write_aside() as connection:
        gone = reset(connection, user.user_id, at)
        if gone:
            log(connection, Hand("cli"), Deed("second_factor.reset", {"user": user.user_id}), at)
    return gone


def _on(connection: Connection, user_id: str) -> Row[Any]:
    on = second_factors.c.confirmed_at.is_not(None)
    asked = select(second_factors).where(second_factors.c.user_id == user_id, on)
    row = connection.execute(asked).one_or_none()
    if row is None:
        raise Unknown("user", user_id)
    return row


def _end(connection: Connection, user_id: str) -> None:
    """End what was asked, once; raises Conflict where somebody else did."""
    asked = (second_factors.c.user_id == user_id) & _ASKED.is_not(None)
    ended = {"reset_asked_by": None, "reset_asked_at": None}
    if connection.execute(update(second_factors).where(asked).values(**ended)).rowcount != 1:
        raise Conflict("nobody asks for this reset any more")
