"""`make bench-bulk`: price steps, batches and resting bids in bulk, each beside its bare floor in the same run.

Three questions, on both databases, every alternation floor then desk, medians: 10,000 steps due at one instant among
100,000 open listings against one bare UPDATE of these rows; a batch of 10,000 leads against bare INSERTs of its rows;
a standing bid that fills nothing, against 100,000 open listings and against 1,000.
"""

import argparse
import gc
import hashlib
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import count
from statistics import median
from time import perf_counter
from typing import Any

from exchange.admission.doubles import fingerprints
from exchange.desk.supplying import AT_ONCE
from exchange.instant import HOUR_US
from exchange.orderbook.filters import Condition, Filters
from exchange.orderbook.order import ListLead
from exchange.payload import encode
from exchange.pricing.table import compile_table
from exchange.store import OfferedLead
from exchange.store.leads import consent_row, contact_row
from exchange.tape import ZERO, chained
from exchange.vault import Vault, development_vault
from tests.bench.figures import Figure, seconds, show
from tests.bench.warehouse import BEGUN, SLOW, TICK_CENTS, Warehouse, supplied
from tests.postgres import NoPostgres, OwnPostgres, binaries

RESTING = "below every ask"
BIDS: dict[str, dict[str, Any]] = {
    RESTING: {"limit_cents": 1_000},
    "above all asks, wants an answer nobody gave": {
        "limit_cents": 50_000,
        "filters": Filters(conditions=(Condition("roof", "=", ("thatched",)),)),
    },
    "above all asks, wants a supplier without leads": {"limit_cents": 50_000, "filters": Filters(only_from=("sued",))},
}
"""Standing bids that fill nothing, and why. Those above all asks must look at every listing of their regions."""


@dataclass(frozen=True)
class Size:
    """How much of everything."""

    open: int
    few: int
    steps: int
    batch: int
    bids: int
    scans: int
    rounds: int


def timed(work: Callable[[], object]) -> float:
    """Seconds of one call."""
    begun = perf_counter()
    work()
    return perf_counter() - begun


class Bulk:
    """The three questions on one engine."""

    def __init__(self, engine: str, size: Size, opened: Callable[[str], Warehouse], server: OwnPostgres | None) -> None:
        self.engine = engine
        self.size = size
        self._bids_placed = count()
        self.full = opened("full")
        self.few = opened("few")
        self.full.stock(size.steps, size.open - size.steps)
        self.few.stock(0, size.few)
        self.bare = self.full.copied(server, "bare")
        gc.collect()

    def figures(self) -> Iterator[Figure]:
        """All of them; in this order, since batches make the sector larger."""
        yield from self._steps()
        yield from self._bids()
        yield from self._batches()

    def _steps(self) -> Iterator[Figure]:
        floors, kept, built = [], [], []
        for hour in range(1, 2 * self.size.rounds + 1):
            at = BEGUN + hour * HOUR_US
            self.full.clock.at_us = at
            floors.append(timed(lambda at=at: self.bare.update(at)))  # type: ignore[misc]
            if hour % 2:
                kept.append(timed(lambda: self.full.desk.settle("pv")))
            else:
                self.full.desk.store.forget_books()
                built.append(timed(lambda: self.full.desk.settle("pv")))
        self._prove_asks()
        name = f"{self.engine}, {self.size.steps:,} steps at one instant"
        yield Figure(f"{name}, bare UPDATE", 1e3 * median(floors), "ms")
        yield Figure(f"{name}, book kept", 1e3 * median(kept), "ms", 1e3 * median(floors))
        yield Figure(f"{name}, book built first", 1e3 * median(built), "ms", 1e3 * median(floors))

    def close(self) -> None:
        """Let go of the databases."""
        self.bare.close()
        for house in (self.full, self.few):
            house.desk.store.close()

    def _prove_asks(self) -> None:
        """A figure counts only if desk and floor have the same rows."""
        mine, theirs = set(self.full.asks()), set(self.bare.asks())
        if mine != theirs:
            raise AssertionError(f"{len(mine ^ theirs)} listings differ from the bare ones")

    def _bids(self) -> Iterator[Figure]:
        for what, terms in BIDS.items():
            many = self.size.bids if what == RESTING else self.size.scans
            took: dict[Warehouse, list[float]] = {self.few: [], self.full: []}
            for _ in range(many):
                for house, times in took.items():
                    begun = perf_counter()
                    house.place(f"B{next(self._bids_placed)}", **terms)
                    times.append(perf_counter() - begun)
            few, full = (sorted(times) for times in took.values())
            name = f"{self.engine}, bid {what}"
            yield Figure(f"{name}, median", 1e3 * median(full), "ms", 1e3 * median(few))
            if what == RESTING:
                yield Figure(f"{name}, p99", 1e3 * full[int(0.99 * many)], "ms", 1e3 * few[int(0.99 * many)])

    def _batches(self) -> Iterator[Figure]:
        for how, keyed in (("", False), (" with keys", True)):
            floors, found = [], []
            for round_ in range(self.size.rounds):
                number = round_ + keyed * self.size.rounds
                batch, head_seq = supplied(number, self.size.batch), self.full.head_seq
                key = f"batch {number}" if keyed else None
                found.append(timed(lambda batch=batch, key=key: self.full.list_(batch, key)))  # type: ignore[misc]
                rows = self.full.written(head_seq, AT_ONCE)
                floors.append(timed(lambda rows=rows: self.bare.insert(rows)))  # type: ignore[misc]
            name = f"{self.engine}, a batch of {self.size.batch:,} leads{how}"
            yield Figure(f"{name}, bare INSERTs", median(floors), "s")
            yield Figure(name, median(found), "s", median(floors))


