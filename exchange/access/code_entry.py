"""The second page of a log-in: a code for a password that was right a moment ago."""

from dataclasses import dataclass

from exchange.access import throttle
from exchange.access.devices import is_known, remember
from exchange.access.entrance import Throttled, Welcome, Wrong
from exchange.access.half import Half, end_half, half_of
from exchange.access.second_factor import use_code
from exchange.access.sessions import Lifetimes, begin_session, new_token, token_hash
from exchange.store import Store


@dataclass(frozen=True, slots=True)
class TooLate:
    """No log-in of this browser waits for a code, or no longer."""


@dataclass(frozen=True, slots=True)
class CodeEntry:
    """Where half log-ins become sessions; each call is a transaction of its own."""

    store: Store
    lifetimes: Lifetimes

    def waits(self, token: str) -> bool:
        """Whether a log-in waits for its code."""
        with self.store.read() as connection:
            return half_of(connection, token, self.store.clock.now()) is not None

    def enter(
        self, token: str, code: str, sender: str, *, device: str = "", browser: str = ""
    ) -> Welcome | Wrong | Throttled | TooLate:
        """Try a code, of the app or a back-up one, for the half log-in of a token; it is used up where it was right.

        ``sender``, ``device`` and ``browser`` as `Entrance.log_in` takes them.
        """
        now = self.store.clock.now()
        with self.store.write_aside() as connection:
            half = half_of(connection, token, now)
            if half is None:
                return TooLate()
            known = is_known(connection, device, half.email, now)
            knocks = _knocks(half, device if known else "", sender)
            if wait_us := throttle.knock(connection, knocks, now):
                return Throttled(now + wait_us)
            if not use_code(connection, self.store.vault, half.user_id, code, now):
                return Wrong()
            throttle.forget(connection, *knocks[0])
            end_half(connection, token)
            device = device if known else new_token()
            remember(connection, device, half.user_id, now)
            return Welcome(begin_session(connection, half.user_id, now, self.lifetimes, browser), device)


def _knocks(half: Half, device: str, sender: str) -> list[tuple[throttle.Limit, str]]:
    """The buckets of a code: of a browser the user knows its own, so that strangers do not use it up."""
    if device:
        return [(throttle.CODE_DEVICE, f"{half.user_id} {token_hash(device)}")]
    return [(throttle.CODE_PAIR, f"{half.user_id} {sender}"), (throttle.CODE_ACCOUNT, half.user_id)]
