"""The doors of monitoring: who is told what, driven without a server."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from threading import Event
from typing import Any

import pytest

from exchange.instant import HOUR_US, MINUTE_US
from exchange.migrations import upgrade
from exchange.safety import networks
from exchange.web import watch
from exchange.web.app import create_app
from exchange.web.asgi import Doors
from exchange.web.premises import Premises
from tests.web.market import NOW, Market

HOME, ABROAD = "127.0.0.1", "192.0.2.7"


@dataclass
class Told:
    """What a request was answered."""

    status: int
    kind: str
    text: str


def ask(ours: Premises, path: str, client: str | None = HOME, method: str = "GET", **headers: str) -> Told:
    told: dict[str, Any] = {}

    async def send(message: dict[str, Any]) -> None:
        told.update(message)

    async def receive() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    sent = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    where = None if client is None else (client, 40_000)
    scope = {"type": "http", "method": method, "path": path, "headers": sent, "query_string": b"", "client": where}
    asyncio.run(Doors(create_app(ours), ours)(scope, receive, send))
    return Told(told["status"], dict(told["headers"])[b"content-type"].decode(), told["body"].decode())


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Market]:
    """Made by migrations, as a running one is."""
    url = f"sqlite:///{tmp_path_factory.mktemp('watched')}/market.db"
    upgrade(url)
    market = Market(url)
    market.open()
    market.paint()
    yield market
    market.desk.store.close()


@pytest.fixture
def premises(market: Market) -> Premises:
    market.clock.at_us = NOW
    return replace(market.premises(), most_late_us=HOUR_US)


@pytest.mark.parametrize("client", [HOME, ABROAD, None])
def test_alive_without_a_database(premises: Premises, monkeypatch: pytest.MonkeyPatch, client: str | None) -> None:
    monkeypatch.setattr(premises.desk.store, "read", _no_database)
    assert ask(premises, "/healthz", client) == Told(200, "text/plain; charset=utf-8", "ok\n")


def test_ready_with_its_reasons_for_monitors_only(premises: Premises) -> None:
    told = ask(premises, "/readyz")
    assert (told.status, told.kind) == (200, "application/json")
    checks = json.loads(told.text)["checks"]
    names = ("database", "migrations", "clock", "past", "punctuality", "outbox", "writing")
    assert [(one["check"], one["state"]) for one in checks] == [(name, "ok") for name in names]
    assert json.loads(ask(premises, "/readyz", ABROAD).text) == {"ready": True}


def test_not_ready_while_too_much_is_undone(premises: Premises) -> None:
    premises.clock.at_us += 30 * MINUTE_US
    assert ask(premises, "/readyz").status == 200
    told = ask(replace(premises, most_late_us=10 * MINUTE_US), "/readyz")
    assert told.status == 503
    assert "start `exchange jobs`" in told.text


def test_not_ready_without_a_database_and_nothing_of_the_driver_is_told(
    premises: Premises, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(premises.desk.store, "read", _no_database)
    told = ask(premises, "/readyz")
    assert told.status == 503
    assert "It does not answer (OSError)." in told.text
    assert "secret" not in told.text
    assert json.loads(ask(premises, "/readyz", ABROAD).text) == {"ready": False}


def test_a_database_that_hangs_is_not_waited_for(premises: Premises, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "PATIENCE_S", 0.05)
    answered = Event()
    monkeypatch.setattr(watch.Watch, "_ask", lambda _self: answered.wait(60))
    assert ask(premises, "/readyz").status == 503
    answered.set()


def test_figures_are_for_monitors_only(premises: Premises) -> None:
    told = ask(premises, "/metrics")
    assert told.status == 200
    assert "exchange_database_up 1.0" in told.text
    assert "exchange_disk_free_ratio 0." in told.text
    assert "exchange_backup_timestamp_seconds" not in told.text, "none was noted"
    assert "exchange_standbys" not in told.text, "SQLite has none"
    assert ask(premises, "/metrics", ABROAD).status == 404
    assert ask(premises, "/metrics", None).status == 404
    assert ask(replace(premises, monitors=networks("192.0.2.0/24")), "/metrics", ABROAD).status == 200


@pytest.mark.parametrize("header", ["X_Forwarded_For", "forwarded", "via", "x_real_ip"])
def test_whoever_comes_through_a_proxy_is_a_stranger(premises: Premises, header: str) -> None:
    assert ask(premises, "/metrics", **{header: HOME}).status == 404


def test_nothing_is_posted_here(premises: Premises) -> None:
    assert ask(premises, "/metrics", method="POST").status == 405


def _no_database() -> None:
    raise OSError("connection to secret host refused")
