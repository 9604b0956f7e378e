"""The second factor: an app's secret, sealed, and back-up codes; each code counts once, whoever is quicker.

Switched on by its own first code. Whoever changes it is logged out everywhere else.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, select, update

from exchange.access import throttle
from exchange.access.codes import DIGITS, code_hash, draw_backup_codes, fitting_step, new_secret, typed
from exchange.access.sessions import end_sessions_of
from exchange.access.users import User
from exchange.audit import Deed, Hand, log
from exchange.errors import ConfigError, Invalid
from exchange.instant import MINUTE_US, Instant
from exchange.schema.second_factor import backup_codes, second_factors
from exchange.store import Store
from exchange.vault import Sealed, Vault

SETUP_US = 30 * MINUTE_US
"""How long a secret waits for its first code."""
_MINE = second_factors.c


@dataclass(frozen=True, slots=True)
class Standing:
    """How it stands with somebody's second factor: on since, so many back-up codes left, or reset by operators at."""

    since_at: Instant | None = None
    codes_left: int = 0
    reset_at: Instant | None = None

    @property
    def on(self) -> bool:
        return self.since_at is not None


@dataclass(frozen=True, slots=True)
class SecondFactors:
    """Everybody's; each call is a transaction of its own."""

    store: Store

    def standing(self, user: User) -> Standing:
        """How it stands with one's own."""
        with self.store.read() as connection:
            row = connection.execute(select(second_factors).where(_MINE.user_id == user.user_id)).first()
            left = connection.execute(select(func.count()).select_from(backup_codes).where(_unused(user.user_id)))
            return Standing() if row is None else Standing(row.confirmed_at, left.scalar_one(), row.reset_at)

    def begin(self, user: User) -> None:
        """Draw a secret that counts once a code of it was given; raises Invalid where one counts already."""
        at, sealed = self.store.clock.now(), _open(self.store.vault).seal(_place(user.user_id), new_secret())
        fresh = {**sealed.columns, "made_at": at, "last_step": 0}
        with self.store.write_aside() as connection:
            waiting = (_MINE.user_id == user.user_id) & _MINE.confirmed_at.is_(None)
            if connection.execute(update(second_factors).where(waiting).values(**fresh)).rowcount:
                return
            if is_on(connection, user.user_id):
                raise Invalid("code", "is switched on already")
            connection.execute(insert(second_factors).values(user_id=user.user_id, **fresh))

    def secret_to_confirm(self, user: User) -> str | None:
        """The secret that waits for its first code; None where there is none, or no longer."""
        with self.store.read() as connection:
            row = self._waiting(connection, user.user_id)
            return None if row is None else _secret(self.store.vault, row)

    def confirm(self, user: User, code: str, *, keep: str) -> list[str] | None:
        """Switch it on by its first code: the back-up codes, shown once, or None for a wrong one; raises Invalid where
        it was guessed too often. Ends the user's sessions but the one whose token is kept."""
        at = self.store.clock.now()
        with self.store.write_aside() as connection:
            if not throttle.take(connection, throttle.PROOF, f"code {user.user_id}", at):
                raise Invalid("code", "too many tries; wait a few minutes")
            row = self._waiting(connection, user.user_id)
            step = fitting_step(_secret(self.store.vault, row), typed(code), at) if row is not None else None
            if row is None or step is None:
                return None
            waiting = (_MINE.user_id == user.user_id) & _MINE.confirmed_at.is_(None) & (_MINE.made_at == row.made_at)
            on = {"confirmed_at": at, "last_step": step, "reset_at": None}
            if not connection.execute(update(second_factors).where(waiting).values(**on)).rowcount:
                return None
            throttle.forget(connection, throttle.PROOF, f"code {user.user_id}")
            end_sessions_of(connection, user.user_id, keep=keep)
            log(connection, Hand(user.user_id), Deed("second_factor.on", {"user": user.user_id}), at)
            return _new_codes(connection, user.user_id, at)

    def renew_codes(self, user: User) -> list[str]:
        """Ten other back-up codes, shown once; the ones before are worth nothing. Raises Invalid without a factor."""
        at = self.store.clock.now()
        with self.store.write_aside() as connection:
            if not is_on(connection, user.user_id):
                raise Invalid("code", "is not switched on")
            log(connection, Hand(user.user_id), Deed("second_factor.codes", {"user": user.user_id}), at)
            return _new_codes(connection, user.user_id, at)

    def switch_off(self, user: User, *, keep: str) -> None:
        """Do without, from now on; ends the user's sessions but the one whose token is kept."""
        with self.store.write_aside() as connection:
            connection.execute(delete(backup_codes).where(backup_codes.c.user_id == user.user_id))
            connection.execute(delete(second_factors).where(_MINE.user_id == user.user_id))
            end_sessions_of(connection, user.user_id, keep=keep)
            deed = Deed("second_factor.off", {"user": user.user_id})
            log(connection, Hand(user.user_id), deed, self.store.clock.now())

    def noticed(self, user: User) -> None:
        """Somebody has read that theirs was reset."""
        done = (_MINE.user_id == user.user_id) & _MINE.reset_at.is_not(None)
        with self.store.write_aside() as connection:
            connection.execute(update(second_factors).where(done).values(reset_at=None))

    def proves(self, user: User, code: str) -> bool:
        """Whether somebody logged in has a code, which is used up by it; raises Invalid when guessed too often."""
        at = self.store.clock.now()
        with self.store.write_aside() as connection:
            if not throttle.take(connection, throttle.PROOF, f"code {user.user_id}", at):
                raise Invalid("code", "too many tries; wait a few minutes")
            if not use_code(connection, self.store.vault, user.user_id, code, at):
                return False
            throttle.forget(connection, throttle.PROOF, f"code {user.user_id}")
            return True

    def _waiting(self, connection: Connection, user_id: str) -> Row[Any] | None:
        fresh = (_MINE.made_at > self.store.clock.now() - SETUP_US) & (_MINE.wrapped_key != b"")
        asked = select(second_factors).where(_MINE.user_id == user_id, _MINE.confirmed_at.is_(None), fresh)
        return connection.execute(asked).first()


