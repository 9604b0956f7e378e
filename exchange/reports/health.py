"""How the house is doing: what the database says of itself, each check with a state and what to do about it.

Read only, and without personal data: sectors, numbers, instants, sums. `checkup` is all of it, for ``exchange doctor``;
`readiness` the part that is quick, for load balancers.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, func, select, union_all

from exchange.clock import Clock, SystemClock
from exchange.errors import TapeBroken
from exchange.instant import MINUTE_US, SECOND_US, Instant, to_text
from exchange.ledger import prove_zero
from exchange.member import HOUSE
from exchange.migrations import current, newest
from exchange.money import Cents
from exchange.reports.outbox import Alive, PostFigures, job_processes, post_figures
from exchange.reports.pulse import halted_sectors
from exchange.schema import bids, heads, transfers, wallets
from exchange.store import Busy, Store, Unavailable
from exchange.store.engine import instant_of
from exchange.store.tapes import read_entries
from exchange.store.timekeeper import MOST_APART_US, MOST_BACK_US, Timekeeper
from exchange.tape import Head, checked

OK, WARNING, BROKEN = "ok", "warning", "broken"
STATES = (OK, WARNING, BROKEN)
"""From good to bad: a check-up is as bad as its worst finding."""

LATE_US = 2 * SECOND_US
"""What fell due is written this soon while an alarm clock runs; later than this somebody should look."""
MOST_LATE_US = 60 * SECOND_US
"""Later than this no alarm clock runs."""
UNTRIED_US = MINUTE_US
"""Longer than this no message waits to be tried while a courier goes."""
TRYING_US = 10 * MINUTE_US
"""A message that could not be handed over for so long deserves a look."""
SILENT_US = MINUTE_US
"""A job process says that it lives every ten seconds; silent for longer than this it does not."""
SKEW_US = 250_000
TAIL = 200
"""How many last entries of each tape are hashed again; `exchange verify` does them all."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: ``state`` is one of `STATES`, ``says`` one sentence for whoever has to act."""

    check: str
    state: str
    says: str


@dataclass(frozen=True, slots=True)
class Punctuality:
    """How far a sector is: settled up to an instant, and how late what fell due is (microseconds, 0 if nothing is)."""

    sector: str
    settled_until_at: Instant
    late_us: int


def worst(findings: list[Finding]) -> str:
    """The state of them all."""
    return max((found.state for found in findings), key=STATES.index, default=OK)


def readiness(
    connection: Connection,
    clock: Clock,
    most_late_us: int = MOST_LATE_US,
    *,
    carries: bool = False,
    most_back_us: int = MOST_BACK_US,
    host: Clock | None = None,
) -> list[Finding]:
    """Whether this process should be sent requests: migrations, clocks, punctuality, and whether a courier goes.

    ``carries`` says that messages leave the house; ``host`` is this host's clock where ``clock`` is another.
    """
    migrations = check_migrations(connection)
    if migrations.state == BROKEN:
        return [migrations]
    now = instant_of(connection, clock)
    known = punctuality(connection, now)
    return [
        migrations,
        check_clocks(connection, clock, host),
        check_past(known, now, most_back_us),
        check_punctuality(known, most_late_us),
        check_outbox(post_figures(connection, now), carries=carries),
    ]


def checkup(connection: Connection, clock: Clock | None = None, *, carries: bool = False) -> Iterator[Finding]:
    """Everything the database can be asked. After a wrong schema version nothing more is asked."""
    clock = clock or SystemClock()
    migrations = check_migrations(connection)
    yield migrations
    if migrations.state == BROKEN:
        return
    now = instant_of(connection, clock)
    known = punctuality(connection, now)
    yield check_clocks(connection, clock)
    yield check_past(known, now)
    yield check_punctuality(known)
    yield check_jobs(job_processes(connection, now), needed=any(one.sector != HOUSE for one in known))
    yield check_outbox(post_figures(connection, now), carries=carries)
    yield check_tails(connection)
    yield check_ledger(connection)
    yield check_halts(connection)


def check_writing(store: Store) -> Finding:
    """Whether the database takes what is written: a full disk answers every question and keeps nothing."""
    try:
        store.check_writable()
    except Busy:
        return Finding("writing", WARNING, "Another writer was in the way for long.")
    except Unavailable as error:
        return Finding("writing", BROKEN, f"Nothing can be written: {error}.")
    return Finding("writing", OK, "The database can be written.")


