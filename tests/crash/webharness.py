"""A busy market behind HTTP whose web workers and job processes are killed; afterwards every answer must hold."""

import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from random import Random
from threading import Event, Thread
from typing import Any

from sqlalchemy import select

from exchange.access.entrance import Entrance
from exchange.desk import Desk, OfferedLead
from exchange.errors import ExchangeError
from exchange.reports.health import BROKEN, checkup
from exchange.schema import metadata, sales
from exchange.store import Busy, Unavailable, open_store
from exchange.store.proof import prove
from exchange.vault import make_key_file
from tests.crash.door import PASSWORD, UNDECIDED, Door, Notes, Told, Wanted, address_of
from tests.crash.market import BUYERS, SECTORS, Wisher
from tests.crash.serving import Serving, jobs

MOST_CENTS = 12_000
AGAIN_S = 0.3
_PAUSE_S = (0.4, 1.3)
"""Between two kills: a worker that is replaced needs half a second before it answers."""
_STEP_S = 0.22
"""A user may order five times a second."""


@dataclass
class WebReport:
    """What happened, in figures; ``objections`` is empty where nothing was lost, doubled or changed."""

    worker_kills: int = 0
    parent_kills: int = 0
    job_kills: int = 0
    seconds: float = 0
    asked: int = 0
    acknowledged: int = 0
    bought: int = 0
    unanswered: int = 0
    done_but_unanswered: int = 0
    lost_connections: int = 0
    told_to_ask_again: int = 0
    entries: int = 0
    sales: int = 0
    stopped_in_s: float = 0
    objections: list[str] = field(default_factory=list)


class Buyer(Thread):
    """A user's machine: buys what is new, and where no answer came asks again with the same key, or never."""

    def __init__(self, port: int, number: int, folder: Path, listed: list[str], over: Event) -> None:
        super().__init__(name=f"buyer {number}", daemon=True)
        self.door = Door(port, number)
        self.lost = self.again = 0
        self.wrong: list[str] = []
        self.entered = Event()
        self._random = Random(number)
        self._listed, self._over, self._number = listed, over, number
        self.notes = Notes((folder / f"buyer{number}.notes").open("w", encoding="utf-8"))

    @property
    def firm(self) -> str:
        """Whom this user buys for."""
        return BUYERS[self._number % len(BUYERS)]

    def run(self) -> None:
        """Until it is over."""
        while not self._over.is_set():
            with suppress(OSError, HTTPException):
                self.door.enter()
                break
        self.entered.set()
        drawn = 0
        while not self._over.wait(_STEP_S):
            drawn += 1
            listing = self._random.choice(self._listed[-8:] or ["none"])
            wanted = Wanted(f"buyer{self._number}-{drawn:06}", listing, MOST_CENTS)
            self.notes.want(wanted)
            self.until_told(wanted, tries=self._random.choice((1, 40, 40)))

    def until_told(self, wanted: Wanted, tries: int) -> Told | None:
        """Ask so often until there is an answer; none where this client gives up."""
        for _ in range(tries):
            try:
                told = self.door.buy(wanted)
            except (OSError, HTTPException):
                self.lost += 1
                self._over.wait(AGAIN_S)
                continue
            if told.status in UNDECIDED:
                self.again += 1
                self._over.wait(AGAIN_S)
                continue
            if told.status >= 500:
                self.wrong.append(f"{wanted.key} was answered {told.status} {told.code}")
                return None
            self.notes.tell(wanted, told)
            return told
        return None


