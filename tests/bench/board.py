"""`make bench-board`: the board's first page with 1,000 and with 100,000 open listings, on both databases.

Two exchanges that differ only in how many leads are open; every question is asked of both in turn, and p50 and p99 of
the larger stand beside those of the smaller (ratio: how many times slower the large board is). What is asked is what a
page asks: 60 rows with their steps, and what the sector tabs count. The next page by its key, and the HTML page as a
browser gets it, come last. One process, one question at a time.
"""

import argparse
import gc
import random
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from statistics import quantiles
from time import perf_counter
from typing import Any

from argon2 import PasswordHasher
from sqlalchemy import insert

from exchange.access.entrance import Entrance
from exchange.access.password import Passwords
from exchange.calendars import make_calendar
from exchange.catalogue import SECTORS
from exchange.clock import SetClock
from exchange.demo.leads import draw_lead
from exchange.desk import Desk
from exchange.instant import HOUR_US, MINUTE_US, Instant, from_text
from exchange.lead import EVERYONE
from exchange.orderbook.filters import Condition, Filters
from exchange.orderbook.order import Arm
from exchange.payload import canonical, encode
from exchange.pricing.curve import Curve, CurveVersion, Linear
from exchange.pricing.schedule import Schedule
from exchange.pricing.table import compile_table
from exchange.reports.board import board_page
from exchange.reports.question import Question, Sorting, Viewer, Wanted
from exchange.reports.schedules import Rulebook
from exchange.reports.shelf import Shelf
from exchange.schema import leads, listings
from exchange.store import open_store
from exchange.store.engine import writing
from exchange.vault import development_vault
from exchange.web.app import create_app
from exchange.web.premises import Premises
from tests.bench.figures import Figure, show
from tests.postgres import NoPostgres, OwnPostgres, binaries

NOON: Instant = from_text("2026-03-04T12:00:00Z")
DURATION_US = 240 * MINUTE_US
VIEWER = Viewer("anna", "anna")
CALENDAR = make_calendar(1, [])
CURVE = Curve(Linear(), DURATION_US, 0, 0)
SORTINGS: tuple[Sorting, ...] = ("age", "price", "next")
EMAIL, PASSWORD = "anna@example.de", "falling prices 42"

QUESTIONS: dict[str, Question] = {
    "age": Question(),
    "price": Question(sorting="price"),
    "next": Question(sorting="next"),
    "age, one sector": Question(sector="pv"),
    "price, one sector": Question(sector="pv", sorting="price"),
    "next, one sector": Question(sector="pv", sorting="next"),
    "age, two regions": Question(regions=("DE-BW", "DE-BY")),
    "price, two regions": Question(regions=("DE-BW", "DE-BY"), sorting="price"),
    "next, two regions": Question(regions=("DE-BW", "DE-BY"), sorting="next"),
    "age, sector and region": Question(sector="bu", regions=("DE-NW",)),
    "age, three digits": Question(postcodes=("803",)),
    "price at most": Question(most_cents=3_000, sorting="price"),
    "an answer": Question(sector="bu", conditions=(Condition("smoker", "=", ("no",)), Condition("age", "<=", ("40",)))),
    "my bids": Question(fitting=(Wanted("bu", Filters(regions=("DE-BY",), seats_at_most=1), 4_000),)),
}


