"""`make bench-book`: orders per second through the pure core, how cost grows, and what a listing weighs.

An *event* is an entry of the tape (order or outcome) or a price step taken. Times are the thread's CPU: the wanted
figures are for one core. They stand beside the same machine's time for one SHA-256 over 1 KiB, taken in the same run.
"""

import argparse
import gc
import hashlib
import random
import statistics
import time
import tracemalloc

from exchange.orderbook import match
from exchange.orderbook.book import Book
from exchange.orderbook.decide import decide
from exchange.orderbook.listing import Listing
from exchange.pricing.table import compile_table
from tests.bench.figures import Figure, show
from tests.bench.market import NOON, Market

ORDERS = 20_000


def sha_us() -> float:
    """Microseconds of one SHA-256 over 1 KiB: the yardstick."""
    block, runs = bytes(1024), 20_000
    begun = time.perf_counter()
    for _ in range(runs):
        hashlib.sha256(block).digest()
    return (time.perf_counter() - begun) / runs * 1e6


class StepCount:
    """Counts the price steps the book takes while it stands in `step_listing`'s place."""

    def __init__(self) -> None:
        self.steps = 0
        self._take = Book.step_listing

    def __enter__(self) -> "StepCount":
        def counted(book: Book, listing: Listing) -> int:
            self.steps += 1
            return self._take(book, listing)

        Book.step_listing = counted  # type: ignore[method-assign]
        return self

    def __exit__(self, *_: object) -> None:
        Book.step_listing = self._take  # type: ignore[method-assign]


def busy(listings: int, bids: int, *, seed: int = 1, per_second: int = 200) -> Market:
    """A filled book, its memory frozen out of the collector's sight."""
    market = Market(random.Random(seed), per_second)
    market.open(listings, bids)
    gc.collect()
    gc.freeze()
    return market


def drive(market: Market, orders: int) -> tuple[float, int, int, dict[str, list[float]]]:
    """Seconds of this thread's CPU in the core, entries, steps, and by kind each order's own CPU seconds.

    What fell due before an order is settled first and counts for the events, not for the order.
    """
    spent, entries, by_kind = 0.0, 0, {}
    with StepCount() as count:
        for _ in range(orders):
            kind, order, at = market.order()
            begun = time.thread_time()
            entries += len(market.settle(at))
            settled = time.thread_time()
            entries += len(decide(market.book, order, at))
            done = time.thread_time()
            spent += done - begun
            by_kind.setdefault(kind, []).append(done - settled)
    return spent, entries, count.steps, by_kind


def size_figures(name: str, listings: int, bids: int, floor: float) -> list[Figure]:
    """Figures of one book size."""
    market = busy(listings, bids)
    weight = bytes_per_listing(list(market.book.open.values()))
    spent, entries, steps, by_kind = drive(market, ORDERS)
    found = [
        Figure(f"{name} open listings", len(market.book.open), "", None),
        Figure(f"{name} living bids", len(market.book.walking_bids()), "", None),
        Figure(f"{name} events", (entries + steps) / spent, "/s", floor),
        Figure(f"{name} orders", ORDERS / spent, "/s", None),
        Figure(f"{name} price steps taken", steps, "", None),
        Figure(f"{name} book per open listing", weight, "bytes", 150),
    ]
    for kind, took in sorted(by_kind.items()):
        found.append(Figure(f"{name} {kind} median", statistics.median(took) * 1e6, "us", None))
        found.append(Figure(f"{name} {kind} p99", statistics.quantiles(took, n=100)[98] * 1e6, "us", None))
    return found


def bytes_per_listing(ready: list[Listing]) -> float:
    """What the book adds to a listing's own values: clock, ask index and look-ups.

    Measured by putting ready-made listings into an empty book.
    """
    empty = Book("pv")
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    for listing in ready:
        empty.add_listing(listing)
    added = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    return added / len(ready)


def quiet_steps(listings: int = 20_000) -> Figure:
    """Steps per second with nobody bidding: what a falling price costs the core."""
    market = busy(listings, 0)
    with StepCount() as count:
        begun = time.perf_counter()
        match.settle(market.book, NOON + 3600 * 1_000_000)
        spent = time.perf_counter() - begun
    return Figure("steps with nobody bidding", count.steps / spent, "/s", None)


def batch_listing(leads: int = 10_000) -> Figure:
    """CPU seconds to compile and list one batch at one instant, start prices on the grid, nothing cached before."""
    market = Market(random.Random(5), 100)
    market.open(0, 1_000)
    orders = [market.lead(NOON) for _ in range(leads)]
    compile_table.cache_clear()
    begun = time.thread_time()
    for order in orders:
        market.decide(order, NOON)
    return Figure(f"a batch of {leads:,} leads compiles and lists", time.thread_time() - begun, "s CPU", 1.0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object per figure")
    parser.add_argument("--small", action="store_true", help="a tenth of everything, to see that it runs")
    asked = parser.parse_args()
    scale = 10 if asked.small else 1
    figures = [Figure("SHA-256 over 1 KiB", sha_us(), "us", None)]
    figures += size_figures("a: 100k/10k", 100_000 // scale, 10_000 // scale, 30_000)
    figures += size_figures("b: 1M/100k", 1_000_000 // scale, 100_000 // scale, 12_000)
    figures.append(quiet_steps())
    figures.append(batch_listing())
    show(figures, as_json=asked.json)


if __name__ == "__main__":
    main()
