"""``exchange backup``: taken while everybody trades, restored elsewhere, proven, and gone on with."""

import stat
from pathlib import Path
from shutil import copyfile
from threading import Event, Thread

import pytest
from click.testing import CliRunner

from exchange.cli import main
from exchange.cli.backup import backup
from exchange.desk import Desk
from exchange.errors import ConfigError
from exchange.migrations import upgrade
from exchange.store import open_store
from exchange.store.copying import back_up
from exchange.store.engine import connect, writing
from tests.crash.market import Wisher, open_quick_market
from tests.desk.floor import proven

ROUNDS = 20
TRADERS = 3


@pytest.fixture
def url(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path}/exchange.db"
    upgrade(url)
    open_quick_market(url).store.close()
    return url


def run(*arguments: object, exit_code: int = 0) -> str:
    shown = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert shown.exit_code == exit_code, shown.output
    return shown.output


class Traders:
    """Threads that trade on one desk; what was acknowledged is counted."""

    def __init__(self, url: str) -> None:
        self.desk = open_store(url)
        self.acknowledged: list[tuple[str, int]] = []
        self._stop = Event()
        self._threads = [Thread(target=self._trade, args=(f"t{n}",)) for n in range(TRADERS)]

    def __enter__(self) -> "Traders":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()
        self.desk.close()

    def _trade(self, name: str) -> None:
        desk, wisher = Desk(self.desk), Wisher(name, name)
        while not self._stop.wait(0.005):
            wish = wisher.draw(desk, 1)
            for answer in (told := wish.ask(desk)):
                if len(answer) == 2:
                    self.acknowledged.append((answer[0], answer[1][-1][1]))
            wisher.learn(wish, told)


def restored(file: Path, folder: Path) -> Desk:
    """The backup as a database of its own, in another place."""
    folder.mkdir()
    copyfile(file, folder / "exchange.db")
    upgrade(f"sqlite:///{folder}/exchange.db")
    return Desk(open_store(f"sqlite:///{folder}/exchange.db"))


def test_a_backup_of_a_busy_exchange_is_whole_twenty_times(url: str, tmp_path: Path) -> None:
    entries = []
    with Traders(url) as traders:
        for n in range(ROUNDS):
            told = list(traders.acknowledged)
            file = tmp_path / f"backup-{n}.db"
            back_up(traders.desk.engine, file)
            desk = restored(file, tmp_path / f"restored-{n}")
            tapes = {one.sector: one.entries for one in proven(desk)}
            assert [(sector, seq) for sector, seq in told if tapes[sector] < seq] == [], "an acknowledged order is lost"
            assert desk.deposit("anna", amount_cents=100, key="after the fire").refused is None
            proven(desk)
            desk.store.close()
            entries.append(sum(tapes.values()))
    assert entries == sorted(entries)
    assert len(set(entries)) > ROUNDS // 2, "nobody traded meanwhile"


def test_as_typed(url: str, tmp_path: Path) -> None:
    file = tmp_path / "backups" / "monday.db"
    said = run("backup", file, "--database", url)
    assert "18 entries verified" in said
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [one.name for one in file.parent.iterdir()] == ["monday.db"]
    assert "exists already" in run("backup", file, "--database", url, exit_code=2)
    assert "verified" not in run("backup", tmp_path / "quick.db", "--database", url, "--no-verify")


def test_a_database_that_differs_is_copied_and_named(url: str, tmp_path: Path) -> None:
    store = open_store(url)
    with writing(store.engine) as connection:
        connection.exec_driver_sql("UPDATE wallets SET balance_cents = balance_cents + 1 WHERE organisation = 'anna'")
    store.close()
    said = run("backup", tmp_path / "odd.db", "--database", url, exit_code=1)
    assert "differs: wallet anna: holds 100000001" in said
    assert (tmp_path / "odd.db").exists()


def test_what_cannot_be_copied_leaves_nothing_behind(tmp_path: Path) -> None:
    file = tmp_path / "pg.db"
    with pytest.raises(ConfigError, match="PostgreSQL has pg_basebackup"):
        back_up(connect("postgresql+psycopg://exchange@db.example/exchange"), file)
    assert list(tmp_path.iterdir()) == []
    assert backup.name == "backup"
