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
from exchange.member import HOUSE
from exchange.schema import metadata
from exchange.store import engine as database
from exchange.store import tapes
from exchange.store.engine import Busy, Conflict, Unavailable
from exchange.store.leads import OfferedLead
from exchange.store.transaction import Kept, Transaction
from exchange.tape import Numbered
from exchange.vault import Vault

__all__ = ["Busy", "Conflict", "OfferedLead", "Store", "Transaction", "Unavailable", "open_store"]


class Store:
    """One database. Books are kept between transactions; a book that failed is thrown away."""

    def __init__(self, engine: Engine, clock: Clock, vault: Vault | None = None) -> None:
        self.engine = engine
        self.clock = clock
        self.vault = vault
        self.told: Callable[[Sequence[Numbered], int], None] | None = None
        """Called after each commit with the entries written and how long writing took (microseconds); for figures."""
        self._kept: dict[str, Kept] = {}
        self._locks: dict[str, RLock] = {}
        self._lock = Lock()

    @contextmanager
    def begin(self, sectors: Sequence[str], *, opening: bool = False) -> Iterator[Transaction]:
        """A write transaction on these sectors, locked in the order of their names.

        ``opening`` begins the tapes that are not there. What was recorded is written and committed at the end; any
        exception rolls everything back and throws the books away. Raises Unknown, when asked for it, for a
        sector that is not there.
        """
        names = sorted(set(sectors))
        with ExitStack() as held:
            for lock in self._locks_of(names):
                held.enter_context(lock)
            kept = {name: self._kept.pop(name) for name in names if name in self._kept}
            with database.writing(self.engine) as connection:
                heads = tapes.lock_heads(connection, names)
                failpoint("begin.locked")
                if opening and (missing := [name for name in names if name not in heads]):
                    for name in missing:
                        tapes.begin_tape(connection, name)
                    heads = tapes.lock_heads(connection, names)
                since = [head.settled_until_at for head in heads.values()]
                since += [book.book.settled_until for book in kept.values()]
                now = max([database.instant_of(connection, self.clock), *since])
                transaction = Transaction(connection, heads, now, kept, self.vault)
                yield transaction
                began_ns = perf_counter_ns()
                transaction.write()
                failpoint("commit.before")
            took_us = (perf_counter_ns() - began_ns) // 1_000
            failpoint("commit.after")
            transaction.done()
            self._kept |= kept
            failpoint("commit.kept")
            if self.told is not None:
                self.told(transaction.entered, took_us)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that only reads, for `lookups` and reports."""
        with database.reading(self.engine) as connection:
            yield connection

    @contextmanager
    def write_aside(self) -> Iterator[Connection]:
        """A write transaction for tables that are not the market's: access, vault, audit."""
        with ExitStack() as held:
            for lock in self._locks_of([]):
                held.enter_context(lock)
            with database.writing(self.engine) as connection:
                yield connection

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


def open_store(url: str, clock: Clock | None = None, *, create: bool = False, vault: Vault | None = None) -> Store:
    """The store at a database URL; raises ConfigError where no exchange is there.

    ``create`` makes the tables at once, without migrations: in memory, in tests.
    """
    if not create and not database.exists(url):
        raise ConfigError("database: there is no exchange in it; make one with `exchange init`")
    store = Store(database.connect(url), clock or SystemClock(), vault)
    if create:
        metadata.create_all(store.engine)
        with database.writing(store.engine) as connection:
            if HOUSE not in tapes.lock_heads(connection, [HOUSE]):
                tapes.begin_tape(connection, HOUSE)
    return store