class WebHarness:
    """One database, one port, some workers, some job processes, some buyers."""

    def __init__(self, folder: Path, url: str, *, workers: int, jobs: int, clients: int, seed: int) -> None:
        self._folder, self._url = folder, url
        self._random = Random(seed)
        self._wanted_jobs, self._clients = jobs, clients
        make_key_file(folder / "vault.key")
        self._serving = Serving(url, folder, workers=workers, alarm=not jobs)
        self._listed: list[str] = []
        self.report = WebReport()

    def play(self, kills: int) -> WebReport:
        """Let the market run until so many processes were killed, end it in order, judge."""
        began = time.monotonic()
        desk = Desk(open_store(self._url))
        self._let_in(desk)
        self._serving.start()
        running = [jobs(self._url) for _ in range(self._wanted_jobs)]
        over = Event()
        buyers = [Buyer(self._serving.port, n, self._folder, self._listed, over) for n in range(self._clients)]
        feeder = Thread(target=self._feed, args=(desk, over), daemon=True)
        try:
            for thread in (feeder, *buyers):
                thread.start()
            for buyer in buyers:
                buyer.entered.wait(60)
            while self._kills < kills:
                time.sleep(self._random.uniform(*_PAUSE_S))
                self._disturb(running)
        finally:
            over.set()
            for thread in (feeder, *buyers):
                thread.join(60)
            for job in running:
                job.kill()
                job.wait()
        self.report.seconds = round(time.monotonic() - began, 1)
        self._judge(desk, buyers)
        desk.store.close()
        return self.report

    @property
    def _kills(self) -> int:
        return self.report.worker_kills + self.report.parent_kills + self.report.job_kills

    def _let_in(self, desk: Desk) -> None:
        entrance = Entrance(desk.store)
        for number in range(self._clients):
            firm = BUYERS[number % len(BUYERS)]
            email = address_of(number)
            entrance.add_user(email=email, name=f"K {number}", role="advisor", organisation=firm, password=PASSWORD)

    def _feed(self, desk: Desk, over: Event) -> None:
        """New leads, and standing bids that some of them reach."""
        wisher, number = Wisher("feed", "feed"), 0
        while not over.wait(0.15):
            number += 1
            sector = self._random.choice(SECTORS)
            leads = [OfferedLead(**wisher._lead(f"W{number}-{n}")) for n in range(2)]
            with suppress(Busy, Unavailable):
                desk.list_leads(sector, supplier="nord", leads=leads)
                self._listed += [lead.listing_id for lead in leads]
            if not number % 5:
                limit, buyer = 50 * self._random.randint(40, 120), self._random.choice(BUYERS)
                with suppress(Busy, Unavailable):
                    desk.place(sector, bid_id=f"B{number}", buyer=buyer, limit_cents=limit, quantity=2)

    def _disturb(self, running: list[Any]) -> None:
        """Mostly a worker dies, sometimes a job process, sometimes all of the web at once."""
        what = self._random.choice(("worker",) * 7 + ("job",) * 2 + ("parent",))
        if what == "job" and running:
            at = self._random.randrange(len(running))
            running[at].kill()
            running[at].wait()
            running[at] = jobs(self._url)
            self.report.job_kills += 1
        elif what == "parent":
            self._serving.kill_all()
            self._serving.start()
            self.report.parent_kills += 1
        elif workers := self._serving.workers():
            self._serving.kill_worker(self._random.choice(workers))
            self.report.worker_kills += 1

    # --- judging -------------------------------------------------------------------------------------------

    def _judge(self, desk: Desk, buyers: list[Buyer]) -> None:
        report = self.report
        self._serving.await_answer()
        wanted = {one.key: (buyer, one) for buyer in buyers for one in buyer.notes.wanted.values()}
        told = {key: answer for buyer in buyers for key, answer in buyer.notes.told.items()}
        report.asked, report.acknowledged = len(wanted), len(told)
        report.bought = sum(one.status == 200 for one in told.values())
        report.lost_connections = sum(buyer.lost for buyer in buyers)
        report.told_to_ask_again = sum(buyer.again for buyer in buyers)
        report.objections += [said for buyer in buyers for said in buyer.wrong]
        open_keys = [key for key in wanted if key not in told]
        report.unanswered, report.done_but_unanswered = len(open_keys), self._done(desk, open_keys)
        self._ask_again(wanted, told, open_keys)
        code, report.stopped_in_s = self._serving.stop()
        if code:
            report.objections.append(f"the web ended with {code}: {self._serving.log()[-1000:]}")
        for sector in SECTORS:
            desk.settle(sector)
        self._compare(desk, wanted, told)
        self._prove(desk)

    def _ask_again(self, wanted: dict[str, Any], told: dict[str, Told], open_keys: list[str]) -> None:
        """Through the same doors: what stayed open gets one answer, twice the same; what was told is told again."""
        some = self._random.sample(sorted(told), min(len(told), 60))
        for key in (*open_keys, *some):
            buyer, one = wanted[key]
            buyer._over.clear()
            first, second = buyer.until_told(one, 40), buyer.until_told(one, 40)
            if first is None or first != second or (key in some and first != told[key]):
                self.report.objections.append(f"key {key} was answered {told.get(key)}, then {first}, then {second}")
            elif key in open_keys:
                told[key] = first

    def _compare(self, desk: Desk, wanted: dict[str, Any], told: dict[str, Told]) -> None:
        """Every sale told of is there once, at that price, for that firm; the desk says of every key what HTTP said."""
        with desk.store.read() as connection:
            rows = {row.sale_id: row for row in connection.execute(select(sales))}
        self.report.sales = len(rows)
        given = Counter(one.sale for one in told.values() if one.sale)
        found = [f"sale {sale} was given to {many} keys" for sale, many in given.items() if many > 1]
        for key, answer in told.items():
            buyer, one = wanted[key]
            row = rows.get(answer.sale)
            if answer.sale and row is None:
                found.append(f"{key}: sale {answer.sale} is lost")
            elif row is not None and (row.buyer, row.listing_id, row.ask_cents) != (
                buyer.firm,
                one.listing,
                answer.ask_cents,
            ):
                found.append(f"{key}: sale {answer.sale} is another one now")
        taken = Counter((row.listing_id, row.seats) for row in rows.values())
        found += [f"listing {name} sold {many} of {seats}" for (name, seats), many in taken.items() if many > seats]
        self.report.objections += found

    def _prove(self, desk: Desk) -> None:
        try:
            with desk.store.read() as connection:
                self.report.entries = sum(one.entries for one in prove(connection))
                harm = [one for one in checkup(connection) if one.state == BROKEN and one.check != "punctuality"]
        except ExchangeError as error:
            self.report.objections.append(f"not proven: {error}")
            return
        self.report.objections += [f"{one.check}: {one.says}" for one in harm]

    def _done(self, desk: Desk, keys: list[str]) -> int:
        """How many orders were done although nobody was told."""
        table = metadata.tables["idempotency"]
        with desk.store.read() as connection:
            known = set(connection.execute(select(table.c.key)).scalars())
        return len(known & set(keys))
