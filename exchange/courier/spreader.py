"""The carrier into the queues of webhooks, from where the courier to webhooks takes them; others carry beside it."""

from dataclasses import dataclass

from exchange.delivery import LISTED, Attempt, Carrier, Message
from exchange.hooks.posts import spread
from exchange.store import Store
from exchange.store.engine import instant_of

NO_HOOK = "no_hook"


@dataclass(frozen=True, slots=True)
class Spreader:
    """``other`` is what else the house tells its members by."""

    store: Store
    other: Carrier | None = None

    def deliver(self, message: Message) -> Attempt:
        """Spread, which a repetition does not do twice; ``nobody`` where nobody asked for it."""
        with self.store.write_aside() as connection:
            count = spread(connection, message, instant_of(connection, self.store.clock))
        if self.other is not None and message.topic != LISTED:
            return self.other.deliver(message)
        return Attempt("carried") if count else Attempt("nobody", NO_HOOK)
