"""`make bench-overload`: what `exchange serve` sells when far more ask than it can serve, and how soon it is well.

First its peak: a few clients, each with its next purchase when the last was answered. Then so many times the peak,
sent by the clock whether answers come or not (``--times``), and after that half the peak until all is as before. A
purchase that was turned away (429, 503) is asked for again later, with its key. Clients hang up after ten seconds.
"""

import argparse
import asyncio
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import count, cycle
from pathlib import Path
from statistics import median

from sqlalchemy import text

from exchange.vault import make_key_file
from tests.bench.desk import SECTORS, Stall
from tests.bench.desk_http import secrets_of
from tests.bench.figures import Figure, show
from tests.bench.throng import Answered, Throng
from tests.crash.serving import Serving
from tests.postgres import own_postgres

BUYERS = 50
PEAK_CLIENTS = 32
TURNED_AWAY = (429, 503)
WELL_S = 1.0
"""Answers this quick are as before."""


class Orders:
    """Purchases to be sent: bytes of a request, each with its name; those that were turned away come again."""

    def __init__(self, stall: Stall, wanted: int) -> None:
        stall.stock(SECTORS[0], wanted)
        secrets = [one for buyer in stall.buyers[:BUYERS] for one in secrets_of(stall.desk, buyer)]
        self._secrets = cycle(secrets)
        self._new = count()
        self._again: list[str] = []

    def draw(self) -> tuple[str, bytes]:
        """The next purchase: its request, and the name to give back."""
        again = bool(self._again)
        request = self._again.pop() if again else self._made(f"{SECTORS[0]}{next(self._new)}")
        return request, request.encode()

    def give_back(self, request: str) -> None:
        """It was turned away: nothing was done, its key is free."""
        self._again.append(request)

    def _made(self, listing: str) -> str:
        body = '{"most_cents": 9000}'
        head = (
            f"POST /api/v1/leads/{listing}/buy HTTP/1.1",
            "Host: localhost",
            f"Authorization: Bearer {next(self._secrets)}",
            f"Idempotency-Key: overload-{listing}",
            "Content-Type: application/json",
            f"Content-Length: {len(body)}",
        )
        return "\r\n".join(head) + "\r\n\r\n" + body


@contextmanager
def market(engine: str, folder: Path) -> Iterator[tuple[str, Stall]]:
    """Leads and buyers in a database of their own."""
    if engine == "sqlite":
        stall = Stall(f"sqlite:///{folder}/market.db")
        with closing(stall.desk.store):
            yield stall.url, stall
        return
    server = own_postgres(("shared_buffers=256MB",))
    try:
        server.create("market")
        stall = Stall(server.url_of("market"))
        with closing(stall.desk.store):
            yield stall.url, stall
    finally:
        server.stop()


async def burst(port: int, orders: Orders, asked: argparse.Namespace) -> Iterator[Figure]:
    """Peak, burst, recovery."""
    throng = Throng(port, orders.draw, orders.give_back, TURNED_AWAY)
    calm = await throng.in_turn(PEAK_CLIENTS, asked.seconds)
    peak = _sold(calm) / asked.seconds
    flood, began_s = await throng.by_the_clock(asked.times * peak, asked.seconds)
    after, ended_s = await throng.by_the_clock(peak / 2, asked.seconds)
    late = await throng.close()
    return _told(asked, calm, peak, [*flood, *after, *late], flood_ends_s=ended_s, began_s=began_s)


def _sold(answers: list[Answered]) -> int:
    return sum(one.status == 200 for one in answers)


def _told(
    asked: argparse.Namespace,
    calm: list[Answered],
    peak: float,
    answers: list[Answered],
    *,
    began_s: float,
    flood_ends_s: float,
) -> Iterator[Figure]:
    during = [one for one in answers if began_s <= one.at_s < flood_ends_s]
    sent = [one for one in answers if one.sent_s < flood_ends_s]
    after = [one for one in answers if one.sent_s >= flood_ends_s]
    statuses = Counter(one.status for one in sent)
    unwell = [one.at_s - flood_ends_s for one in (*sent, *after) if one.at_s > flood_ends_s and not _is_well(one)]
    took_ms = sorted(1e3 * one.took_s for one in sent if one.status == 200)
    yield Figure("peak", peak, "buys/s")
    yield Figure("  half within", 1e3 * median(one.took_s for one in calm), "ms")
    yield Figure(f"asked at {asked.times:g} times the peak", len(sent) / asked.seconds, "requests/s")
    yield Figure("  goodput (floor: 0.8 of the peak)", _sold(during) / (flood_ends_s - began_s), "buys/s", 0.8 * peak)
    if took_ms:
        yield Figure("  half of the sold within", took_ms[len(took_ms) // 2], "ms")
        yield Figure("  99 of 100 of the sold within", took_ms[int(0.99 * len(took_ms))], "ms")
    for status, many in sorted(statuses.items()):
        name = f"answered {status}" if status else "given up after ten seconds, or cut"
        yield Figure(f"  {name}", 100 * many / len(sent), "%")
    bare = sum(one.status in TURNED_AWAY and not one.retry_after for one in sent)
    yield Figure("  429 and 503 without Retry-After", bare, "")
    yield Figure("well again after (floor: ten seconds)", max(unwell, default=0.0), "s", 10.0)


def _is_well(one: Answered) -> bool:
    return one.status == 200 and one.took_s <= WELL_S


def main() -> None:
    """Print everything."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--seconds", type=float, default=10.0, help="of each part")
    asked.add_argument("--times", type=float, default=5.0, help="the peak")
    asked.add_argument("--workers", type=int, default=1, help="of `exchange serve`")
    asked.add_argument("--engine", choices=("postgresql", "sqlite"), default="postgresql")
    asked.add_argument("--json", action="store_true")
    told = asked.parse_args()
    with tempfile.TemporaryDirectory() as made, market(told.engine, Path(made)) as (url, stall):
        make_key_file(Path(made) / "vault.key")
        orders = Orders(stall, int(1_500 * told.seconds))
        house = Serving(url, Path(made), workers=told.workers, alarm=False)
        house.start()
        try:
            figures = asyncio.run(burst(house.port, orders, told))
            if "Traceback" in house.log():
                raise AssertionError(house.log()[-3_000:])
        finally:
            house.stop()
        show(figures, as_json=told.json)
        with stall.desk.store.read() as connection:
            twice = "SELECT count(*) - count(DISTINCT listing_id) FROM sales"
            show([Figure("sold twice", connection.execute(text(twice)).scalar_one(), "")], as_json=told.json)


if __name__ == "__main__":
    main()