def parts(size: int) -> Iterator[Figure]:
    """What a batch costs beside its statements: the parts that cannot be left out, each alone."""
    batch, vault = supplied(0, size), development_vault()
    orders = [listed(one) for one in batch]
    texts = [encode(order) for order in orders]
    each: dict[str, Callable[[], object]] = {
        "sealing contact and consent": lambda: [sealed(vault, one) for one in batch],
        "fingerprints": lambda: [fingerprints(one.contact, vault.fingerprint) for one in batch if one.contact],
        "canonical JSON of the orders": lambda: [encode(order) for order in orders],
        "chaining two entries a lead": lambda: [chained(ZERO, text) for text in texts for _ in range(2)],
        "compiling terms not met before": lambda: [compiled(order) for order in orders],
    }
    for name, work in each.items():
        compile_table.cache_clear()
        yield Figure(f"of a batch of {size:,}: {name}", seconds(work, times=3), "s")


def listed(lead: OfferedLead) -> ListLead:
    """The order that lists a lead."""
    same = ("listing_id", "region", "postcode", "seats", "start_cents", "floor_cents", "asked_at", "answers")
    kept = {name: getattr(lead, name) for name in same}
    return ListLead(supplier="nord", supplier_group="nord", person_id=lead.lead, consent=lead.scope, **kept)


def sealed(vault: Vault, lead: OfferedLead) -> None:
    """Seal what one lead carries."""
    if lead.contact is not None and lead.proof is not None:
        contact_row(vault, lead.lead, lead.contact)
        consent_row(vault, lead.lead, lead.proof)


def compiled(order: ListLead) -> None:
    """Compile terms of one of 80 start prices, as the batch has them."""
    compile_table(order.start_cents, order.floor_cents, TICK_CENTS, SLOW.curve)


def yardstick() -> Figure:
    """SHA-256 over 1 KiB on this machine, in this run."""
    block = bytes(1024)
    return Figure("SHA-256 over 1 KiB", 1e6 * seconds(lambda: hashlib.sha256(block).digest(), loops=20_000), "us")


def on_sqlite(size: Size) -> list[Figure]:
    """The bench in a folder of this disk."""
    with tempfile.TemporaryDirectory() as folder:
        bulk = Bulk("SQLite", size, lambda name: Warehouse(f"sqlite:///{folder}/{name}.db"), None)
        with closing(bulk):
            return list(bulk.figures())


def on_postgres(size: Size) -> list[Figure]:
    """The bench on a server of its own that keeps what it commits; raises NoPostgres."""
    programs = next(binaries(), None)
    if programs is None:
        raise NoPostgres("no PostgreSQL: nothing to measure on")
    server = OwnPostgres(programs, ("shared_buffers=256MB",))

    def opened(name: str) -> Warehouse:
        server.create(name)
        return Warehouse(server.url_of(name))

    try:
        bulk = Bulk("PostgreSQL", size, opened, server)
        with closing(bulk):
            return list(bulk.figures())
    finally:
        server.stop()


def main() -> None:
    """Print everything."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--small", action="store_true", help="a tenth of everything, to see that it runs")
    asked.add_argument("--only", choices=("sqlite", "postgresql"))
    asked.add_argument("--json", action="store_true")
    told = asked.parse_args()
    scale = 10 if told.small else 1
    size = Size(100_000 // scale, 1_000 // scale, 10_000 // scale, 10_000 // scale, 1_000 // scale, 20, told.rounds)
    figures = [yardstick(), *parts(size.batch)]
    if told.only != "postgresql":
        figures += on_sqlite(size)
    if told.only != "sqlite":
        figures += on_postgres(size)
    show(figures, as_json=told.json)


if __name__ == "__main__":
    main()
