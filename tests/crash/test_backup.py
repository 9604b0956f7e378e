"""The commands of docs/operations.md for a PostgreSQL, as they stand there, on a market that goes on."""

import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from exchange.desk import Desk
from exchange.store import open_store
from exchange.vault import make_key_file
from tests.crash.load import loaded
from tests.crash.server import market_on
from tests.desk.floor import proven
from tests.postgres import DURABLE, OwnPostgres, own_postgres, program

pytestmark = [pytest.mark.postgres, pytest.mark.xdist_group("servers"), pytest.mark.usefixtures("own_servers")]
PAGE = Path(__file__).parents[2] / "docs" / "operations.md"
EXCHANGE = [sys.executable, "-c", "from exchange.cli import main; main()"]
BROKEN = 2
"""What `exchange doctor` ends with where something is wrong."""


@pytest.fixture
def server() -> Iterator[OwnPostgres]:
    started = own_postgres((*DURABLE, "wal_level=replica", "max_wal_senders=4"), in_memory=True)
    yield started
    started.stop()


def commands(after: str) -> list[list[str]]:
    """The block of the page that begins with a command, without its comments."""
    text = PAGE.read_text(encoding="utf-8")
    block = text[text.index(f"\n{after}") :].split("```")[0]
    lines = [part for line in block.splitlines() for part in line.partition(" #")[0].split("&&")]
    return [words for line in lines if (words := shlex.split(line))]


def run(words: list[str], server: OwnPostgres, folder: Path) -> "subprocess.CompletedProcess[str]":
    """One command as an operator types it, whose environment names the server."""
    first = EXCHANGE if words[0] == "exchange" else [str(program(words[0]))]
    there = os.environ | {"PGHOST": str(server.folder), "PGUSER": "postgres", "PYTHONPATH": str(PAGE.parents[1])}
    there["EXCHANGE_KEY_FILE"] = str(folder / "vault.key")
    asked = [*first, *words[1:]]
    return subprocess.run(asked, cwd=folder, env=there, capture_output=True, text=True, timeout=120, check=False)


def test_backups_of_a_running_market_are_restored_and_verified(server: OwnPostgres, tmp_path: Path) -> None:
    url, clients = market_on(server, "exchange"), tmp_path / "clients"
    clients.mkdir()
    make_key_file(tmp_path / "vault.key")
    dump, *restore = commands("pg_dump")
    ((_, *flags),) = commands("pg_basebackup")
    copied = [flag for flag in flags if not flag.startswith("--pgdata")]
    other = own_postgres(in_memory=True)
    try:
        with loaded(url, clients, clients=2):
            done = run(dump, server, tmp_path)
            assert done.returncode == 0, done.stderr
            other.begin_from(server, copied)
        for words in restore:
            done = run(words, server, tmp_path)
            worst = BROKEN - 1 if words[:2] == ["exchange", "doctor"] else 0
            assert done.returncode <= worst, (words, done.stdout, done.stderr)
        assert [words[:2] for words in restore[-2:]] == [["exchange", "doctor"], ["exchange", "verify"]]
        urls = (server.url_of("exchange2"), other.url_of("exchange"), url)
        assert 0 < entries(urls[0]) <= entries(urls[1]) <= entries(urls[2])
    finally:
        other.stop()


def entries(url: str) -> int:
    """How many entries are proven there."""
    desk = Desk(open_store(url))
    try:
        return sum(one.entries for one in proven(desk))
    finally:
        desk.store.close()
