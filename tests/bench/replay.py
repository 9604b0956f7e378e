"""How fast history is recomputed: `exchange verify` beside the obvious way, over the same tapes in the same run.

The obvious way asks the database for one entry after the other, reads it, writes it again to compare, decides it, and
asks for its transfers and for every row they lead to. `--plain` is the same verify with the alarm clock of the house,
which takes every step of every listing. Two markets: a dense one, whose thousands of open listings fall past standing
bids everywhere, and a usual one, the demo's four weeks. Also: any instant of the past with snapshots and without, the
root of a day, a receipt, an export.
"""

import argparse
import resource
import tempfile
from collections.abc import Callable
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter

from sqlalchemy import Connection, select

from exchange.clock import SetClock
from exchange.demo.opening import database_url, make_demo
from exchange.desk import Desk
from exchange.errors import TapeBroken
from exchange.export.exporting import export
from exchange.jobs.roots import publish_due
from exchange.ledger import prove_zero
from exchange.member import HOUSE
from exchange.moment.views import in_figures, purses
from exchange.payload import canonical, encode, parse
from exchange.replay import Replay
from exchange.reports.receipts import make_receipt
from exchange.schema import bids, heads, listings, sales, tape, transfers
from exchange.store import Store, open_store
from exchange.store.proof import prove
from exchange.store.provers import processors, prove_apart
from exchange.store.rows import bid_row, listing_row
from exchange.store.snapshots import build, drop, state_at
from exchange.store.walletproof import WalletProof
from exchange.tape import Entry
from exchange.vault import development_vault
from tests.bench import backtest
from tests.bench.figures import Figure, scale, show
from tests.bench.tapes import BEGUN, TapeWriter

DAYS_LATER_US = 40 * 24 * 3_600 * 1_000_000


def naive(store: Store, most: int) -> float:
    """Entries per second of the obvious way, over the first so many entries of each tape."""
    done, began = 0, perf_counter()
    with store.read() as connection:
        wallets = WalletProof()
        for sector in connection.execute(select(heads.c.sector).order_by(heads.c.sector)).scalars().all():
            replay = Replay(sector)
            for seq in range(1, most + 1):
                mine = (tape.c.sector == sector, tape.c.seq == seq)
                row = connection.execute(select(tape).where(*mine)).mappings().one_or_none()
                if row is None:
                    break
                entry = Entry(**row)
                if canonical(parse(entry.payload)) != entry.payload or encode(entry.value()) != entry.payload:
                    raise TapeBroken(f"{sector} {seq}")
                for _, decided, posted in replay.run([entry]):
                    wallets.see(sector, decided)
                    for transfer in posted:
                        leg = (transfers.c.sector == sector, transfers.c.seq == seq, transfers.c.leg == transfer.leg)
                        found = connection.execute(select(transfers).where(*leg)).mappings().one()
                        if found["amount_cents"] != transfer.amount_cents:
                            raise TapeBroken(f"{sector} {seq}")
                done += 1
            if sector != HOUSE:
                _rows_one_by_one(connection, replay)
        prove_zero(wallets.balances)
    return done / (perf_counter() - began)


def _rows_one_by_one(connection, replay: Replay) -> None:  # type: ignore[no-untyped-def]
    book = replay.book
    for listing in book.listings.values():
        listing_row(listing, lead_id="", sector=book.sector, halted=False)
        connection.execute(select(listings).where(listings.c.listing_id == listing.listing_id)).mappings().one()
    for bid in book.bids.values():
        bid_row(bid, book)
        connection.execute(select(bids).where(bids.c.bid_id == bid.bid_id)).mappings().one()
    for sale in book.sales:
        connection.execute(select(sales).where(sales.c.sale_id == sale)).mappings().one()


def verified(store: Store, url: str, processes: int, *, plain: bool = False) -> float:
    """Seconds of `exchange verify` with so many processes."""
    began = perf_counter()
    if processes == 1:
        with store.read() as connection:
            list(prove(connection, plain=plain))
    else:
        list(prove_apart(url, processes, lambda _: None, plain=plain))
    return perf_counter() - began


def in_cpu_s(work: Callable[[], object]) -> float:
    """Processor seconds something takes, its processes included."""
    began = cpu_s()
    work()
    return cpu_s() - began


def usual(folder: Path) -> list[Figure]:
    """The demo's four weeks: what an entry costs where few listings are open at a time."""
    make_demo(folder, development_vault(), 1, lambda *_: None)
    url = database_url(folder)
    store = open_store(url)
    with store.read() as connection:
        entries = sum(connection.execute(select(heads.c.head_seq)).scalars())
    quick_s, plain_s = (in_cpu_s(lambda plain=plain: verified(store, url, 1, plain=plain)) for plain in (False, True))
    store.close()
    name = f"verify a usual market of {entries:,} entries, processor time an entry"
    return [Figure(name, 1e6 * quick_s / entries, "us", 1e6 * plain_s / entries)]


