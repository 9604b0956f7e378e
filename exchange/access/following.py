"""Whose open streams may go on: sessions asked about, and kept alive, many at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select, update

from exchange.access.sessions import Lifetimes, token_hash
from exchange.instant import Instant
from exchange.schema.access import sessions, users
from exchange.schema.second_factor import second_factors

AT_ONCE = 500
"""Sessions in one statement: databases have a most for what a statement may name."""


@dataclass(frozen=True, slots=True)
class Follower:
    """Who a session stands for, as far as a stream must know: the user, and whose events they may hear."""

    user_id: str
    organisation: str


def followers(
    connection: Connection,
    tokens: Sequence[str],
    at: Instant,
    lifetimes: Lifetimes,
    factor_for: frozenset[str] = frozenset(),
) -> dict[str, Follower]:
    """Those of these tokens whose sessions hold at an instant, with whom they stand for.

    Users of the roles in ``factor_for`` hear nothing before they have set up a second factor.
    """
    known = second_factors.c.confirmed_at.is_not(None) | users.c.role.not_in(factor_for)
    found: dict[str, Follower] = {}
    for some in _parts(tokens):
        by_hash = {token_hash(token): token for token in some}
        question = (
            select(sessions.c.token_hash, users.c.user_id, users.c.organisation)
            .select_from(sessions.join(users).outerjoin(second_factors, second_factors.c.user_id == users.c.user_id))
            .where(sessions.c.token_hash.in_(by_hash), lifetimes.hold(at), known)
        )
        for row in connection.execute(question):
            found[by_hash[row.token_hash]] = Follower(row.user_id, row.organisation or "")
    return found


def touch_sessions(connection: Connection, tokens: Sequence[str], at: Instant) -> None:
    """Write a sign of life of each."""
    for some in _parts(tokens):
        hashes = [token_hash(token) for token in some]
        connection.execute(update(sessions).where(sessions.c.token_hash.in_(hashes)).values(seen_at=at))


def _parts(tokens: Sequence[str]) -> Iterator[Sequence[str]]:
    return (tokens[first : first + AT_ONCE] for first in range(0, len(tokens), AT_ONCE))
