"""One enquirer brought by several at once, in threads, stores, processes and by every door: listed once."""

from collections.abc import Sequence
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from exchange.admission import BatchRules
from exchange.catalogue import RANGES, SECTORS
from exchange.cli.importing import Import, Tally
from exchange.clock import SetClock
from exchange.desk import Answer, Desk, Queue
from exchange.errors import Duplicate
from exchange.intake.columns import ColumnMap, match
from exchange.intake.table import open_table
from exchange.lead import Contact
from exchange.staging import Intake, Offer
from exchange.staging.listing import Plan
from exchange.staging.posting import Posting, Terms
from exchange.store import open_store
from tests.contention.test_races import race
from tests.desk.floor import MORNING, lead, open_market, proven
from tests.staging.suppliers import deliver, drawn, user, write
from tests.web.conftest import market as market
from tests.web.conftest import painted as painted
from tests.web.market import VAULT, Market

ROUNDS = 8


def someone(number: int) -> Contact:
    return Contact("Erika", "Beispiel", f"+4917139200{number:02d}", f"p{number}@example.de")


def bring(desk: Desk, name: str, number: int, supplier: str = "nord") -> object:
    """What listing one lead of somebody's was answered."""
    (result,) = desk.list_leads(
        "pv", supplier=supplier, leads=[lead(name, contact=someone(number), once=True, person_id=None)]
    )
    return result


def listed_once(results: Sequence[object]) -> bool:
    kinds = sorted(type(one).__name__ for one in results)
    return kinds == [Answer.__name__, *[Duplicate.__name__] * (len(results) - 1)]


def test_two_stores_and_a_queue_of_threads(url: str) -> None:
    one = open_market(url)
    one.store.vault = VAULT
    other = Desk(open_store(url, SetClock(MORNING)), VAULT)
    queue = Desk(open_store(url, SetClock(MORNING)), VAULT, queue=Queue())
    for number in range(ROUNDS):
        desks = (one, other, queue, queue, queue, queue)
        acts = [
            partial(bring, desk, f"L{number}-{place}", number, ("nord", "sued")[place % 2])
            for place, desk in enumerate(desks)
        ]
        results = race(*acts)
        assert listed_once(results), results
    both = [lead(name, contact=someone(99), once=True, person_id=None) for name in ("LA", "LB")]
    assert listed_once(one.list_leads("pv", supplier="nord", leads=both))
    proven(one)


def brings(url: str, who: str) -> int:
    desk = Desk(open_store(url, SetClock(MORNING)), VAULT)
    found = [bring(desk, f"L{number}-{who}", number) for number in range(20)]
    desk.store.close()
    return sum(isinstance(one, Answer) for one in found)


def test_processes(url: str) -> None:
    desk = open_market(url)
    desk.store.close()
    with get_context("fork").Pool(3) as pool:
        assert sum(pool.starmap(brings, [(url, who) for who in "abc"])) == 20


def test_every_door(engine: str, market: Market, tmp_path: Path) -> None:
    people = drawn(4)
    columns = [write(tmp_path / f"{place}.csv", [person]) for place, person in enumerate(people)]
    stores = [Desk(open_store(str(market.desk.store.engine.url.render_as_string(False)), market.clock), VAULT)
              for _ in range(3)]  # fmt: skip
    for place, (path, person) in enumerate(zip(columns, people, strict=True)):
        upload, nord = Intake(stores[0]), user(market)
        delivery_id = deliver(upload, nord, path)
        upload.commit(nord, delivery_id, 1, Plan(upload.house.now()))
        table = open_table(path)
        rules = BatchRules(SECTORS["pv"], "quelle", market.clock.now(), 4800, 1650, 3, RANGES)
        run = Import(table, match(table.header, SECTORS["pv"], ColumnMap()), rules, VAULT, stores[1])
        texts = texts_of(person)
        race(
            partial(upload.list_due, delivery_id),
            partial(run.run, Tally(0), lambda *_: None, lambda _: None),
            partial(Posting(stores[2]).lead, nord, f"door-{place}-key", Terms("pv", Offer(3, 4800, 1650)), texts),
        )
        with market.desk.store.read() as connection:
            told = connection.exec_driver_sql("SELECT count(*) FROM leads WHERE batch <> ''").scalar_one()
        assert told == place + 1


def texts_of(person: dict[str, str]) -> dict[str, str]:
    columns = match(tuple(person), SECTORS["pv"], ColumnMap())
    cells = list(person.values())
    return {name: cells[place] for place, name in columns.positions if cells[place]}


def test_who_came_before_the_window_may_come_again() -> None:
    desk = open_market()
    desk.store.vault = VAULT
    assert isinstance(bring(desk, "L1", 1), Answer)
    assert isinstance(bring(desk, "L2", 1, "sued"), Duplicate)
    desk.store.clock.at_us += 90 * 86_400_000_000  # type: ignore[attr-defined]
    assert isinstance(bring(desk, "L3", 1), Answer)
