"""The store: rows to values, one transaction at a time, and the only writer of tape, ledger and market.

`Store.begin` locks, reads the instant and yields a `Transaction`; `Transaction.record` takes what was decided.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from threading import Lock, RLock
from time import perf_counter_ns

from sqlalchemy import Connection, Engine

from exchange.clock import Clock, SystemClock
from exchange.errors import ConfigError
from exchange.failpoint import failpoint
from exchange.instant import Instant
from exchange.member import HOUSE
from exchange.schema import metadata
from exchange.store import engine as database
from exchange.store import tapes
from exchange.store.engine import Away, Busy, Conflict, Unavailable
from exchange.store.leads import OfferedLead
from exchange.store.members import Roster
from exchange.store.probe import Probe
from exchange.store.timekeeper import MOST_BACK_US, ClockBack, ClockSkew, Timekeeper
from exchange.store.transaction import Aside, Kept, Transaction
from exchange.tape import Numbered
from exchange.vault import Vault

__all__ = [
    "Aside",
    "Away",
    "Busy",
    "ClockBack",
    "ClockSkew",
    "Conflict",
    "OfferedLead",
    "Store",
    "Timekeeper",
    "Transaction",
    "Unavailable",
    "open_store",
]


class Store:
    """One database. Books are kept between transactions; a book that failed is thrown away."""

    def __init__(
        self, engine: Engine, clock: Clock, vault: Vault | None = None, *, most_back_us: int = MOST_BACK_US
    ) -> None:
        self.engine = engine
        self.clock = clock
        self.time = Timekeeper(most_back_us)
        self._probe = Probe()
        self.vault = vault
        self.posts = False
        """Whether messages are written: where nothing leaves the house, none is (`store.outbox`)."""
        self.told: Callable[[Sequence[Numbered], int], None] | None = None
        """Called after each commit with the entries written and how long writing took (microseconds); for figures."""
        self.known: set[str] = set()
        """The tapes this process has committed to: their sectors are there."""
        self._kept: dict[str, Kept] = {}
        self._roster = Roster()
        self._locks: dict[str, RLock] = {}
        self._lock = Lock()

    @contextmanager
    def begin(self, sectors: Sequence[str], *, opening: bool = False) -> Iterator[Transaction]:
        """A write transaction on these sectors, locked in the order of their names.

        ``opening`` begins the tapes that are not there. What was recorded is written and committed at the end; any
        exception rolls everything back and throws the books away. Raises Unknown, when asked for it, for a
        sector that is not there, and ClockBack where the clock was set back too far to be believed.
        """
        names = sorted(set(sectors))
        with ExitStack() as held:
            for lock in self._locks_of(names):
                held.enter_context(lock)
            kept = {name: self._kept.pop(name) for name in names if name in self._kept}
            with self._writing() as connection:
                heads = tapes.lock_heads(connection, names)
                failpoint("begin.locked")
                if opening and (missing := [name for name in names if name not in heads]):
                    for name in missing:
                        tapes.begin_tape(connection, name)
                    heads = tapes.lock_heads(connection, names)
                since = [head.settled_until_at for head in heads.values()]
                since += [book.book.settled_until for book in kept.values()]
                dues = tapes.Dues()
                there, apart_us = self.time.read(connection, self.clock, dues.read)
                now = self.time.not_before(there, since)
                transaction = Transaction(
                    connection,
                    heads,
                    now,
                    kept,
                    self.vault,
                    dues=dues.heads,
                    roster=self._roster,
                    apart_us=apart_us,
                    posts=self.posts,
                )
                yield transaction
                began_ns = perf_counter_ns()
                transaction.write()
                failpoint("commit.before")
            took_us = (perf_counter_ns() - began_ns) // 1_000
            failpoint("commit.after")
            transaction.done()
            self._kept |= kept
            self.known.update(heads)
            failpoint("commit.kept")
            if self.told is not None:
                self.told(transaction.entered, took_us)

    @contextmanager
    def read(self, *, glance: bool = False) -> Iterator[Connection]:
        """A transaction that only reads, for `lookups` and reports; a ``glance`` as in `engine.reading`."""
        with database.reading(self.engine, glance=glance) as connection:
            yield connection

    @contextmanager
    def write_aside(self, *, lasting: bool = True) -> Iterator[Connection]:
        """A write transaction for tables that are not the market's: access, vault, audit.

        Counts that a power cut may take back need not be ``lasting``, and wait for no disk.
        """
        with ExitStack() as held:
            for lock in self._locks_of([]):
                held.enter_context(lock)
            with self._writing(lasting=lasting) as connection:
                yield connection

    @contextmanager
    def _writing(self, *, lasting: bool = True) -> Iterator[Connection]:
        try:
            with database.writing(self.engine, lasting=lasting) as connection:
                yield connection
        except Unavailable:
            self._probe.failed()
            raise
        if lasting:
            self._probe.wrote()

    def check_writable(self) -> None:
        """Raises Unavailable where nothing can be written; tries only if nothing was written lately."""
        if not self._probe.is_fresh:
            with self.write_aside() as connection:
                self._probe.write(connection)
            self._probe.passed()

    def now(self) -> Instant:
        """What the database's clock says; for whoever waits for what falls due."""
        with self.read() as connection:
            return database.instant_of(connection, self.clock)

    def confirm(self) -> None:
        """Return once what was read before is as safe as what is acknowledged must be: also on a standby."""
        database.confirm(self.engine)

    def forget_books(self) -> None:
        """Throw away all books that are kept; they are loaded from rows again when asked for."""
        self._kept.clear()

    def close(self) -> None:
        """Let go of the database."""
        self._kept.clear()
        self.engine.dispose()

    def _locks_of(self, names: Sequence[str]) -> list[RLock]:
        """One lock a sector; on SQLite one for all, since waiting here is fairer than waiting in its driver."""
        if database.one_writer(self.engine):
            names = ["*"]
        with self._lock:
            return [self._locks.setdefault(name, RLock()) for name in names]


def open_store(
    url: str,
    clock: Clock | None = None,
    *,
    create: bool = False,
    vault: Vault | None = None,
    most_back_us: int = MOST_BACK_US,
) -> Store:
    """The store at a database URL; raises ConfigError where no exchange is there, Away where nobody opens.

    ``create`` makes the tables at once, without migrations: in memory, in tests. ``most_back_us`` is how far the clock
    may lie behind what was settled.
    """
    if not create and not database.exists(url):
        raise ConfigError("database: there is no exchange in it; make one with `exchange init`")
    store = Store(database.connect(url), clock or SystemClock(), vault, most_back_us=most_back_us)
    if create:
        metadata.create_all(store.engine)
        with database.writing(store.engine) as connection:
            if HOUSE not in tapes.lock_heads(connection, [HOUSE]):
                tapes.begin_tape(connection, HOUSE)
    return store