def check_migrations(connection: Connection) -> Finding:
    """Whether the tables are those this program was written for."""
    found, wanted = current(connection), newest()
    if found == wanted:
        return Finding("migrations", OK, f"The tables are at version {wanted}.")
    return Finding(
        "migrations", BROKEN, f"The tables are at version {found}, this program needs {wanted}: run `exchange init`."
    )


def check_clocks(connection: Connection, clock: Clock, host: Clock | None = None) -> Finding:
    """This host's clock beside the database's; the way there and back is no difference."""
    _, apart_us = Timekeeper(host=host).read(connection, clock)
    says = f"This host's clock and the database's are {apart_us // 1_000} ms apart"
    if apart_us <= SKEW_US:
        return Finding("clock", OK, says + ".")
    says += "; prices are the database's, pages show this one: set both by NTP."
    if apart_us <= MOST_APART_US:
        return Finding("clock", WARNING, says)
    return Finding("clock", BROKEN, says + " Instant bids are refused until then.")


def check_past(known: list[Punctuality], now: Instant, most_back_us: int = MOST_BACK_US) -> Finding:
    """A clock that was set back: nothing is done, or prices stand still, until it has caught up."""
    ahead_us = max((one.settled_until_at for one in known), default=now) - now
    if ahead_us <= LATE_US:
        return Finding("past", OK, "No sector was settled beyond now.")
    says = f"The database's clock is {ahead_us // SECOND_US} s behind what was settled"
    if ahead_us <= most_back_us:
        return Finding("past", WARNING, says + ": prices stand still until it has caught up.")
    says += ": nothing is done until it has caught up. Put it right; where it is right now and ran ahead before, "
    return Finding("past", BROKEN, says + "raise database.most_back_s and restart.")


def punctuality(connection: Connection, now: Instant) -> list[Punctuality]:
    """Every tape that was begun, by sector."""
    rows = connection.execute(select(heads).where(heads.c.head_seq > 0).order_by(heads.c.sector))
    return [Punctuality(row.sector, row.settled_until_at, max(0, now - (row.next_due_at or now))) for row in rows]


def check_punctuality(known: list[Punctuality], most_late_us: int = MOST_LATE_US) -> Finding:
    """Whether an alarm clock is awake: nothing that fell due stays undone for long."""
    latest = max(known, key=lambda one: one.late_us, default=None)
    if latest is None or latest.late_us <= LATE_US:
        last = max((one.settled_until_at for one in known), default=None)
        when = "nothing was ever settled" if last is None else f"the last settlement was {to_text(last)}"
        return Finding("punctuality", OK, f"Nothing is due; {when}.")
    late = sum(one.late_us > LATE_US for one in known)
    says = f"{latest.sector} is {latest.late_us // SECOND_US} s late (sectors late: {late}, last settled "
    says += f"{to_text(latest.settled_until_at)}): "
    if latest.late_us <= most_late_us:
        return Finding("punctuality", WARNING, says + "look again, and at the log of `exchange jobs`.")
    return Finding("punctuality", BROKEN, says + "no alarm clock runs; start `exchange jobs`.")


def check_jobs(processes: list[Alive], *, needed: bool) -> Finding:
    """Which processes keep an alarm clock, and since when. Whether they do their work, punctuality says."""
    alive = [one for one in processes if one.silent_us <= SILENT_US]
    fell_silent = "".join(
        f"; {_who(one)} fell silent {one.silent_us // SECOND_US} s ago" for one in processes if one not in alive
    )
    if alive:
        since = ", ".join(f"{_who(one)} since {to_text(one.started_at)}" for one in alive)
        return Finding("jobs", OK, f"Alive: {since}{fell_silent}.")
    if not needed:
        return Finding("jobs", OK, f"None is alive, and no sector is open that would need one{fell_silent}.")
    says = f"No job process has said in the last minute that it lives{fell_silent}: "
    return Finding("jobs", WARNING, says + "start `exchange jobs`, or `exchange serve` without --no-alarm.")


def _who(one: Alive) -> str:
    return f"{one.kind} (process {one.pid} on host {one.host})"


