"""Passwords: argon2id, at least twelve characters, and the same work for unknown users as for known ones."""

from functools import cache
from threading import Semaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from exchange.errors import Invalid

LEAST_LENGTH, MOST_LENGTH = 12, 256

_AT_ONCE = Semaphore(2)
"""So many verifications in one process at a time: a flood of log-ins must not take every core."""


class Passwords:
    """Hashes and verifies; the parameters are handed in so that tests can be quick."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._nobody = self._hasher.hash("nobody has this password")

    def hash(self, password: str) -> str:
        """An argon2id hash with its parameters; raises Invalid for a password that is too short or absurd."""
        if not LEAST_LENGTH <= len(password) <= MOST_LENGTH:
            raise Invalid("password", f"{LEAST_LENGTH} to {MOST_LENGTH} characters")
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
