"""``exchange verify`` and ``exchange init``, as typed."""

import stat

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from exchange.audit import Hand
from exchange.audit.sealer import seal_all
from exchange.cli.init import init
from exchange.cli.verify import verify
from exchange.clock import SetClock
from exchange.desk import Desk
from exchange.operators.noting import Line, noting
from exchange.schema.guards import drop_log_guards
from exchange.store import open_store
from exchange.store.engine import writing
from exchange.vault import ENVIRONMENT
from tests.desk.floor import MORNING, offer, open_market, open_sector


@pytest.fixture
def market(tmp_path):
    url = f"sqlite:///{tmp_path}/market.db"
    desk = open_market(url)
    open_sector(desk, "bu")
    offer(desk, "L1")
    desk.buy("pv", buyer="anna", listing_id="L1", most_cents=9_000)
    yield url, desk
    desk.store.close()


def test_an_honest_market_verifies(market) -> None:
    url, _ = market
    done = CliRunner().invoke(verify, ["--database", url])
    assert done.exit_code == 0
    lines = done.output.splitlines()
    assert [line.split()[:3] for line in lines[:3]] == [
        ["_house", "16", "entries"],
        ["bu", "2", "entries"],
        ["pv", "6", "entries"],
    ]
    assert lines[-1].startswith("ok (")


def test_plainly_the_book_of_the_house_decides_and_finds_the_same(market, monkeypatch) -> None:
    url, _ = market
    quick = CliRunner().invoke(verify, ["--database", url]).output.splitlines()
    monkeypatch.setattr("exchange.store.proof.SleepingBook", None)
    plain = CliRunner().invoke(verify, ["--database", url, "--plain"])
    assert (plain.exit_code, plain.output.splitlines()[:-1]) == (0, quick[:-1])


def test_the_operators_log_is_proven_with_the_tapes(market) -> None:
    url, desk = market
    noting(desk, Hand("cli"), Line("sector.halt", {"sector": "bu"})).halt("bu", reason="Prüfung")
    assert seal_all(desk.store) == 1
    done = CliRunner().invoke(verify, ["--database", url])
    assert done.output.splitlines()[-2].split()[:4] == ["audit", "log", "1", "sealed"]
    with writing(desk.store.engine) as connection:
        for statement in drop_log_guards("sqlite"):
            connection.execute(text(statement))
        connection.execute(text("UPDATE audit_seals SET hash = 'x'"))
    done = CliRunner().invoke(verify, ["--database", url])
    assert (done.exit_code, "differs: audit log: seal 1" in done.output) == (1, True)


def test_a_changed_byte_ends_in_its_place_and_exit_code_1(market) -> None:
    url, desk = market
    with writing(desk.store.engine) as connection:
        connection.execute(text("DROP TRIGGER tape_no_update"))
        changed = "UPDATE tape SET payload = replace(payload, '9000', '9001') WHERE sector = 'pv' AND seq = 5"
        connection.execute(text(changed))
    done = CliRunner().invoke(verify, ["--database", url])
    assert done.exit_code == 1
    assert "differs: pv 5: the hash does not fit" in done.stderr
    assert "ok" not in done.stdout
    assert CliRunner().invoke(verify, ["--database", url, "--sector", "bu"]).exit_code == 0


def test_without_an_exchange_there_is_nothing_to_verify(tmp_path) -> None:
    done = CliRunner().invoke(verify, ["--database", f"sqlite:///{tmp_path}/none.db"])
    assert done.exit_code == 2
    assert "exchange init" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_init_makes_a_database_and_a_key_once(tmp_path, monkeypatch) -> None:
    monkeypatch.delenv(ENVIRONMENT, raising=False)
    url, key = f"sqlite:///{tmp_path}/data/market.db", tmp_path / "data" / "exchange.key"
    first = CliRunner().invoke(init, ["--database", url, "--key-file", str(key)])
    assert first.exit_code == 0, first.output
    assert "DEVELOPMENT key" in first.output
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    written = key.read_text()
    assert not any(line.split()[-1] in first.output for line in written.splitlines()[1:])
    desk = Desk(open_store(url, SetClock(MORNING)))
    desk.join("anna", name="Anna", buyer=True)
    again = CliRunner().invoke(init, ["--database", url, "--key-file", str(key)])
    assert again.exit_code == 0
    assert "DEVELOPMENT" not in again.output
    assert key.read_text() == written
    assert CliRunner().invoke(verify, ["--database", url]).exit_code == 0


def test_init_takes_keys_from_the_environment(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv(ENVIRONMENT, "1 " + "QUJD" * 10 + "QUI=")
    url, key = f"sqlite:///{tmp_path}/market.db", tmp_path / "exchange.key"
    done = CliRunner().invoke(init, ["--database", url, "--key-file", str(key)])
    assert (done.exit_code, key.exists()) == (0, False), done.output
