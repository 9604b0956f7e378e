"""Passwords: argon2id, at least twelve characters, and the same work for unknown users as for known ones."""

from collections.abc import Iterable
from functools import cache
from threading import Semaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from exchange.access.guessable import guessable
from exchange.errors import Invalid

LEAST_LENGTH, MOST_LENGTH = 12, 256

_AT_ONCE = Semaphore(2)
"""So many verifications in one process at a time: a flood of log-ins must not take every core."""


class Poor(Invalid):
    """A password that is not taken; ``why`` is ``length`` or a word of `guessable`."""

    def __init__(self, why: str) -> None:
        super().__init__("password", _SAYS[why])
        self.why = why


_SAYS = {
    "length": f"{LEAST_LENGTH} to {MOST_LENGTH} characters",
    "common": "stands on the lists everybody tries first",
    "repeats": "repeats itself",
    "run": "follows the alphabet or the keyboard",
    "names": "is made of your name, your firm or a word everybody tries",
}


class Passwords:
    """Hashes and verifies; the parameters are handed in so that tests can be quick."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._nobody = self._hasher.hash("nobody has this password")

    def check(self, password: str, names: Iterable[str] = ()) -> None:
        """Raises Poor for a password that is too short, absurd or soon guessed; ``names`` as in `guessable`."""
        if not LEAST_LENGTH <= len(password) <= MOST_LENGTH:
            raise Poor("length")
        if why := guessable(password, names):
            raise Poor(why)

    def hash(self, password: str, names: Iterable[str] = ()) -> str:
        """An argon2id hash with its parameters; raises Poor for a password that is not taken."""
        self.check(password, names)
        with _AT_ONCE:
            return self._hasher.hash(password)

    def again(self, password: str) -> str:
        """The hash of a password that has just been verified, under today's parameters and whatever it is."""
        with _AT_ONCE:
            return self._hasher.hash(password)

    def verify(self, password_hash: str | None, password: str) -> bool:
        """Whether it is the password; without a hash (unknown user) the same work is done in vain."""
        with _AT_ONCE:
            try:
                fits = self._hasher.verify(password_hash or self._nobody, password[:MOST_LENGTH])
            except (VerificationError, InvalidHashError):
                return False
        return fits and password_hash is not None

    def outdated(self, password_hash: str) -> bool:
        """Whether the hash was made with weaker parameters than today's."""
        return self._hasher.check_needs_rehash(password_hash)


@cache
def passwords() -> Passwords:
    """The house's own parameters."""
    return Passwords()
