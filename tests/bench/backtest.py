"""A season of one sector back-tested: from the tape to the report, and one playing beside the obvious way.

The obvious way decides every order with the book of the house, which wakes every listing at every step. Leads are
wanted by bids of regions, postcodes and answers, with caps and ends: twice as many as come, or a fifth of them.
"""

import gc
import random
import resource
from dataclasses import replace
from pathlib import Path
from time import perf_counter, process_time

from sqlalchemy import insert

from exchange.backtest.kept import Kept
from exchange.backtest.play import decide_on, play
from exchange.backtest.quick_book import QuickBook
from exchange.backtest.report import Asked, back_test
from exchange.backtest.scenario import OWN, Scenario
from exchange.claims import ClaimRules
from exchange.instant import DAY_US, HOUR_US, Instant
from exchange.orderbook import order as o
from exchange.orderbook.book import Book
from exchange.orderbook.caps import Cap
from exchange.orderbook.decide import decide
from exchange.orderbook.filters import Condition, Filters
from exchange.orderbook.match import settle
from exchange.pricing.curve import Curve, CurveVersion, Exponential, Linear
from exchange.schema import heads, tape
from exchange.sector import REGIONS
from exchange.store import Store, open_store
from exchange.store.tapes import entry_row
from exchange.tape import Head, append
from tests.bench.figures import Figure
from tests.orderbook.market import BERLIN_2026, MONDAY

_REGIONS = tuple(REGIONS)
_RICH = o.Facts(10**15)
_A_DAY = CurveVersion(1, "a day", Curve(Exponential(half_life_us=12 * HOUR_US), duration_us=DAY_US))
_TWO_DAYS = CurveVersion(2, "two days", Curve(Linear(), duration_us=2 * DAY_US))
OTHER = Scenario(curve=CurveVersion(0, "six hours", Curve(Exponential(half_life_us=6 * HOUR_US), duration_us=DAY_US)))
LEADS_A_DAY = 11_000
_AT_ONCE = 5_000

Orders = list[tuple[Instant, o.Order]]


