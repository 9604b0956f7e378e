"""A disk that is full, connections that are cut: said as such, nothing lost, and on it goes when they are back."""

from collections.abc import Iterator
from threading import Event, Thread

import pytest
from sqlalchemy import event, text

from exchange.clock import SetClock
from exchange.desk import Desk
from exchange.errors import ExchangeError
from exchange.migrations import upgrade
from exchange.store import Unavailable, open_store
from tests.crash.history import decided, fills, objections
from tests.crash.market import Summary, Wish, Wisher, open_quick_market
from tests.databases import DATABASES
from tests.desk.floor import MORNING, lead, open_market, proven

CUTS = 12
TRIES = 400


@pytest.fixture
def full_disk(tmp_path) -> Iterator[tuple[Desk, list[int]]]:
    """A market on a SQLite file that may grow to so many pages: the same error as a full disk."""
    url = f"sqlite:///{tmp_path}/market.db"
    open_market(url).store.close()
    store, most = open_store(url, SetClock(MORNING)), [1_000_000]

    def limit(connection, _record, _proxy):
        connection.execute(f"PRAGMA max_page_count = {most[0]}")

    event.listen(store.engine, "checkout", limit)
    yield Desk(store), most
    store.close()


def test_a_full_disk_refuses_orders_and_loses_none(full_disk: tuple[Desk, list[int]]) -> None:
    desk, most = full_disk
    with desk.store.read() as connection:
        most[0] = connection.execute(text("PRAGMA page_count")).scalar_one() + 8
    listed, full = 0, ""
    while not full:
        try:
            desk.list_leads("pv", supplier="nord", leads=[lead(f"L{listed}")], key=f"k{listed}")
        except Unavailable as error:
            full = str(error)
        else:
            listed += 1
    assert listed > 0
    assert full == "the disk of the database is full: make room on it; nothing that was answered is lost"
    before = {one.sector: one.entries for one in proven(desk)}
    most[0] = 1_000_000
    (answer,) = desk.list_leads("pv", supplier="nord", leads=[lead(f"L{listed}")], key=f"k{listed}")
    assert not isinstance(answer, ExchangeError)
    assert not answer.replayed
    assert {one.sector: one.entries for one in proven(desk)} == before | {"pv": before["pv"] + 2}


class Client(Thread):
    """Asks until it is answered, with the same key."""

    def __init__(self, desk: Desk, name: str, stop: Event) -> None:
        super().__init__()
        self.wishes: dict[str, Wish] = {}
        self.answers: dict[str, Summary] = {}
        self.cut = 0
        self._desk, self._name, self._stopped = desk, name, stop

    def run(self) -> None:
        wisher = Wisher(self._name, self._name)
        while not self._stopped.is_set():
            try:
                wish = wisher.draw(self._desk, 1)
            except Unavailable:
                self.cut += 1
                continue
            self.wishes[wish.key] = wish
            told = self._until_answered(wish)
            wisher.learn(wish, told)
            if all(map(decided, told)):
                self.answers[wish.key] = told

    def _until_answered(self, wish: Wish) -> Summary:
        for _ in range(TRIES):
            told = wish.ask(self._desk)
            if ["unavailable"] not in told:
                return told
            self.cut += 1
            self._stopped.wait(0.05)
        raise AssertionError(f"{wish.key} was never answered")


@pytest.mark.usefixtures("on_postgres")
@pytest.mark.postgres
def test_connections_cut_by_the_server_cost_no_order(tmp_path) -> None:
    """As a restart of the server, or an impatient administrator, does it."""
    url = DATABASES.fresh()
    upgrade(url)
    open_quick_market(url).store.close()
    desk, stop, cutter = Desk(open_store(url)), Event(), open_store(url)
    clients = [Client(desk, f"c{n}", stop) for n in range(3)]
    for client in clients:
        client.start()
    for number in range(50 * CUTS):
        if number >= CUTS and all(client.cut and client.answers for client in clients):
            break
        stop.wait(max(0.2, number / 50))  # on a crowded machine fewer cuts leave time to be answered
        with cutter.write_aside() as connection:
            connection.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            )
    stop.set()
    for client in clients:
        client.join()
    answers = {key: told for client in clients for key, told in client.answers.items()}
    again = {key: wish.ask(desk) for client in clients for key, wish in client.wishes.items()}
    with desk.store.read() as connection:
        sales = [dict(row) for row in connection.execute(text("SELECT * FROM sales")).mappings()]
    assert objections(answers, again, sales) == []
    assert sum(client.cut for client in clients) > 0, "no cut hit anybody"
    assert list(fills(answers.values()))
    proven(desk)
    desk.store.close()
    cutter.close()
