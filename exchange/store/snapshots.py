"""States of tapes in the database: kept every so many entries, opened at any number or instant, made anew if refused.

A snapshot saves time and proves nothing: its text must have its digest, it must stand on the tape's own hash, and the
entries after it are replayed and compared to the byte. One that fails is passed over, and `repair` makes it again.
"""

import gc
import logging
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, insert, select

from exchange.errors import TapeBroken
from exchange.instant import Instant
from exchange.moment.state import State, digest, read_state, write_state
from exchange.schema import heads, snapshots, tape
from exchange.store import Conflict, Store
from exchange.store.past import Past
from exchange.store.roots import first_seq

EVERY = 2_000
"""Entries of a tape between two snapshots: replaying half of them takes about as long as reading a state."""
MOST_STEPS = 20_000
"""Falls of prices between two, where entries are few: each takes a part of an entry's time."""
STRIDE = 50
_LEVEL = 6

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Kept:
    """One snapshot: the number and instant of its last entry, and how many bytes it takes."""

    sector: str
    seq: int
    at: Instant
    digest: str
    bytes: int


def state_at(connection: Connection, sector: str, at: Instant) -> State:
    """A sector (or the house) after everything that happened up to an instant, as far as its tape is settled."""
    with uncollected():
        return next(states_at(connection, sector, [at]))


def states_at(connection: Connection, sector: str, instants: Iterable[Instant]) -> Iterator[State]:
    """The same at one instant after the other, in their order: opened once, then moved on. Each is the same object."""
    columns = (heads.c.head_seq, heads.c.settled_until_at)
    head = connection.execute(select(*columns).where(heads.c.sector == sector)).one()
    state, past = State(sector), None
    for at in instants:
        last = first_seq(connection, sector, at + 1, head.head_seq) - 1
        if past is None:
            state = state_after(connection, sector, last)
            past = Past(connection, state)
        past.run(last)
        state.settle(max(min(at, head.settled_until_at), state.replay.last_at))
        yield state


def state_after(connection: Connection, sector: str, seq: int) -> State:
    """A sector after an entry, from the nearest snapshot before it."""
    with uncollected():
        state = _nearest(connection, sector, seq)
        Past(connection, state).run(seq)
    return state


def _nearest(connection: Connection, sector: str, seq: int) -> State:
    before = select(snapshots.c.seq).where(snapshots.c.sector == sector, snapshots.c.seq <= seq)
    for number in connection.execute(before.order_by(snapshots.c.seq.desc())).scalars():
        try:
            return read_kept(connection, sector, number)
        except TapeBroken as broken:
            _log.warning("the snapshot after %s %s is not used: %s", sector, number, broken)
    return State(sector)


def read_kept(connection: Connection, sector: str, seq: int) -> State:
    """The state of one snapshot; raises TapeBroken where it is not what it was, or of another tape."""
    mine = (snapshots.c.sector == sector, snapshots.c.seq == seq)
    row = connection.execute(select(snapshots.c.digest, snapshots.c.content).where(*mine)).one()
    try:
        text = zlib.decompress(row.content).decode()
    except (zlib.error, UnicodeDecodeError) as error:
        raise TapeBroken(f"its bytes are no text: {error}") from None
    if digest(text) != row.digest:
        raise TapeBroken("its text has another digest")
    state = read_state(text)
    hashed = connection.execute(select(tape.c.hash).where(tape.c.sector == sector, tape.c.seq == seq)).scalar_one()
    if (state.sector, state.seq, state.replay.head.hash) != (sector, seq, hashed):
        raise TapeBroken("it was made of another tape")
    return state


def build(store: Store, sector: str, *, every: int = EVERY, most: int | None = None) -> Iterator[Kept]:
    """Make what is missing up to the end of a tape, at most so many; each is read back before the next is made."""
    made = 0
    while most is None or made < most:
        with store.read() as connection, uncollected():
            head = connection.execute(select(heads.c.head_seq).where(heads.c.sector == sector)).scalar_one()
            last = select(func.max(snapshots.c.seq)).where(snapshots.c.sector == sector)
            since = connection.execute(last).scalar() or 0
            state = _nearest(connection, sector, since)
            enough = _advance(connection, state, min(since + every, head))
            if state.seq <= since or not (enough or state.seq >= since + every):
                return
        kept = keep(store, state)
        if kept is None:
            return
        made += 1
        yield kept


def _advance(connection: Connection, state: State, target: int) -> bool:
    """Move a state on to an entry, or to where so many steps were taken; whether it was for the steps."""
    past, before = Past(connection, state), _steps(state)
    while state.seq < target:
        past.run(min(state.seq + STRIDE, target))
        if _steps(state) - before >= MOST_STEPS:
            break
    past.run(state.seq, whole=True)
    return _steps(state) - before >= MOST_STEPS


def _steps(state: State) -> int:
    """Steps taken by the listings a state knows; those that end stay known while it moves on."""
    return sum(listing.step for listing in state.book.listings.values())


def keep(store: Store, state: State) -> Kept | None:
    """Write a state down; None where another process was quicker."""
    text = write_state(state)
    content = zlib.compress(text.encode(), _LEVEL)
    kept = Kept(state.sector, state.seq, state.replay.last_at, digest(text), len(content))
    row = {"sector": kept.sector, "seq": kept.seq, "at": kept.at, "digest": kept.digest, "content": content}
    try:
        with store.write_aside() as connection:
            connection.execute(insert(snapshots).values(row))
    except Conflict:
        _log.info("the snapshot after %s %s was kept by another process", kept.sector, kept.seq)
        return None
    return kept


def list_kept(connection: Connection, sector: str | None = None) -> list[Kept]:
    """All snapshots, or those of one tape, in order."""
    columns = (snapshots.c.sector, snapshots.c.seq, snapshots.c.at, snapshots.c.digest)
    rows = select(*columns, func.length(snapshots.c.content)).order_by(snapshots.c.sector, snapshots.c.seq)
    if sector is not None:
        rows = rows.where(snapshots.c.sector == sector)
    return [Kept(*row) for row in connection.execute(rows)]


def repair(store: Store, kept: Kept) -> str | None:
    """Make a snapshot once more from the tape before it; says what was wrong with the one that was kept, if it was."""
    with store.read() as connection:
        wrong = _wrong(connection, kept)
        if wrong is None:
            return None
        state = state_after(connection, kept.sector, kept.seq - 1)
        with uncollected():
            Past(connection, state).run(kept.seq, whole=True)
    drop(store, kept.sector, kept.seq)
    keep(store, state)
    return wrong


def _wrong(connection: Connection, kept: Kept) -> str | None:
    """What a snapshot differs in from the state the tape leads to; None where it is the same to the byte."""
    try:
        read_kept(connection, kept.sector, kept.seq)
    except TapeBroken as broken:
        return str(broken)
    state = state_after(connection, kept.sector, kept.seq - 1)
    with uncollected():
        Past(connection, state).run(kept.seq, whole=True)
    return None if digest(write_state(state)) == kept.digest else "the tape leads to another state"


def drop(store: Store, sector: str | None = None, seq: int | None = None) -> None:
    """Throw snapshots away: all of them, a tape's, or one."""
    gone = delete(snapshots)
    if sector is not None:
        gone = gone.where(snapshots.c.sector == sector)
    if seq is not None:
        gone = gone.where(snapshots.c.seq == seq)
    with store.write_aside() as connection:
        connection.execute(gone)


@contextmanager
def uncollected() -> Iterator[None]:
    """No search for garbage within: of a state in the making nothing is any, and each search looks at all of it."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