def market(leads: int, *, seed: int = 1, wanted: float = 2.0) -> Orders:
    """So many leads, a bid every twentieth; all bids together want so many seats a lead."""
    rng, at, bids = random.Random(seed), MONDAY, 0
    arms = (o.Arm(_A_DAY, 5_000), o.Arm(_TWO_DAYS, 5_000))
    found: Orders = [
        (at, o.OpenSector(50, 3, 1_000, 1_900, BERLIN_2026, ClaimRules())),
        (at, o.TuneSector("operator", arms)),
    ]
    for number in range(leads):
        at += rng.randrange(1, 2 * DAY_US // LEADS_A_DAY)
        area, start = rng.randrange(1, 99), 50 * rng.choice((80, 96, 110, 124, 148, 160, 176, 192))
        answers = (("kwh", str(rng.randrange(1_000, 9_000))), ("roof", rng.choice(("flat", "pitched"))))
        where = _REGIONS[area % 16], f"{area:02d}{rng.randrange(1_000):03d}", rng.choice((1, 1, 3))
        names = f"L{number}", f"s{area % 20}", f"s{area % 20}", f"p{number}"
        asked_at = at - rng.randrange(HOUR_US)
        order = o.ListLead(*names, *where, start, start // 200 * 50, asked_at, answers, draw=rng.randrange(10_000))
        found.append((at, order))
        if number % 20 == 0:
            bids += 1
            found.append((at, _bid(rng, f"B{bids}", at, wanted)))
    return found


def _bid(rng: random.Random, name: str, at: Instant, wanted: float) -> o.StandingBid:
    buyer, kind = f"b{rng.randrange(400)}", rng.random()
    answers = (Condition("kwh", ">=", ("3000",)),) if rng.random() < 0.3 else ()
    if kind < 0.6:
        filters = Filters(regions=tuple(rng.sample(_REGIONS, rng.randint(1, 4))), conditions=answers)
    else:
        filters = Filters(postcodes=(f"{rng.randrange(1, 99):02d}",) if kind < 0.8 else None, conditions=answers)
    return o.StandingBid(
        name, buyer, buyer, 50 * rng.randint(20, 110), rng.randint(1, int(40 * wanted)), _RICH, filters,
        caps=(Cap("day", leads=rng.randint(5, 40)),) if rng.random() < 0.2 else (),
        until_at=at + rng.randint(24, 14 * 24) * HOUR_US,
    )  # fmt: skip


def write(store: Store, orders: Orders) -> int:
    """Decide the orders and write the tape, without members, wallets and rows; returns how many entries it has."""
    book, head, found = QuickBook("pv", orders), Head(), []
    with store.write_aside() as connection:
        connection.execute(insert(heads).values(sector="pv", head_seq=0, head_hash=head.hash, settled_until_at=0))
        for at, order in [*orders, (orders[-1][0] + 20 * DAY_US, None)]:
            found += settle(book, at)
            found += [] if order is None else decide_on(book, order, at)
            if len(found) >= _AT_ONCE or order is None:
                head, entries = append(head, "pv", found)
                connection.execute(insert(tape), [entry_row(entry) for entry in entries])
                found = []
        ended = {"head_seq": head.seq, "head_hash": head.hash, "settled_until_at": at}
        connection.execute(heads.update().where(heads.c.sector == "pv").values(**ended))
    return head.seq


def plain(orders: Orders) -> None:
    """The obvious way: the book of the house."""
    book = Book("pv")
    for at, order in orders:
        settle(book, at)
        decide(book, order, at)
    settle(book, orders[-1][0] + 3 * DAY_US)


def cpu_us_a_lead(work, leads: int) -> float:  # type: ignore[no-untyped-def]
    """Microseconds of this process's processor for each lead."""
    gc.collect()
    gc.freeze()
    gc.disable()
    began = process_time()
    work()
    spent = process_time() - began
    gc.enable()
    gc.unfreeze()
    return spent * 1e6 / leads


def cpu_s() -> float:
    """Processor seconds of this process and of those it waited for."""
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(used.ru_utime + used.ru_stime for used in both)


def figures(folder: Path, leads: int, sample: int) -> list[Figure]:
    """Everything over so many leads; the obvious way over a sample."""
    found = []
    for name, wanted in (("wanted", 2.0), ("hardly wanted", 0.2)):
        some = market(sample, wanted=wanted)
        until = some[-1][0] + 3 * DAY_US
        slow = cpu_us_a_lead(lambda some=some: plain(some), sample)
        fast = cpu_us_a_lead(lambda some=some, until=until: play("pv", some, OWN, 0, until), sample)
        found.append(Figure(f"one playing, leads {name}", 1e6 / fast, "leads/s CPU", 1e6 / slow))
    store = open_store(f"sqlite:///{folder}/backtest.db", create=True)
    entries = write(store, market(leads))
    began, spent_s = perf_counter(), cpu_s()
    kept = Kept(folder / "kept")
    report = back_test(store, Asked("pv", 0, MONDAY + 400 * DAY_US, OTHER), kept=kept)
    took_s, spent_s = perf_counter() - began, cpu_s() - spent_s
    began = perf_counter()
    back_test(store, Asked("pv", 0, MONDAY + 400 * DAY_US, replace(OTHER, seats=2)), kept=kept)
    again_s = perf_counter() - began
    store.close()
    found.append(Figure(f"back-test {leads:,} leads, {entries:,} entries: read, checked, played twice", took_s, "s"))
    found.append(Figure("the same for 1,000,000 leads at that rate", took_s * 1e6 / leads, "s", 60))
    found.append(Figure("other terms for the same period, for 1,000,000", again_s * 1e6 / leads, "s", 60))
    found.append(Figure("the first in processor time, all processes, for 1,000,000", spent_s * 1e6 / leads, "s"))
    found.append(Figure("outcomes reproduced in it", report.outcomes, ""))
    return found
