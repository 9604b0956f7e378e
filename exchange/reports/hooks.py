"""How webhooks are doing as a whole: what waits for them, whether a courier goes to them, which were switched off."""

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from exchange.clock import Clock, SystemClock
from exchange.instant import SECOND_US, Instant
from exchange.reports.health import BROKEN, OK, UNTRIED_US, Finding
from exchange.schema import hook_posts, hooks
from exchange.store.engine import instant_of


@dataclass(frozen=True, slots=True)
class HookFigures:
    """``off`` counts webhooks that were switched off for failing, ``dead`` messages that were given up.

    ``overdue_us``: how long the longest due message has not been tried although its webhook could be called.
    """

    on: int
    failing: int
    off: int
    waiting: int
    dead: int
    overdue_us: int


def hook_figures(connection: Connection, now: Instant) -> HookFigures:
    """Webhooks in numbers."""
    on, post = hooks.c.state == "on", hook_posts.c
    counted = connection.execute(
        select(
            func.count().filter(on).label("on"),
            func.count().filter(on, hooks.c.fails > 0).label("failing"),
            func.count().filter(~on, hooks.c.why != "owner").label("off"),
        )
    ).one()
    waits = post.sent_at.is_(None) & post.dead_at.is_(None)
    waiting = connection.execute(select(func.count()).select_from(hook_posts).where(waits)).scalar_one()
    dead = connection.execute(select(func.count()).select_from(hook_posts).where(post.dead_at.is_not(None)))
    free = select(func.min(post.next_at)).join(hooks).where(waits, on, hooks.c.fails == 0)
    oldest = connection.execute(free).scalar_one_or_none()
    overdue_us = 0 if oldest is None else max(0, now - oldest)
    return HookFigures(counted.on, counted.failing, counted.off, waiting, dead.scalar_one(), overdue_us)


def check_hooks(connection: Connection, clock: Clock | None = None) -> Finding:
    """Whether webhooks are called. One that fails is its firm's to mend, and counted only."""
    found = hook_figures(connection, instant_of(connection, clock or SystemClock()))
    if found.overdue_us > UNTRIED_US:
        says = f"{found.waiting} messages wait for webhooks, one has been due for {found.overdue_us // SECOND_US} s: "
        return Finding("webhooks", BROKEN, says + "start `exchange jobs` with courier.hooks = true.")
    says = f"On: {found.on}, of these failing: {found.failing}; switched off for failing: {found.off}."
    return Finding("webhooks", OK, says)
