"""The courier to webhooks: takes what is due in their queues, calls outside any transaction, marks what came of it.

Any number of couriers may run. One that dies between a call and its mark leaves a post that another one sends when its
lock has run out, with the same id.
"""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from secrets import randbelow
from threading import Event
from time import monotonic

from exchange.courier.courier import KEPT_US, LOCK_US
from exchange.delivery import DRAWS
from exchange.errors import Invalid
from exchange.failpoint import failpoint
from exchange.hooks import posts
from exchange.hooks.call import BARRED, Caller, Said
from exchange.hooks.hook import ON, TEST, hook_by_id
from exchange.hooks.keyring import secrets_of
from exchange.hooks.posts import Post
from exchange.hooks.signature import headers
from exchange.hooks.target import Bounds, read_target
from exchange.instant import SECOND_US
from exchange.store import Store
from exchange.store.engine import instant_of
from exchange.vault import Vault

_log = logging.getLogger(__name__)

THREADS = 8
"""How many webhooks of a process are called at once: one that takes its time holds up none but itself."""
BROKEN = "hook_error"
"""The code of a call that could not be made by a fault of ours."""
_LAST_BEGIN_S = 60.0
"""So long after taking its posts a webhook may be called: what is left of the lock is enough for one call."""


@dataclass
class HookCourier:
    """``draw`` gives the share of a wait, 0..9999 (`exchange.delivery.wait_us`)."""

    store: Store
    vault: Vault
    bounds: Bounds
    caller: Caller = field(default_factory=Caller)
    draw: Callable[[], int] = field(default=lambda: randbelow(DRAWS))
    stopped: Event = field(default_factory=Event)
    """Set by whoever wants a round to end after the calls under way."""

    def round(self) -> int:
        """Call every webhook for which something is due, each with a few messages; returns how many were tried."""
        with self.store.write_aside() as connection:
            now = instant_of(connection, self.store.clock)
            taken = posts.take(connection, now, until=now + LOCK_US)
        failpoint("hooks.taken")
        if not taken:
            return 0
        began_s = monotonic()
        with ThreadPoolExecutor(THREADS, "hooks") as pool:
            return sum(pool.map(lambda mine: self._serve(mine, began_s), taken))

    def _serve(self, mine: list[Post], began_s: float) -> int:
        """One webhook's messages, one after the other, up to the first that fails."""
        tried, goes_on = 0, True
        while goes_on and tried < len(mine) and not self._is_over(began_s):
            goes_on = self._carry(mine[tried])
            tried += 1
        self._put_back(mine[tried:])
        return tried

    def _is_over(self, began_s: float) -> bool:
        return self.stopped.is_set() or monotonic() - began_s > _LAST_BEGIN_S

    def _carry(self, post: Post) -> bool:
        """Call, and mark; False where its webhook should be left alone for a while."""
        said = self._call(post)
        if said is None:
            self._put_back([post])
            return False
        failpoint("hooks.carried")
        with self.store.write_aside() as connection:
            now = instant_of(connection, self.store.clock)
            marked = posts.put_mark(connection, post, said, now, draw=self.draw())
        failpoint("hooks.marked")
        if not marked:
            _log.warning("message %s was taken by another courier meanwhile", post.post_id)
        return said.carried or post.topic == TEST

    def _call(self, post: Post) -> Said | None:
        """Where, and signed with what, is read before every call; None where the webhook is off or gone."""
        with self.store.read() as connection:
            now = instant_of(connection, self.store.clock)
            hook = hook_by_id(connection, post.hook_id)
            if hook is None or hook.state != ON:
                return None
            secrets = secrets_of(connection, self.vault, post.hook_id, now)
        body = post.body.encode()
        told = headers(secrets, post.post_id, now // SECOND_US, body) | {"Content-Type": "application/json"}
        try:
            return self.caller.post(read_target(hook.url, self.bounds), told, body)
        except Invalid:
            return Said(code=BARRED)
        except Exception as error:  # what it says may hold an address: its kind is enough
            _log.error("message %s: the call raised %s", post.post_id, type(error).__name__)
            return Said(code=BROKEN)

    def _put_back(self, mine: list[Post]) -> None:
        if not mine:
            return
        with self.store.write_aside() as connection:
            posts.put_back(connection, mine, instant_of(connection, self.store.clock))

    def purge(self) -> int:
        """Forget what happened longer ago than messages are kept."""
        with self.store.write_aside() as connection:
            return posts.purge(connection, instant_of(connection, self.store.clock) - KEPT_US)
