"""`make bench-stream`: thousands of browsers at the live board of one machine.

A real `exchange serve` in its own process on a SQLite database like the demo's, `exchange jobs` in another, the
browsers as bare sockets in others again; this process lists and buys. For every number of viewers: time until all are
let in, memory a viewer, processor seconds a second while nothing happens but heartbeats, milliseconds from the tape's
instant (before the commit) and from the buyer's answer (after it) to the browsers, and a storm: all are cut off, come
back at once with their last event id and are told what they missed. Every figure counts only if exactly those heard of
a sale whom the lead's consent names. Then what 10,000 falling prices cost while nobody buys, beside none falling.
"""

import argparse
import hashlib
import json
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from statistics import quantiles
from typing import Any

from exchange.instant import Instant
from tests.bench.figures import Figure, seconds, show
from tests.bench.livehouse import FALLING, FEW, FIRMS, TABS, LiveHouse, cpu_s, memory_kib
from tests.crash.serving import jobs

CROWD = 2_500
"""Browsers a client process holds at most: more would wait for the client, not for the exchange."""
SPARE_FILES = 256
MOST_A_S = 12_000
"""Events all browsers together are told in a second: more would measure how quickly this bench reads on two cores."""


class Crowds:
    """Browsers in processes of their own."""

    def __init__(self, port: int, cookies: list[str]) -> None:
        self.many = len(cookies)
        self._crowds = []
        for first in range(0, len(cookies), CROWD):
            command = [sys.executable, "-m", "tests.bench.viewers"]
            crowd = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            self._tell(crowd, {"port": port, "cookies": cookies[first : first + CROWD]})
            self._crowds.append(crowd)

    def ask(self, **order: Any) -> list[dict[str, Any]]:
        """Give all the same order; their answers."""
        for crowd in self._crowds:
            self._tell(crowd, order)
        return [json.loads(crowd.stdout.readline()) for crowd in self._crowds if crowd.stdout]

    def come(self) -> list[float]:
        """All connect; seconds until each was up to date. Raises AssertionError where one was not let in."""
        found = self.ask(do="come")
        if refused := sum(one["refused"] for one in found):
            raise AssertionError(f"{refused} browsers were not let in")
        return sorted(took for one in found for took in one["took"])

    def heard(self) -> dict[str, list[Instant]]:
        """When each listing was heard of, by all browsers together."""
        found: dict[str, list[Instant]] = {}
        for one in self.ask(do="tell"):
            for listing_id, instants in one["heard"].items():
                found.setdefault(listing_id, []).extend(instants)
        return found

    def close(self) -> None:
        """Let all go."""
        for crowd in self._crowds:
            if crowd.stdin:
                crowd.stdin.close()
            crowd.wait(20)

    @staticmethod
    def _tell(crowd: "subprocess.Popen[str]", order: dict[str, Any]) -> None:
        assert crowd.stdin is not None
        crowd.stdin.write(json.dumps(order) + "\n")
        crowd.stdin.flush()


def watched(house: LiveHouse, viewers: int, size: argparse.Namespace) -> Iterator[Figure]:
    """The figures for so many viewers."""
    house.serving.start()
    crowds = Crowds(house.serving.port, house.sessions(viewers))
    name = f"{viewers:,} viewers"
    try:
        before_kib = memory_kib(house.processes())
        came = crowds.come()
        time.sleep(2)
        yield Figure(f"{name}: until all are let in", came[-1], "s")
        grown_kib = memory_kib(house.processes()) - before_kib
        yield Figure(f"{name}: memory a viewer", grown_kib / viewers, "KiB")
        yield Figure(f"{name}: processor at rest, heartbeats only", at_rest(house, size.rest_s), "s a s")
        yield from traded(house, crowds, name, size)
        yield from stormed(house, crowds, name)
    finally:
        crowds.close()
        house.serving.stop()


def at_rest(house: LiveHouse, rest_s: float) -> float:
    """Processor seconds a second of what serves, while nothing happens."""
    used_s, began = cpu_s(house.processes()), time.monotonic()
    time.sleep(rest_s)
    return (cpu_s(house.processes()) - used_s) / (time.monotonic() - began)


