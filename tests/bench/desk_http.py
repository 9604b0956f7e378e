"""Buys per second through the real server: `exchange serve`, its clients in processes of their own with API keys.

A user may order twenty times at once and five times a second in the long run (`access.throttle`), so every client comes
with the keys of many users. A request that is told to wait waits and counts for nothing.
"""

from collections.abc import Iterator
from http.client import HTTPConnection
from itertools import cycle
from multiprocessing import get_context
from multiprocessing.queues import SimpleQueue
from pathlib import Path
from statistics import median
from threading import Thread
from time import perf_counter, sleep

from exchange.access.api_keys import Keyring
from exchange.access.users import add_user, user_by_id
from exchange.desk import Desk
from exchange.vault import make_key_file
from tests.bench.figures import Figure
from tests.crash.serving import Serving

PROCESSES = 2
"""Processes the clients share: one alone would be slower than the server."""
USERS = 12
"""Users of each client."""
TOLD_TO_WAIT, WAIT_S = 429, 0.05
WARM_S = 2.0
"""What is bought in the first seconds is not counted: the server reads its book and makes its statements then."""

Client = tuple[list[str], list[str]]
"""API keys, and the listings to buy."""
Took = list[float]


def secrets_of(desk: Desk, buyer: str) -> list[str]:
    """API keys of a buyer, each of a user of its own."""
    ring, found = Keyring(desk.store), []
    for number in range(USERS):
        name = f"{buyer}-{number}"
        with desk.store.write_aside() as connection:
            at, email = desk.store.clock.now(), f"{name}@example.org"
            made = add_user(connection, email=email, name=name, role="owner", organisation=buyer, at=at)
            user = user_by_id(connection, made)
        if user is None:
            raise AssertionError(name)
        found.append(ring.make(user, name="bench", scopes=("buy",), days=1)[0])
    return found


def through_http(
    engine: str, url: str, folder: Path, clients: list[Client], floor: float, *, seconds: float, workers: int
) -> Iterator[Figure]:
    """What these clients buy of a server with so many workers, beside the engine's floor."""
    make_key_file(folder / "vault.key")
    house = Serving(url, folder, workers=workers, alarm=False)
    try:
        house.start()
        took = _sell(house.port, clients, seconds)
    finally:
        house.stop()
    if not took:
        raise AssertionError("nothing was bought")
    times = sorted(took)
    half, late = 1e3 * median(times), 1e3 * times[int(0.99 * len(times))]
    how = f"{engine}, {len(clients)} through HTTP, workers: {workers}"
    yield Figure(how, len(times) / seconds, "buys/s", floor)
    yield Figure("  half within", half, "ms")
    yield Figure("  99 of 100 within (floor: ten times half)", late, "ms", 10 * half)


def _sell(port: int, clients: list[Client], seconds: float) -> Took:
    context = get_context("spawn")
    told = context.SimpleQueue()
    parts = [part for place in range(PROCESSES) if (part := clients[place::PROCESSES])]
    crowds = [context.Process(target=_crowd, args=(port, part, seconds, told)) for part in parts]
    for crowd in crowds:
        crowd.start()
    took = [one for _ in crowds for one in told.get()]
    for crowd in crowds:
        crowd.join()
    return took


def _crowd(port: int, clients: list[Client], seconds: float, told: "SimpleQueue[Took]") -> None:
    """A process of clients, one thread each."""
    took: Took = []
    threads = [Thread(target=_buy, args=(port, *client, seconds, took)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    told.put(took)


def _buy(port: int, secrets: list[str], listings: list[str], seconds: float, took: Took) -> None:
    connection, counts = HTTPConnection("127.0.0.1", port, timeout=30), perf_counter() + WARM_S
    for secret, listing in zip(cycle(secrets), listings, strict=False):
        begun = perf_counter()
        if begun > counts + seconds:
            break
        head = {"Authorization": f"Bearer {secret}", "Idempotency-Key": f"bench-{listing}"}
        body = b'{"most_cents": 9000}'
        connection.request("POST", f"/api/v1/leads/{listing}/buy", body, head | {"Content-Type": "application/json"})
        answer = connection.getresponse()
        said = answer.read()
        if answer.status == TOLD_TO_WAIT:
            sleep(WAIT_S)
        elif answer.status != 200:
            raise AssertionError(said)
        elif begun > counts:
            took.append(perf_counter() - begun)
    connection.close()
