"""One verb, asked again and again by processes that die at each failpoint it passes; prints what they left behind.

`python -m tests.crash.death`: a process of its own with one thread, so that it may fork. Reads lines of JSON: a URL, an
instant, a verb. Prints one for each: a list of deaths, then what the verb answered when it was asked for the last time,
by a process that lived.
"""

import json
import os
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any

import psycopg
from sqlalchemy import make_url, select

from exchange.access.users import User, user_by_email
from exchange.clock import SetClock
from exchange.desk import Answer, Desk
from exchange.errors import ExchangeError
from exchange.failpoint import arm
from exchange.instant import Instant
from exchange.payments import Payouts
from exchange.schema import metadata
from exchange.store import open_store
from tests.desk.floor import lead

LIVED, DIED = 0, 9
COMMITTED = ("commit.after", "commit.kept")
ASKED = "payout.asked"
"""Whoever dies here has done it, and told nobody. The second: a payout is asked for, another transaction books it."""

VERBS: dict[str, Callable[[Desk], Any]] = {
    "buy": lambda desk: desk.buy("pv", buyer="anna", listing_id="L1", most_cents=9_000, key="k"),
    "refused": lambda desk: desk.buy("pv", buyer="anna", listing_id="L1", most_cents=100, key="k"),
    "list": lambda desk: desk.list_leads("pv", supplier="nord", leads=[lead("L8", region="DE-BW")], key="k"),
    "place": lambda desk: desk.place("pv", bid_id="B9", buyer="cora", limit_cents=9_000, quantity=2, key="k"),
    "change": lambda desk: desk.change("pv", bid_id="B1", buyer="bert", limit_cents=8_000, quantity=3, key="k"),
    "cancel": lambda desk: desk.cancel("pv", bid_id="B1", buyer="bert", key="k"),
    "withdraw": lambda desk: desk.withdraw("pv", listing_id="L1", by="nord", key="k"),
    "claim": lambda desk: desk.claim("pv", sale_id=sale_of(desk, "L0"), buyer="anna", ground="not-asked", key="k"),
    "deposit": lambda desk: desk.deposit("anna", amount_cents=500, key="k"),
    "credit": lambda desk: desk.set_credit_line("anna", credit_line_cents=9_000, key="k"),
    "uphold": lambda desk: desk.rule("pv", sale_id=sale_of(desk, "L9"), ruling="uphold"),
    "settle": lambda desk: desk.settle("pv"),
    "halt": lambda desk: desk.halt("pv", reason="price feed"),
    "join": lambda desk: desk.join("dora", name="Dora", buyer=True),
    "suspend": lambda desk: desk.change_member("bert", group="bert", suspended=True),
}
"""Every verb that moves money or changes who may; those with a key are retried with it."""

ANNE, BEN = "anne.betrieb@example.de", "ben.betrieb@example.de"
OWED_CENTS = 8_100
"""Of a sale at 90.00: what is left to the supplier after the fee."""

PAYOUTS: dict[str, Callable[[Desk], Any]] = {
    "ask": lambda desk: Payouts(desk, OWED_CENTS).ask(person(desk, ANNE), "nord", OWED_CENTS, "March"),
    "book": lambda desk: Payouts(desk, OWED_CENTS).approve(person(desk, BEN), payout_of(desk)),
}
"""A payout of everything that is owed, in two steps by two operators; in one step they follow each other."""


@dataclass(frozen=True, slots=True)
class Death:
    """Where a process died, how it ended, and whether the database was changed by it."""

    point: str
    code: int
    changed: bool


def sale_of(desk: Desk, listing_id: str) -> str:
    """The one sale of a listing."""
    sales = metadata.tables["sales"]
    with desk.store.read() as connection:
        return str(connection.execute(select(sales.c.sale_id).where(sales.c.listing_id == listing_id)).scalar_one())


def payout_of(desk: Desk) -> str:
    """The one payout there is."""
    with desk.store.read() as connection:
        return str(connection.execute(select(metadata.tables["payouts"].c.payout_id)).scalar_one())


def person(desk: Desk, email: str) -> User:
    """Somebody, by address."""
    with desk.store.read() as connection:
        found = user_by_email(connection, email)
    assert found is not None
    return found


def opened(url: str, instant: Instant) -> Desk:
    """The market as a process that has just been started finds it; messages leave this house."""
    desk = Desk(open_store(url, SetClock(instant)))
    desk.store.posts = True
    return desk


def fingerprint(url: str) -> str:
    """One hash of every row of every table, read by the bare driver: it is asked for after every death."""
    with closing(_connected(url)) as connection:
        rows = {
            table.name: sorted(map(repr, connection.execute(f"SELECT * FROM {table.name}").fetchall()))  # noqa: S608
            for table in metadata.sorted_tables
        }
    return sha256(repr(rows).encode()).hexdigest()


def _connected(url: str) -> Any:
    where = make_url(url)
    if where.get_backend_name() == "sqlite":
        return sqlite3.connect(where.database or "")
    return psycopg.connect(where.set(drivername="postgresql").render_as_string(hide_password=False))


def deaths(url: str, instant: Instant, verb: str) -> Iterator[Death]:
    """Let processes die at the first place, the second, and so on, until one has committed."""
    before = fingerprint(url)
    for at in range(1, 200):
        point, code = _die_at(url, instant, verb, at)
        changed = fingerprint(url) != before
        yield Death(point, code, changed)
        if changed or code == LIVED:
            return


def _die_at(url: str, instant: Instant, verb: str, at: int) -> tuple[str, int]:
    """A process that asks and dies at the n-th failpoint it passes; returns its name, and how the process ended."""
    read, write = os.pipe()
    child = os.fork()
    if not child:
        _ask_and_die(url, instant, verb, at, write)
    os.close(write)
    with os.fdopen(read) as told:
        point = told.read()
    _, status = os.waitpid(child, 0)
    return point, os.waitstatus_to_exitcode(status)


def _ask_and_die(url: str, instant: Instant, verb: str, at: int, write: int) -> None:
    passed = 0

    def die(name: str) -> None:
        nonlocal passed
        passed += 1
        if passed == at:
            os.write(write, name.encode())
            os._exit(DIED)

    try:
        desk = opened(url, instant)
        arm(die)
        (VERBS | PAYOUTS)[verb](desk)
        os._exit(LIVED)
    finally:
        os._exit(1)


def told(answer: Any) -> dict[str, Any]:
    """An answer as a client remembers it."""
    if isinstance(answer, str):
        return {"said": answer}
    if isinstance(answer, list):
        answer = answer[0]
    if isinstance(answer, Answer):
        refused = answer.refused.code if answer.refused else None
        return {"replayed": answer.replayed, "refused": refused, "seqs": [entry.seq for entry in answer.entries]}
    return {"settled": len(answer)}


def asked_again(url: str, instant: Instant, verb: str) -> dict[str, Any]:
    """What a process that lives is answered, and whether that changed anything."""
    before, desk = fingerprint(url), opened(url, instant)
    try:
        answer = told((VERBS | PAYOUTS)[verb](desk))
    except ExchangeError as error:
        answer = {"error": error.code}
    desk.store.close()
    return answer | {"changed": fingerprint(url) != before}


if __name__ == "__main__":
    for line in sys.stdin:
        asked = json.loads(line)
        found = [asdict(death) for death in deaths(*asked)]
        print(json.dumps({"deaths": found, "again": asked_again(*asked)}), flush=True)
