"""A painted market for every test: made once, copied, opened again."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import copyfile

import pytest
from flask.testing import FlaskClient

from exchange.clock import SetClock
from tests.databases import DATABASES, SQLITE
from tests.web.application import app_in
from tests.web.market import NOW, PASSWORD, Market

BRANDT, KRONE = "s.brandt@brandt-vogel.example", "m.krone@kronenberg.example"

Visitor = Callable[[str], FlaskClient]


def paint(url: str) -> None:
    """Make the market of the picture in an empty database."""
    market = Market(url)
    market.open()
    market.paint()
    with market.desk.store.engine.connect() as connection:
        if connection.dialect.name == SQLITE:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    market.desk.store.close()


@pytest.fixture(scope="session")
def painted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite database with the market of the picture."""
    path = tmp_path_factory.mktemp("painted") / "market.db"
    paint(f"sqlite:///{path}")
    return path


@pytest.fixture
def market(painted: Path, tmp_path: Path) -> Iterator[Market]:
    """The market of the picture, this test's own, on the engine under test."""
    if DATABASES.engine == SQLITE:
        url = f"sqlite:///{tmp_path}/market.db"
        copyfile(painted, tmp_path / "market.db")
    else:
        url = DATABASES.copy(DATABASES.kept("painted", paint))
    clock = SetClock(NOW)
    market = Market(url, clock)
    market.clock = clock
    yield market
    market.desk.store.close()


@pytest.fixture
def visitor(market: Market) -> Visitor:
    """Somebody's browser, logged in; nobody's for an empty address."""
    app = app_in(market.premises())

    def enter(email: str) -> FlaskClient:
        client = app.test_client()
        if email:
            assert log_in(client, email, PASSWORD).status_code == 302
        return client

    return enter


@pytest.fixture
def brandt(visitor: Visitor) -> FlaskClient:
    """Sabine Brandt's browser."""
    return visitor(BRANDT)


def token_of(client: FlaskClient, path: str = "") -> str:
    """The form token a page carries; without one, as a page that stays open asks for it, for which none is drawn."""
    if not path:
        return str(client.get("/sitzung").json["csrf_token"])  # type: ignore[index]
    found = re.search(r'name="csrf-token" content="([^"]+)"', client.get(path).text)
    assert found is not None
    return found[1]


def log_in(client: FlaskClient, email: str, password: str, **more: str):  # type: ignore[no-untyped-def]
    """Fill in the log-in form."""
    form = {"email": email, "password": password, "csrf_token": token_of(client), **more}
    return client.post("/anmelden", data=form)


def order(client: FlaskClient, listing_id: str, most_cents: int, key: str):  # type: ignore[no-untyped-def]
    """What the board's script sends."""
    headers = {"X-CSRFToken": token_of(client), "Idempotency-Key": key}
    return client.post(f"/api/v1/leads/{listing_id}/buy", json={"most_cents": most_cents}, headers=headers)