def traded(house: LiveHouse, crowds: Crowds, name: str, size: argparse.Namespace) -> Iterator[Figure]:
    """Leads for everyone and for a few firms, bought one by one; how late their sale was heard of."""
    wide, narrow = house.offer(many=size.trades), house.offer(many=size.trades // 5, few=True)
    time.sleep(3)
    crowds.ask(do="forget")
    used_s, began = cpu_s(house.processes()), time.monotonic()
    pause_s = max(size.pause_s, crowds.many / MOST_A_S)
    sold = {listing_id: house.buy(listing_id) for listing_id in paced(sorted(wide + narrow), pause_s)}
    used_s, took_s = cpu_s(house.processes()) - used_s, time.monotonic() - began
    time.sleep(3)
    heard = crowds.heard()
    prove_audiences(heard, wide, narrow, name)
    from_tape = [at - sold[one][0] for one in sold for at in heard[one]]
    from_answer = [at - sold[one][1] for one in sold for at in heard[one]]
    for what, late_us in (("tape's instant", from_tape), ("buyer's answer", from_answer)):
        percentiles = quantiles(late_us, n=100)
        yield Figure(f"{name}: from the {what} to a browser, p50", percentiles[49] / 1_000, "ms")
        yield Figure(f"{name}: from the {what} to a browser, p99", percentiles[98] / 1_000, "ms")
        yield Figure(f"{name}: from the {what} to a browser, worst", max(late_us) / 1_000, "ms")
    yield Figure(f"{name}: processor, {len(sold) / took_s:.1f} sales/s", used_s / took_s, "s a s")


def paced(listing_ids: list[str], pause_s: float) -> Iterator[str]:
    """One by one, with pauses that no poll keeps step with."""
    for number, listing_id in enumerate(listing_ids):
        time.sleep(pause_s * (0.6 + number % 9 / 10))
        yield listing_id


def prove_audiences(heard: dict[str, list[Instant]], wide: list[str], narrow: list[str], name: str) -> None:
    """A figure counts only if exactly those heard who may: all of a lead for all, the firms named of the others."""
    viewers = int(name.split()[0].replace(",", ""))
    covered = sum(number // TABS % FIRMS < FEW for number in range(viewers))
    wrong = [one for one in wide if len(heard.get(one, ())) != viewers]
    wrong += [one for one in narrow if len(heard.get(one, ())) != covered]
    if wrong:
        told = {one: len(heard.get(one, ())) for one in wrong[:5]}
        raise AssertionError(f"{len(wrong)} sales were not heard by whom they concern ({viewers}, {covered}): {told}")


def stormed(house: LiveHouse, crowds: Crowds, name: str) -> Iterator[Figure]:
    """All are cut off, miss something, and come back at once with their last event id."""
    missed = house.offer(many=20)
    time.sleep(3)
    crowds.ask(do="leave")
    for listing_id in missed:
        house.buy(listing_id)
    used_s = cpu_s(house.processes())
    came = crowds.come()
    used_s = cpu_s(house.processes()) - used_s
    time.sleep(2)
    heard = crowds.heard()
    viewers = len(came)
    if lost := [one for one in missed if len(heard.get(one, ())) != viewers]:
        raise AssertionError(f"{len(lost)} sales were not caught up with, {len(heard.get(lost[0], ()))} times heard")
    yield Figure(f"{name} come back at once: half are up to date after", came[viewers // 2], "s")
    yield Figure(f"{name} come back at once: all are up to date after", came[-1], "s")
    yield Figure(f"{name} come back at once: processor", used_s, "s")


def fallen(house: LiveHouse, viewers: int, many: int, rest_s: float) -> Iterator[Figure]:
    """What so many falling prices cost while nobody buys; the floor is the same with none falling."""
    house.serving.start()
    crowds = Crowds(house.serving.port, house.sessions(viewers))
    alarm = jobs(house.url)
    try:
        crowds.come()
        calm = quiet(house, crowds, alarm.pid, viewers, rest_s)
        crowds.ask(do="forget")
        house.offer(sector=FALLING, many=many)
        time.sleep(20)
        told = sum(answer["bytes"] for answer in crowds.ask(do="tell")) / viewers
        yield Figure(f"{many:,} listed at once, {viewers:,} viewers: said to a viewer", told / 1024, "KiB")
        falling = quiet(house, crowds, alarm.pid, viewers, rest_s)
    finally:
        alarm.terminate()
        alarm.wait(20)
        crowds.close()
        house.serving.stop()
    for what, one, none in zip(
        ("processor of serve, s a s", "processor of jobs, s a s", "said to a viewer, bytes a s"),
        falling,
        calm,
        strict=True,
    ):
        title, _, unit = what.partition(", ")
        yield Figure(f"{many:,} falling prices, {viewers:,} viewers: {title}", one, unit, none)


def quiet(house: LiveHouse, crowds: Crowds, alarm: int, viewers: int, rest_s: float) -> tuple[float, float, float]:
    """Processor of serve and jobs, in seconds a second, and bytes a second to a viewer."""
    crowds.ask(do="forget")
    served_s, rung_s, began = cpu_s(house.processes()), cpu_s([alarm]), time.monotonic()
    time.sleep(rest_s)
    took_s = time.monotonic() - began
    served_s, rung_s = cpu_s(house.processes()) - served_s, cpu_s([alarm]) - rung_s
    told = crowds.ask(do="tell")
    if events := sum(answer["events"] for answer in told):
        raise AssertionError(f"{events} events although nobody did anything")
    return served_s / took_s, rung_s / took_s, sum(answer["bytes"] for answer in told) / took_s / viewers


def yardsticks(path: Path) -> Iterator[Figure]:
    """What this machine does in this run: one hash, and as many rows changed as prices fall, in one commit."""
    block = bytes(1024)
    yield Figure("SHA-256 over 1 KiB", 1e6 * seconds(lambda: hashlib.sha256(block).digest(), loops=20_000), "us")
    with closing(sqlite3.connect(path)) as bare:
        bare.execute("PRAGMA journal_mode = WAL")
        bare.execute("PRAGMA synchronous = FULL")
        bare.execute("CREATE TABLE listings (listing_id TEXT PRIMARY KEY, ask_cents INTEGER)")
        rows = [(f"B{number:06}",) for number in range(10_000)]
        bare.executemany("INSERT INTO listings VALUES (?, 20000)", rows)
        bare.commit()

        def fall() -> None:
            bare.executemany("UPDATE listings SET ask_cents = ask_cents - 50 WHERE listing_id = ?", rows)
            bare.commit()

        yield Figure("10,000 rows changed in one commit", 1e3 * seconds(fall), "ms")


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quick", action="store_true", help="Fewer viewers, fewer sales, shorter rests.")
    parser.add_argument("--viewers", type=int, action="append", help="Default: 1,000 and 5,000.")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--only", choices=("viewers", "falling"), help="Half of it.")
    asked = parser.parse_args()
    asked.rest_s, asked.trades, asked.pause_s = (5, 20, 0.1) if asked.quick else (15, 60, 0.15)
    numbers = asked.viewers or ([200] if asked.quick else [1_000, 5_000])
    open_files(max(numbers))
    with tempfile.TemporaryDirectory() as folder:
        show(yardsticks(Path(folder) / "bare.db"), as_json=asked.json)
        house = LiveHouse(Path(folder), f"sqlite:///{folder}/exchange.db", workers=asked.workers, seed=1)
        try:
            if asked.only != "falling":
                for viewers in numbers:
                    show(watched(house, viewers, asked), as_json=asked.json)
            if asked.only != "viewers":
                falling = (200, 1_000) if asked.quick else (1_000, 10_000)
                show(fallen(house, *falling, asked.rest_s + 5), as_json=asked.json)
        finally:
            house.desk.store.close()


def open_files(viewers: int) -> None:
    """Let this process and those it starts hold a connection a viewer; ends with advice where the system does not."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = viewers + SPARE_FILES
    if hard not in (resource.RLIM_INFINITY, -1) and hard < wanted:
        sys.exit(f"{viewers:,} viewers need {wanted:,} open files and this system allows {hard:,}: raise `ulimit -Hn`.")
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


if __name__ == "__main__":
    main()