def check_outbox(post: PostFigures, *, carries: bool) -> Finding:
    """Whether what should leave the house does."""
    if carries and post.overdue_us > UNTRIED_US:
        says = f"{post.waiting} messages wait, one has been due for {post.overdue_us // SECOND_US} s: no courier goes;"
        return Finding("outbox", BROKEN, f"{says} start `exchange jobs`.")
    if post.dead:
        says = f"{post.dead} messages were given up (the last: {post.dead_error}): see `exchange outbox list dead`, "
        return Finding("outbox", WARNING, says + "mend the cause, then `exchange outbox retry --all`.")
    if not carries and post.waiting:
        says = f"{post.waiting} messages wait and courier.carrier is none here: "
        return Finding("outbox", WARNING, says + "give every process of the house the same settings.")
    if post.trying and post.age_us > TRYING_US:
        says = f"{post.trying} messages could not be handed over yet ({post.error}), the oldest is "
        return Finding("outbox", WARNING, f"{says}{post.age_us // SECOND_US} s old: see to the carrier.")
    if not carries:
        return Finding("outbox", OK, "Nothing leaves the house: courier.carrier is none.")
    return Finding("outbox", OK, f"Messages wait: {post.waiting}, none for long.")


def check_tails(connection: Connection, most: int = TAIL) -> Finding:
    """The last entries of every tape, hashed again, end in the head."""
    entries = 0
    for row in connection.execute(select(heads).order_by(heads.c.sector)).all():
        try:
            entries += _check_tail(connection, row.sector, Head(row.head_seq, row.head_hash), most)
        except TapeBroken as broken:
            return Finding("tape", BROKEN, f"{broken}: halt the sector, keep the database, run `exchange verify`.")
    return Finding("tape", OK, f"The last entries of all tapes fit their hashes (looked at: {entries}).")


def _check_tail(connection: Connection, sector: str, end: Head, most: int) -> int:
    before = max(0, end.seq - most)
    start = Head()
    if before:
        (entry,) = read_entries(connection, sector, before, before)
        start = Head(entry.seq, entry.hash)
    last = start
    for entry in checked(read_entries(connection, sector, before + 1), sector, start):
        last = Head(entry.seq, entry.hash)
    if last != end:
        raise TapeBroken(f"{sector} {last.seq}: the tape ends here, its head says {end.seq}")
    return last.seq - before


def check_ledger(connection: Connection) -> Finding:
    """All accounts sum to zero, wallets are what their transfers make them, reservations what their bids hold."""
    try:
        held = _accounts(connection)
        prove_zero(held)
        _compare_wallets(connection, held)
        _compare_reservations(connection, held)
    except TapeBroken as broken:
        return Finding("ledger", BROKEN, f"{broken}: stop payouts, keep the database, run `exchange verify`.")
    return Finding("ledger", OK, f"{len(held)} accounts sum to zero; wallets and reservations equal their transfers.")


def _accounts(connection: Connection) -> dict[str, Cents]:
    into = select(transfers.c.credit.label("account"), func.sum(transfers.c.amount_cents).label("cents"))
    out = select(transfers.c.debit.label("account"), (-func.sum(transfers.c.amount_cents)).label("cents"))
    both = union_all(into.group_by(transfers.c.credit), out.group_by(transfers.c.debit)).subquery()
    rows = connection.execute(select(both.c.account, func.sum(both.c.cents).label("cents")).group_by(both.c.account))
    return {row.account: int(row.cents) for row in rows}


def _compare_wallets(connection: Connection, held: dict[str, Cents]) -> None:
    for row in connection.execute(select(wallets).order_by(wallets.c.organisation)):
        moved = held.get(f"wallet:{row.organisation}", 0)
        if row.balance_cents != moved:
            raise TapeBroken(f"wallet {row.organisation}: holds {row.balance_cents} cents, its transfers make {moved}")


def _compare_reservations(connection: Connection, held: dict[str, Cents]) -> None:
    rows = connection.execute(select(bids.c.buyer, bids.c.bid_id, bids.c.reserved_cents))
    reserved = {f"reserved:{row.buyer}:{row.bid_id}": row.reserved_cents for row in rows}
    moved = {account: cents for account, cents in held.items() if account.startswith("reserved:")}
    for account in sorted(reserved.keys() | moved.keys()):
        ours, theirs = reserved.get(account, 0), moved.get(account, 0)
        if ours != theirs:
            raise TapeBroken(f"{account}: the bid holds {ours} cents, its transfers make {theirs}")


def check_halts(connection: Connection) -> Finding:
    """Sectors that stand still, so that none is forgotten."""
    halted = halted_sectors(connection)
    if not halted:
        return Finding("halts", OK, "No sector is halted.")
    which = ", ".join(f"{one.sector} since {to_text(one.halted_at)}" for one in halted)
    return Finding("halts", WARNING, f"Halted: {which}; end it with `exchange sector resume`.")