def is_on(connection: Connection, user_id: str) -> bool:
    """Whether a log-in of this user needs a code."""
    asked = select(_MINE.user_id).where(_MINE.user_id == user_id, _MINE.confirmed_at.is_not(None))
    return connection.execute(asked).first() is not None


def use_code(connection: Connection, vault: Vault | None, user_id: str, text: str, at: Instant) -> bool:
    """Use a code up, one of the app or a back-up one; False for any other, and for one somebody else was quicker with.

    Two who give the same code meet at one row's guarded update: one of them changes it.
    """
    code = typed(text)
    if len(code) != DIGITS:
        fits = _unused(user_id) & (backup_codes.c.code_hash == code_hash(code))
        return is_on(connection, user_id) and (
            connection.execute(update(backup_codes).where(fits).values(used_at=at)).rowcount == 1
        )
    row = connection.execute(
        select(second_factors).where(_MINE.user_id == user_id, _MINE.confirmed_at.is_not(None))
    ).first()
    if row is None:
        return False
    step = fitting_step(_secret(vault, row), code, at)
    if step is None:
        return False
    later = (_MINE.user_id == user_id) & _MINE.confirmed_at.is_not(None) & (_MINE.last_step < step)
    return connection.execute(update(second_factors).where(later).values(last_step=step)).rowcount == 1


def reset(connection: Connection, user_id: str, at: Instant) -> bool:
    """Take somebody's second factor away, log them out, and keep that they are to be told; False where none counts."""
    gone = {"algorithm": "", "key_version": 0, "wrapped_key": b"", "sealed": b"", "confirmed_at": None, "last_step": 0}
    asked = {"reset_asked_by": None, "reset_asked_at": None, "reset_at": at}
    on = (_MINE.user_id == user_id) & _MINE.confirmed_at.is_not(None)
    if not connection.execute(update(second_factors).where(on).values(**gone, **asked)).rowcount:
        return False
    connection.execute(delete(backup_codes).where(backup_codes.c.user_id == user_id))
    end_sessions_of(connection, user_id)
    return True


def _new_codes(connection: Connection, user_id: str, at: Instant) -> list[str]:
    connection.execute(delete(backup_codes).where(backup_codes.c.user_id == user_id))
    codes = draw_backup_codes()
    rows = [{"user_id": user_id, "code_hash": code_hash(code), "made_at": at, "used_at": None} for code in codes]
    connection.execute(insert(backup_codes), rows)
    return codes


def _unused(user_id: str) -> ColumnElement[bool]:
    return (backup_codes.c.user_id == user_id) & backup_codes.c.used_at.is_(None)


def _secret(vault: Vault | None, row: Row[Any]) -> str:
    return _open(vault).open(_place(row.user_id), Sealed.of(row))


def _open(vault: Vault | None) -> Vault:
    if vault is None:
        raise ConfigError("there is no vault: second factors are sealed")
    return vault


def _place(user_id: str) -> str:
    return f"second_factors|{user_id}"