def cpu_s() -> float:
    """Processor seconds of this process and of those it waited for."""
    return sum(
        used.ru_utime + used.ru_stime
        for used in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


def took(work: Callable[[], object]) -> float:
    began = perf_counter()
    work()
    return perf_counter() - began


def figures(url: str, folder: Path, entries: int, sample: int) -> list[Figure]:
    """Everything over tapes of about so many entries."""
    writer = TapeWriter(url)
    writing_s = took(lambda: writer.write(entries))
    written = sum(writer.heads().values())
    writer.close()
    store = open_store(url)
    found = [Figure(f"write {written:,} entries through the desk", written / writing_s, "entries/s")]
    plain = naive(store, sample // 4)
    many = processors()
    alone_s = verified(store, url, 1)
    found.append(Figure("verify, one process", written / alone_s, "entries/s", plain))
    spent_s = cpu_s()
    together_s = verified(store, url, many)
    spent_s = cpu_s() - spent_s
    steps_s = in_cpu_s(lambda: verified(store, url, many, plain=True))
    found.append(Figure(f"verify, {many} processes", written / together_s, "entries/s", plain))
    found.append(Figure("verify 1,000,000 entries at that rate", 1e6 * together_s / written, "s", 60))
    found.append(Figure("its processor time, beside --plain", 1e6 * spent_s / written, "s", 1e6 * steps_s / written))
    for who, name in ((resource.RUSAGE_SELF, "this"), (resource.RUSAGE_CHILDREN, "largest other")):
        found.append(Figure(f"most memory, {name} process", resource.getrusage(who).ru_maxrss / 1024, "MiB"))
    found += opening(store)
    store.close()
    return found + _papers(url, folder, written)


def opening(store: Store, *, instants: int = 60, plain: int = 6) -> list[Figure]:
    """Random instants of random sectors, from the nearest snapshot and from the first entry on; two whole exchanges."""
    drawn = Random(1)
    with store.read() as connection:
        ends = {row.sector: (row.head_seq, row.settled_until_at) for row in connection.execute(select(heads))}
        begun = {
            row.sector: row.at for row in connection.execute(select(tape.c.sector, tape.c.at).where(tape.c.seq == 1))
        }
    sectors = sorted(ends.keys() - {HOUSE})
    made: list[int] = []
    making_s = took(lambda: made.extend(kept.bytes for sector in sorted(ends) for kept in build(store, sector)))
    entries = sum(seq for seq, _ in ends.values())
    found = [Figure("make snapshots", entries / making_s, "entries/s"), Figure("snapshots", len(made), "")]
    found.append(Figure("their size, for each entry of the tapes", sum(made) / entries, "bytes"))

    def open_one(connection: Connection) -> None:
        sector = drawn.choice(sectors)
        in_figures(state_at(connection, sector, drawn.randint(begun[sector], ends[sector][1])))

    def open_all(connection: Connection) -> None:
        at = drawn.randint(max(begun.values()), min(until for sector, (_, until) in ends.items() if sector != HOUSE))
        purses([state_at(connection, sector, at) for sector in ends])

    def spent(work: Callable[[Connection], None], times: int) -> list[float]:
        with store.read() as connection:
            return sorted(took(lambda: work(connection)) for _ in range(times))

    near, every = spent(open_one, instants), spent(open_all, max(instants // 6, 2))
    drop(store)
    far = spent(open_one, plain)
    found.append(Figure("open a sector at an instant, median", median(near), "s", median(far)))
    found.append(Figure("the same, 99 of 100", near[-1 - len(near) // 100], "s", far[-1]))
    found.append(Figure("open all sectors and wallets at an instant, median", median(every), "s"))
    return found


def _papers(url: str, folder: Path, written: int) -> list[Figure]:
    """Roots, a receipt and the export, a month later."""
    store = open_store(url, SetClock(BEGUN + DAYS_LATER_US))
    desk = Desk(store)
    for sector in desk.sectors():
        desk.settle(sector)
    root_s = took(lambda: publish_due(desk))
    with store.read() as connection:
        sale = connection.execute(select(sales.c.sale_id).order_by(sales.c.seq.desc()).limit(1)).scalar_one()
        receipt_s = took(lambda: make_receipt(connection, sale))
    tape_s = took(lambda: export(store, ["tape"], folder / "export", format_="parquet"))
    listings_s = took(lambda: export(store, ["listings"], folder / "export", format_="parquet"))
    store.close()
    return [
        Figure("roots of 40 days", root_s, "s"),
        Figure("receipt of the last sale of a tape", receipt_s, "s"),
        Figure("export the tape as Parquet", written / tape_s, "entries/s"),
        Figure("export listings with their staircases", listings_s, "s"),
    ]


def main() -> None:
    """Print everything."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--entries", type=int, default=100_000)
    asked.add_argument("--sample", type=int, default=8_000, help="entries the obvious way is measured on")
    asked.add_argument("--leads", type=int, default=50_000, help="of the back-test")
    asked.add_argument("--json", action="store_true")
    told = asked.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        found = [*scale(), *figures(f"sqlite:///{folder}/market.db", folder, told.entries, told.sample)]
        found += usual(folder)
        found += backtest.figures(folder, told.leads, told.sample // 2)
        show(found, as_json=told.json)


if __name__ == "__main__":
    main()