class Board:
    """An exchange with so many open leads, an hour or so old, and one firm that looks at them."""

    def __init__(self, url: str, many: int, seed: int) -> None:
        self.clock = SetClock(NOON - 5 * HOUR_US)
        self.desk = Desk(open_store(url, self.clock, create=True), development_vault())
        self.rulebook, self.shelf = Rulebook(), Shelf()
        for code, sector in SECTORS.items():
            arms = (Arm(CurveVersion(1, "even", CURVE), 10_000),)
            self.desk.open_sector(
                code, tick_cents=50, most_seats=3, fee_bp=1_000, vat_bp=1_900, calendar=CALENDAR,
                claims=sector.claims, arms=arms,
            )  # fmt: skip
        self.desk.join("nord", name="Nord", supplier=True)
        self.desk.join("anna", name="Anna", buyer=True)
        self.desk.deposit("anna", amount_cents=10**9)
        for number, code in enumerate(("bu", "pv", "pkv")):
            filters = Filters(regions=("DE-BY", "DE-BW"))
            self.desk.place(code, bid_id=f"b{number}", buyer="anna", limit_cents=1_000, quantity=5, filters=filters)
        self._stock(random.Random(seed), many)
        self.clock.at_us = NOON

    def _stock(self, rng: random.Random, many: int) -> None:
        seqs = dict.fromkeys(SECTORS, 1_000)
        rows = [
            self._row(rng, seqs, NOON - rng.randrange(30, 230) * MINUTE_US - rng.randrange(10**7)) for _ in range(many)
        ]
        with writing(self.desk.store.engine) as connection:
            for start in range(0, many, 5_000):
                some = rows[start : start + 5_000]
                connection.execute(insert(leads), [lead for lead, _ in some])
                connection.execute(insert(listings), [listing for _, listing in some])
            connection.exec_driver_sql("ANALYZE")

    def _row(
        self, rng: random.Random, seqs: dict[str, int], listed_at: Instant
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        code = rng.choice(tuple(SECTORS))
        lead = draw_lead(rng, SECTORS[code], listed_at, supplier="nord").lead
        lead = replace(
            lead,
            region=rng.choice(("DE-NW", "DE-BY", "DE-BW", "DE-NI", "DE-HE")) if rng.random() < 0.6 else lead.region,
        )
        seqs[code] += 1
        table = compile_table(lead.start_cents, lead.floor_cents, 50, CURVE)
        schedule = Schedule(table, listed_at, lead.region, CALENDAR)
        step = schedule.next_step(NOON)
        shared = {
            "lead_id": lead.lead_id, "sector": code, "supplier": "nord", "person_id": lead.lead_id,
            "region": lead.region, "postcode": lead.postcode, "answers": canonical(dict(lead.answers)),
            "asked_at": lead.asked_at,
        }  # fmt: skip
        listing = {
            "listing_id": lead.lead_id, "seq": seqs[code], "supplier_group": "nord", "consent": encode(EVERYONE),
            "for_everyone": True, "seats": lead.seats, "sold": 0, "state": "open", "start_cents": lead.start_cents,
            "floor_cents": lead.floor_cents, "tick_cents": 50, "curve": 1, "arm_bp": 10_000,
            "duration_us": DURATION_US, "calendar": 1, "listed_at": listed_at, "anchor_at": listed_at, "anchor_us": 0,
            "ask_cents": schedule.ask_at(NOON), "next_at": step[0] if step else schedule.expires_at,
            "expires_at": schedule.expires_at, "closed_at": None,
        }  # fmt: skip
        return shared | {"received_at": listed_at, "source": "", "campaign": "", "batch": ""}, shared | listing

    def rows(self, asked: Question) -> int:
        """One page of rows; how many."""
        with self.desk.store.read() as connection:
            return len(board_page(connection, self.rulebook, VIEWER, asked, NOON).rows)

    def tabs(self, asked: Question) -> int:
        """What the tabs count; how many in all."""
        with self.desk.store.read() as connection:
            return sum(one.count for one in self.shelf.counts(connection, VIEWER, asked, NOON))

    def key_after(self, asked: Question, pages: int) -> Question:
        """The same question some pages on."""
        for _ in range(pages):
            with self.desk.store.read() as connection:
                asked = replace(asked, after=board_page(connection, self.rulebook, VIEWER, asked, NOON).after)
        return asked

    def browser(self) -> Callable[[], object]:
        """What fetches the HTML page, logged in."""
        cheap = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        entrance = Entrance(self.desk.store, cheap)
        entrance.add_user(email=EMAIL, name="Anna", role="owner", organisation="anna", password=PASSWORD)
        app = create_app(Premises(self.desk, entrance, secret="of this bench only"))
        client = app.test_client()
        page = client.get("/anmelden").text
        token = page.split('name="csrf-token" content="')[1].split('"')[0]
        answer = client.post("/anmelden", data={"email": EMAIL, "password": PASSWORD, "csrf_token": token})
        if answer.status_code != 302:
            raise AssertionError(answer.status)

        def fetch() -> object:
            answer = client.get("/markt")
            if answer.status_code != 200:
                raise AssertionError(answer.status)
            return answer

        return fetch


def alternating(few: Callable[[], object], many: Callable[[], object], times: int) -> tuple[list[float], list[float]]:
    """Milliseconds of both, taken in turn after a warm-up."""
    for warm in (few, many, few, many):
        warm()
    took: tuple[list[float], list[float]] = ([], [])
    for _ in range(times):
        for work, notes in zip((few, many), took, strict=True):
            begun = perf_counter()
            work()
            notes.append((perf_counter() - begun) * 1_000)
    return took


def compared(name: str, few: Callable[[], object], many: Callable[[], object], times: int) -> Iterator[Figure]:
    """p50 and p99 of the large board, each against the small one's."""
    small, large = alternating(few, many, times)
    for percentile in (50, 99):
        at = percentile - 1
        yield Figure(f"{name} p{percentile}", quantiles(large, n=100)[at], "ms", quantiles(small, n=100)[at])


def measure(engine: str, few: Board, many: Board, times: int) -> Iterator[Figure]:
    """Every question on one engine."""
    for name, asked in QUESTIONS.items():
        rows = (partial(few.rows, asked), partial(many.rows, asked))
        yield from compared(f"{engine} rows: {name}", *rows, times)
        tabs = (partial(few.tabs, asked), partial(many.tabs, asked))
        yield from compared(f"{engine} tabs: {name}", *tabs, times)
    for sorting in SORTINGS:
        deep = [board.key_after(Question(sorting=sorting), 10) for board in (few, many)]
        yield from compared(
            f"{engine} tenth page: {sorting}", partial(few.rows, deep[0]), partial(many.rows, deep[1]), times
        )
    yield from compared(f"{engine} HTML page", few.browser(), many.browser(), max(times // 4, 20))


@contextmanager
def databases(engine: str) -> Iterator[Callable[[str], str]]:
    """URLs of empty databases by name."""
    with tempfile.TemporaryDirectory() as folder:
        if engine == "sqlite":
            yield lambda name: f"sqlite:///{Path(folder)}/{name}.db"
            return
        server = OwnPostgres(next(binaries()), ("shared_buffers=256MB",))

        def made(name: str) -> str:
            server.create(name)
            return server.url_of(name)

        try:
            yield made
        finally:
            server.stop()


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--few", type=int, default=1_000)
    parser.add_argument("--many", type=int, default=100_000)
    parser.add_argument("--times", type=int, default=60)
    parser.add_argument("--engine", choices=("sqlite", "postgresql"), action="append")
    asked = parser.parse_args()
    for engine in asked.engine or ("sqlite", "postgresql"):
        try:
            with databases(engine) as url_of:
                few, many = Board(url_of("few"), asked.few, 1), Board(url_of("many"), asked.many, 1)
                gc.collect()
                gc.freeze()  # what the boards were made of is no part of a page's cost
                show(measure(engine, few, many, asked.times), as_json=asked.json)
        except (NoPostgres, StopIteration) as error:
            print(f"not measured on {engine}: {error}")


if __name__ == "__main__":
    main()
