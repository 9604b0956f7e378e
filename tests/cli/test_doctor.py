"""``exchange doctor``, as typed: every check in a line, the exit code for machines."""

import json
import shutil

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from exchange.cli import main
from exchange.desk import Desk
from exchange.instant import HOUR_US
from exchange.jobs.presence import Presence
from exchange.reports.backups import MOST_AGE_US
from exchange.reports.disk import ENOUGH_BYTES, LEAST_BYTES
from exchange.store import open_store

GIB = 1 << 30


class Usage:
    """A disk of a hundred GiB."""

    def __init__(self, free: int) -> None:
        self.free, self.total = free, 100 * GIB


@pytest.fixture(autouse=True)
def an_exchange(monkeypatch, tmp_path):
    for name in ("EXCHANGE_CONFIG", "EXCHANGE_DATABASE", "EXCHANGE_KEY_FILE", "EXCHANGE_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(GIB * 20))
    for arguments in (["init"], ["sector", "open", "pv"]):
        assert CliRunner().invoke(main, arguments).exit_code == 0
    Presence(open_store("sqlite:///data/exchange.db"), "jobs", "none").beat()
    return tmp_path


def told(exit_code):
    shown = CliRunner().invoke(main, ["doctor", "--json"])
    assert shown.exit_code == exit_code, shown.output
    document = json.loads(shown.output)
    assert document["state"] == ("ok", "warning", "broken")[exit_code]
    return {found["check"]: found for found in document["checks"]}


def test_a_healthy_house_in_lines():
    shown = CliRunner().invoke(main, ["doctor"])
    assert shown.exit_code == 0, shown.output
    lines = [line.split(maxsplit=2) for line in shown.output.splitlines()]
    checks = ["database", "migrations", "clock", "past", "punctuality", "jobs", "outbox", "tape", "ledger", "halts"]
    checks += ["durability", "webhooks", "retention", "backup", "writing", "disk", "vault"]
    assert [line[1] for line in lines] == checks
    assert {line[0] for line in lines} == {"ok"}
    assert all(line[2].endswith(".") for line in lines)


def test_a_halt_is_worth_a_look():
    Desk(open_store("sqlite:///data/exchange.db")).halt("pv", reason="price feed")
    assert told(1)["halts"]["says"].startswith("Halted: pv since 2")


def test_without_a_job_process_prices_wait():
    with open_store("sqlite:///data/exchange.db").write_aside() as connection:
        connection.execute(text("DELETE FROM processes"))
    assert "start `exchange jobs`" in told(1)["jobs"]["says"]


def test_whether_messages_should_leave_is_in_the_settings(an_exchange):
    assert told(0)["outbox"]["says"] == "Nothing leaves the house: courier.carrier is none."
    (an_exchange / "config.toml").write_text('[courier]\ncarrier = "file"\n')
    assert told(0)["outbox"]["says"] == "Messages wait: 0, none for long."


def test_no_database(an_exchange):
    shutil.move(an_exchange / "data/exchange.db", an_exchange / "elsewhere.db")
    found = told(2)
    assert list(found) == ["database", "vault"]
    assert "exchange init" in found["database"]["says"]


def test_a_file_that_is_no_database(an_exchange):
    (an_exchange / "data/exchange.db").write_bytes(b"no database at all" * 100)
    assert told(2)["database"] == {
        "check": "database",
        "state": "broken",
        "says": "It does not answer (DatabaseError): look at its server and disk.",
    }


def test_keys_that_others_may_read_or_nobody_has(an_exchange):
    key = an_exchange / "data/exchange.key"
    key.chmod(0o644)
    assert "chmod 600" in told(2)["vault"]["says"]
    key.unlink()
    assert "exchange init" in told(2)["vault"]["says"]


def test_the_last_backup_is_missed_once_it_is_older_than_a_day(an_exchange):
    assert told(0)["backup"]["says"].startswith("None was ever noted")
    assert CliRunner().invoke(main, ["backup", "copy.db"]).exit_code == 0
    assert told(0)["backup"]["says"].startswith("The last one was noted 2")
    with open_store("sqlite:///data/exchange.db").write_aside() as connection:
        connection.execute(text("DROP TRIGGER audit_no_update"))
        connection.execute(text("UPDATE audit SET at = at - :late"), {"late": MOST_AGE_US + HOUR_US})
    assert "27 hours ago" in told(1)["backup"]["says"]
    assert CliRunner().invoke(main, ["backup", "--noted"]).exit_code == 0
    assert told(0)["backup"]["state"] == "ok"
    assert not list(an_exchange.glob("--noted*"))
    assert CliRunner().invoke(main, ["backup"]).exit_code == 2


@pytest.mark.parametrize(
    ("free", "exit_code"), [(9 * GIB, 1), (ENOUGH_BYTES - 1, 1), (LEAST_BYTES - 1, 2)], ids=["share", "little", "least"]
)
def test_a_disk_that_fills_up(monkeypatch, free, exit_code):
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(free))
    assert "make room" in told(exit_code)["disk"]["says"]
