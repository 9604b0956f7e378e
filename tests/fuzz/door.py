"""A running exchange for the fuzzer, and who comes to it: a buyer, another firm, a supplier, an operator, nobody."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from exchange.access import api_keys, throttle
from exchange.access.throttle import Limit
from exchange.access.users import user_by_email
from exchange.hooks.address import Place
from exchange.web import api
from exchange.web.door.operation import EVERYONE, Operation
from exchange.web.door.operations import OPERATIONS
from tests.running import Running
from tests.web.calls import delivery, hook_of
from tests.web.conftest import paint
from tests.web.people import BY_ROLE, OTHER_OWNER, OWNER, complete

HERE = Path(__file__).parent
CALLERS = {
    "buyer": OWNER,
    "other": OTHER_OWNER,
    "supplier": BY_ROLE["supplier"],
    "operator": BY_ROLE["operator"],
    "nobody": "",
}
FREELY = Limit("freely", burst=1_000_000, refill_us=1)


@contextmanager
def running(folder: Path) -> Iterator[Running]:
    """The market of the picture on a port of this machine, without limits on how often one may ask."""
    kept = throttle.CALLS, throttle.ORDERS
    throttle.CALLS = throttle.ORDERS = api_keys.CALLS = api.CALLS = FREELY  # type: ignore[attr-defined,misc]
    path = folder / "market.db"
    paint(f"sqlite:///{path}")
    exchange = Running(path, resolve=anywhere)
    complete(exchange.market)
    delivery(exchange.market, "quelle")
    hook_of(exchange.market, OWNER)
    exchange.start()
    try:
        yield exchange
    finally:
        exchange.stop()
        throttle.CALLS, throttle.ORDERS = kept  # type: ignore[misc]
        api_keys.CALLS = api.CALLS = kept[0]  # type: ignore[attr-defined]


def anywhere(_name: str, port: int) -> list[Place]:
    """Every name stands for a public address; nothing here calls it."""
    return [(socket.AF_INET, ("9.9.9.9", port))]


def key_of(exchange: Running, email: str) -> str:
    """A key of somebody for everything; empty for nobody."""
    if not email:
        return ""
    with exchange.desk.store.read() as connection:
        user = user_by_email(connection, email)
    assert user is not None
    secret, _ = exchange.market.premises().keyring.make(user, name="fuzz", scopes=api_keys.SCOPES, days=30)
    return secret


def concerning(caller: str) -> tuple[Operation, ...]:
    """Operations where a caller finds more than a shut door: nobody is refused everywhere, another firm's owner
    finds what the first finds except among ids, and neither brings leads. Operators try what they alone have."""
    alone = ("supplier", "operator")
    roles = {"nobody": EVERYONE} | {role: (role,) for role in alone}
    found = (
        one
        for one in OPERATIONS
        if set(roles.get(caller, ("owner",))) & set(one.roles)
        and (caller != "other" or one.ids)
        and (caller != "operator" or "owner" not in one.roles)  # what both have is asked as an owner
    )
    return tuple(one for one in found if caller in ("nobody", *alone) or one.scope != "supply" or one.verb == "GET")


def fuzz(exchange: Running, caller: str, *more: str) -> subprocess.CompletedProcess[str]:
    """Let schemathesis loose on the published document as one of the callers."""
    key = key_of(exchange, CALLERS[caller])
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(HERE / "schemathesis.toml")]
    command += ["run", str(HERE.parents[1] / "docs" / "openapi.json"), "--url", exchange.url]
    command += ["--generation-database", "none", "--no-color", *more]
    if key:
        command += ["--header", f"Authorization:Bearer {key}"]
    folder = Path(str(exchange.desk.store.engine.url.database)).parent  # the fuzzer leaves notes where it runs
    told = {"PYTHONPATH": str(HERE.parents[1]), "FUZZ_IDS": json.dumps(ids_of(exchange))}
    return subprocess.run(command, env=os.environ | told, cwd=folder, capture_output=True, text=True, check=False)


def ids_of(exchange: Running) -> dict[str, list[str]]:
    """A few things of the first firm, by the names of paths' blanks."""
    ours = "WHERE buyer = 'brandt'"
    wanted = {"sale_id": f"sales {ours}", "bid_id": f"bids {ours}", "listing_id": "listings"}
    wanted |= {"hook_id": "hooks", "post_id": "hook_posts"}
    wanted["batch_id"] = "(SELECT delivery_id AS batch_id FROM deliveries)"
    with exchange.desk.store.read() as connection:
        return {
            name: list(connection.exec_driver_sql(f"SELECT {name} FROM {table} ORDER BY 1 LIMIT 3").scalars())  # noqa: S608
            for name, table in wanted.items()
        }
