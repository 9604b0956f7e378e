"""A supplier's webhook on a small market, a courier for it, and one that dies at a named place."""

import os
import subprocess
import sys
from typing import Any

from sqlalchemy import select

from exchange.access.users import Role, User, add_user, user_by_email
from exchange.clock import SetClock
from exchange.courier.courier import Courier
from exchange.courier.hook import HookCourier
from exchange.courier.spreader import Spreader
from exchange.desk import Desk
from exchange.failpoint import arm
from exchange.hooks.registry import Webhooks
from exchange.hooks.target import Bounds
from exchange.schema import hook_posts
from exchange.store import Store, open_store
from exchange.vault import Vault
from tests.desk.floor import clock_of, open_market

DIED = 9
LOCAL = Bounds(local=True)
VAULT = Vault({1: b"k" * 32})
SOLD = ("lead.sold",)


def house(url: str | None) -> Desk:
    """A small market whose messages are written."""
    desk = open_market(url)
    desk.store.posts, desk.store.vault = True, VAULT
    return desk


def user_of(desk: Desk, firm: str = "nord", role: Role = "owner") -> User:
    """Somebody of a firm, with no password that anybody has."""
    email = f"{firm}.{role}@example.de"
    with desk.store.write_aside() as connection:
        if user_by_email(connection, email) is None:
            told = {"email": email, "name": firm.title(), "role": role, "organisation": firm}
            add_user(connection, **told, password_hash="", at=clock_of(desk).at_us)  # type: ignore[arg-type]
        found = user_by_email(connection, email)
    assert found is not None
    return found


def webhook(desk: Desk, url: str, *topics: str, firm: str = "nord") -> tuple[str, str]:
    """A supplier's webhook: its id and its secret."""
    made = Webhooks(desk.store, LOCAL).make(user_of(desk, firm), side="supplier", url=url, topics=topics or SOLD)
    return made[1].hook_id, made[0]


def hook_courier(store: Store, **more: Any) -> HookCourier:
    """A courier that always waits as long as it may."""
    return HookCourier(store, VAULT, LOCAL, draw=lambda: 9_999, **more)


def go(desk: Desk) -> int:
    """Spread what is in the outbox, call what is due; returns how many calls were made."""
    Courier(desk.store, Spreader(desk.store)).round()
    return hook_courier(desk.store).round()


def rows(desk: Desk, *columns: str, table: Any = hook_posts) -> list[tuple[Any, ...]]:
    """Columns of the posts, or of another table."""
    with desk.store.read() as connection:
        order = list(table.primary_key.columns)[-1]
        return [tuple(row) for row in connection.execute(select(*(table.c[name] for name in columns)).order_by(order))]


def die_at(place: str, url: str, desk: Desk) -> int:
    """A courier to webhooks in a process of its own that dies there; returns how it ended."""
    asked = [sys.executable, "-m", "tests.hooks.firm", place, url, str(clock_of(desk).at_us)]
    return subprocess.run(asked, timeout=60, check=False).returncode


def _go(place: str, url: str, now: str) -> None:
    arm(lambda name: os._exit(DIED) if name == place else None)
    hook_courier(open_store(url, SetClock(int(now)))).round()


if __name__ == "__main__":
    _go(*sys.argv[1:])
