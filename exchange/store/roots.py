"""The roots of the days in the database: which days are over and have none yet, their entries, what was published."""

import json
from collections.abc import Iterator, Mapping

from sqlalchemy import Connection, RowMapping, insert, select

from exchange.calendars import BERLIN, berlin_day
from exchange.errors import TapeBroken
from exchange.instant import MINUTE_US, Instant, to_datetime
from exchange.payload import canonical
from exchange.proofs.day import FIRST, Day, Root, closed
from exchange.schema import heads, roots, tape
from exchange.store.tapes import READ_AHEAD
from exchange.tape import Head

PATIENCE_US = MINUTE_US
"""A day's root is made so long after its end: a clock that was set back cannot add to it then."""


def read_roots(connection: Connection, date: str | None = None) -> list[Root]:
    """What was published, the oldest first; or of one day."""
    rows = select(roots).order_by(roots.c.since_at)
    if date is not None:
        rows = rows.where(roots.c.date == date)
    return [_root(row) for row in connection.execute(rows).mappings()]


def next_day(connection: Connection) -> Day | None:
    """The first day without a root, as far as it is known before its entries are counted; None on empty tapes."""
    last = connection.execute(select(roots).order_by(roots.c.since_at.desc()).limit(1)).mappings().one_or_none()
    if last is not None:
        return _empty(last["until_at"], last["root"])
    first_at = connection.execute(select(tape.c.at).where(tape.c.seq == 1).order_by(tape.c.at).limit(1)).scalar()
    return None if first_at is None else _empty(berlin_day(first_at)[0], FIRST)


def make_root(connection: Connection, begun: Day, last_seqs: Mapping[str, int]) -> Root:
    """The root of a day that is over; ``last_seqs`` is where every tape ended when it was known to be."""
    since, until = begun.since_at, begun.until_at
    stretches = {
        sector: (first_seq(connection, sector, since, seq), first_seq(connection, sector, until, seq) - 1)
        for sector, seq in sorted(last_seqs.items())
    }
    ends = {sector: _head(connection, sector, last) for sector, (_, last) in stretches.items() if last}
    entries = sum(last - first + 1 for first, last in stretches.values())
    day = Day(begun.date, since, until, entries, ends, begun.before)
    return closed(day, hashes_of(connection, day))


def publish(connection: Connection, made: Root, now: Instant) -> None:
    """Write a root down; a day has one, so a second one is a conflict."""
    ends = {sector: [head.seq, head.hash] for sector, head in made.day.heads.items()}
    row = {
        "date": made.day.date,
        "since_at": made.day.since_at,
        "until_at": made.day.until_at,
        "entries": made.day.entries,
        "heads": canonical(ends),
        "before": made.day.before,
        "root": made.root,
        "made_at": now,
    }
    connection.execute(insert(roots).values(row))


def head_seqs(connection: Connection) -> dict[str, int]:
    """Where every tape ends now."""
    return {row.sector: row.head_seq for row in connection.execute(select(heads.c.sector, heads.c.head_seq))}


def stretches_of(connection: Connection, day: Day) -> Iterator[tuple[str, int, int]]:
    """Every sector's stretch of a published day: its first and its last number (before the first where it has none)."""
    for sector, head in sorted(day.heads.items()):
        yield sector, first_seq(connection, sector, day.since_at, head.seq), head.seq


def hashes_of(connection: Connection, day: Day) -> Iterator[str]:
    """The hashes of a day's entries in their order, a bounded number in memory."""
    for sector, first, last in stretches_of(connection, day):
        for begin in range(first, last + 1, READ_AHEAD):
            mine = (tape.c.sector == sector, tape.c.seq >= begin, tape.c.seq <= min(last, begin + READ_AHEAD - 1))
            yield from connection.execute(select(tape.c.hash).where(*mine).order_by(tape.c.seq)).scalars()


def first_seq(connection: Connection, sector: str, at: Instant, last: int) -> int:
    """The number of the first entry at or after an instant, of those up to ``last``; the one after it where none is.

    Instants never fall along a tape, so a few look-ups by number find it.
    """
    low, high = 1, last + 1
    while low < high:
        middle = (low + high) // 2
        found = connection.execute(select(tape.c.at).where(tape.c.sector == sector, tape.c.seq == middle)).scalar()
        if found is None:
            raise TapeBroken(f"{sector} {middle}: missing")
        low, high = (low, middle) if found >= at else (middle + 1, high)
    return low


def _head(connection: Connection, sector: str, seq: int) -> Head:
    mine = select(tape.c.hash).where(tape.c.sector == sector, tape.c.seq == seq)
    return Head(seq, connection.execute(mine).scalar_one())


def _empty(since: Instant, before: str) -> Day:
    begins, ends = berlin_day(since)
    date = to_datetime(begins).astimezone(BERLIN).date().isoformat()
    return Day(date, begins, ends, 0, {}, before)


def _root(row: RowMapping) -> Root:
    ends = {sector: Head(*head) for sector, head in json.loads(row["heads"]).items()}
    day = Day(row["date"], row["since_at"], row["until_at"], row["entries"], ends, row["before"])
    return Root(day, row["root"])
