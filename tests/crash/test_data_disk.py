"""Full disks under PostgreSQL's tables and temporary files (C8): red, nothing lost, green with room and no repair."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from exchange.cli import main
from exchange.desk import Desk
from exchange.migrations import upgrade
from exchange.reports.health import BROKEN, OK, check_writing
from exchange.store import Unavailable, open_store
from tests.crash.dataserver import DataServer
from tests.crash.smalldisk import MOUNTED, SmallDisk, kinds, small_disk
from tests.desk.floor import lead, open_market, proven
from tests.postgres import NO_POSTGRES, NoPostgres, binaries

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.skipif(
        MOUNTED not in kinds(), reason="NOT TESTED: a full disk of PostgreSQL's data; mounting needs root"
    ),
]
FULL = "the disk of the database is full: make room on it"
MANY = "WITH many AS MATERIALIZED (SELECT repeat('x', 8192) FROM generate_series(1, {})) SELECT count(*) FROM many"


@contextmanager
def disk_of(mb: int) -> Iterator[SmallDisk]:
    with TemporaryDirectory(prefix="leadboerse-disk-") as made:
        Path(made).chmod(0o777)
        with small_disk(Path(made), MOUNTED, mb=mb) as disk:
            yield disk


@pytest.fixture
def disk() -> Iterator[SmallDisk]:
    with disk_of(96) as small:
        yield small


@pytest.fixture
def server(disk: SmallDisk) -> Iterator[DataServer]:
    for programs in binaries():
        with suppress(NoPostgres, OSError):
            server = DataServer(programs, disk)
            break
    else:
        pytest.fail(NO_POSTGRES)
    yield server
    server.stop()


@pytest.fixture
def desk(server: DataServer) -> Iterator[Desk]:
    server.create("market")
    upgrade(server.url_of("market"))
    opened = open_market(server.url_of("market"))
    yield opened
    opened.store.close()


def list_until_refused(desk: Desk, listed: list[str]) -> tuple[str, str]:
    """One lead after the other, each with its key; the one that was refused, and why."""
    for number in range(len(listed), 5_000):
        name = f"L{number}"
        try:
            desk.list_leads("pv", supplier="nord", leads=[lead(name)], key=name)
        except Unavailable as error:
            return name, str(error)
        listed.append(name)
    raise AssertionError("the disk was never full")


def test_full_disks_under_tables_and_temporary_files(server: DataServer, desk: Desk, disk: SmallDisk) -> None:
    listed = ["L0"]
    desk.list_leads("pv", supplier="nord", leads=[lead("L0", seats=3)])
    assert check_writing(desk.store).state == OK
    disk.fill([], left_bytes=64 << 10)
    refused, why = list_until_refused(desk, listed)
    assert FULL in why
    for _ in range(2):  # what small writes still find a place for proves nothing
        said = check_writing(desk.store)
        assert (said.state, FULL in said.says) == (BROKEN, True)
        with desk.store.write_aside() as connection:
            connection.execute(text("UPDATE heads SET head_seq = 0 WHERE false"))
    other = open_store(server.url_of("market"))
    assert check_writing(other).state == BROKEN, "a process that has asked for nothing yet"
    other.close()
    doctor = CliRunner().invoke(main, ["doctor", "--database", server.url_of("market")])
    assert (doctor.exit_code, FULL in doctor.output) == (2, True)
    disk.empty([])
    assert check_writing(desk.store).state == OK
    (again,) = desk.list_leads("pv", supplier="nord", leads=[lead(refused)], key=refused)
    assert again.replayed is False
    _a_server_that_dies_full_has_all(server, desk, disk, [*listed, refused])
    _big_questions_without_room_stop_no_sale(server, desk)


def _a_server_that_dies_full_has_all(server: DataServer, desk: Desk, disk: SmallDisk, listed: list[str]) -> None:
    disk.fill([])
    refused, _ = list_until_refused(desk, listed)
    server.kill()
    disk.empty([])
    server.start()
    desk.store.engine.dispose()
    with desk.store.read() as connection:
        assert set(connection.execute(text("SELECT listing_id FROM listings")).scalars()) == set(listed)
    desk.list_leads("pv", supplier="nord", leads=[lead(refused)], key=refused)
    proven(desk)


def _big_questions_without_room_stop_no_sale(server: DataServer, desk: Desk) -> None:
    """Temporary files on a disk of their own, which is full."""
    with disk_of(4) as aside:
        server.tell(f"CREATE TABLESPACE aside LOCATION '{server.owned(aside.folder / 'temp')}'")
        server.tell("ALTER DATABASE market SET temp_tablespaces = 'aside'")
        desk.store.engine.dispose()
        with pytest.raises(Unavailable, match=FULL), desk.store.read() as connection:
            connection.execute(text(MANY.format(2_000)))
        with desk.store.read() as connection:
            assert connection.execute(text(MANY.format(20))).scalar_one() == 20
        assert desk.buy("pv", buyer="anna", listing_id="L0", most_cents=9_000).fills
        assert check_writing(desk.store).state == OK
        proven(desk)
        server.tell("ALTER DATABASE market RESET temp_tablespaces", "DROP TABLESPACE aside")
