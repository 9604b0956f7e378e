"""Full disks: refused with a word on what to do, red at once, nothing acknowledged lost, and on it goes."""

import json
import time
from collections.abc import Iterator
from contextlib import suppress
from http.client import HTTPException
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from exchange.access.entrance import Entrance
from exchange.calendars import make_calendar
from exchange.cli import main
from exchange.desk import Desk
from exchange.instant import HOUR_US
from exchange.migrations import upgrade
from exchange.orderbook.order import Arm
from exchange.pricing.curve import Curve, CurveVersion, Linear
from exchange.store import Unavailable, open_store
from exchange.vault import make_key_file
from tests.crash.door import PASSWORD, Door, Told, Wanted, address_of
from tests.crash.serving import Serving
from tests.crash.smalldisk import MOUNTED, SmallDisk, kinds, small_disk
from tests.crash.walserver import WalServer
from tests.desk.floor import lead, proven
from tests.postgres import NoPostgres, binaries

CLIENTS = 5
LISTED = 200
_SLOW = CurveVersion(1, "an hour", Curve(Linear(), HOUR_US, 0, 0))


@pytest.fixture(params=kinds())
def disk(request: pytest.FixtureRequest) -> Iterator[SmallDisk]:
    """A folder that others may use too."""
    with TemporaryDirectory(prefix="leadboerse-disk-") as made:
        Path(made).chmod(0o777)
        with small_disk(Path(made), request.param) as small:
            yield small


@pytest.fixture
def wal_server(disk: SmallDisk) -> Iterator[WalServer]:
    """With its log on that disk."""
    for programs in binaries():
        with suppress(NoPostgres, OSError):
            server = WalServer(programs, disk)
            break
    else:
        pytest.fail("no PostgreSQL here")
    yield server
    server.stop()


def open_slow_market(url: str) -> Desk:
    """Five buyers, two hundred leads that fall for an hour."""
    desk = Desk(open_store(url))
    terms = {"tick_cents": 50, "most_seats": 3, "fee_bp": 1_000, "vat_bp": 1_900}
    desk.open_sector("pv", **terms, calendar=make_calendar(1, ()), arms=(Arm(_SLOW, 10_000),))
    desk.join("nord", name="Nord", supplier=True)
    for number in range(CLIENTS):
        firm = f"firm{number}"
        desk.join(firm, name=firm, buyer=True)
        desk.deposit(firm, amount_cents=10**8)
        who = {"email": address_of(number), "name": f"K {number}", "organisation": firm}
        Entrance(desk.store).add_user(**who, role="advisor", password=PASSWORD)
    now = desk.store.clock.now()
    desk.list_leads("pv", supplier="nord", leads=[lead(f"L{n}", seats=3, asked_at=now) for n in range(LISTED)])
    return desk


class Shop:
    """The web and its buyers, who take turns."""

    def __init__(self, url: str, folder: Path) -> None:
        make_key_file(folder / "vault.key")
        self.key_file = str(folder / "vault.key")
        self.serving = Serving(url, folder, workers=2)
        self.serving.start()
        self.doors = [Door(self.serving.port, number) for number in range(CLIENTS)]
        for door in self.doors:
            door.enter()
        self.told: dict[str, Told] = {}
        self._drawn = 0

    def buy(self) -> tuple[Door, Wanted, Told | None]:
        """The next purchase by the next buyer; None where no answer came."""
        self._drawn += 1
        door = self.doors[self._drawn % CLIENTS]
        wanted = Wanted(f"key-{self._drawn:08}", f"L{self._drawn}", 9_000)
        return door, wanted, self.ask(door, wanted)

    def ask(self, door: Door, wanted: Wanted) -> Told | None:
        try:
            told = door.buy(wanted)
        except (OSError, HTTPException):
            return None
        if told.status == 200:
            self.told[wanted.key] = told
        return told

    def until_refused(self) -> tuple[Door, Wanted]:
        """Buy until something else than a seat or "too many" is answered: that must be 503."""
        for _ in range(LISTED):
            door, wanted, told = self.buy()
            if told is None or told.status not in (200, 429):
                assert told is not None, "no answer at all"
                assert (told.status, told.code) == (503, "unavailable"), (told, self.serving.log()[-2000:])
                return door, wanted
            if told.status == 429:
                time.sleep(0.2)
        raise AssertionError("the disk was never full")

    def ready(self) -> tuple[int, dict]:
        status, _, body = self.doors[0].ask("GET", "/readyz")
        return status, json.loads(body)

    def until_ready_is(self, wanted: int) -> tuple[float, dict]:
        began = time.monotonic()
        while True:
            status, said = self.ready()
            if status == wanted:
                return time.monotonic() - began, said
            assert time.monotonic() < began + 90, said
            time.sleep(0.2)

    def processes(self) -> list[int]:
        return [self.serving.parent, *self.serving.workers()]


def all_there(desk: Desk, told: dict[str, Told]) -> None:
    """Every sale that was acknowledged is in its row, and everything proves."""
    desk.store.forget_books()
    with desk.store.read() as connection:
        rows = {row.sale_id: row.ask_cents for row in connection.execute(text("SELECT sale_id, ask_cents FROM sales"))}
    assert {one.sale: one.ask_cents for one in told.values()}.items() <= rows.items()
    proven(desk)


def again_until_bought(shop: Shop, door: Door, wanted: Wanted) -> float:
    """With the same key; returns how long it took."""
    began = time.monotonic()
    while (told := shop.ask(door, wanted)) is None or told.status != 200:
        assert time.monotonic() < began + 90, (told, shop.serving.log()[-2000:])
        time.sleep(0.2)
    return time.monotonic() - began


def test_a_full_disk_under_sqlite(disk: SmallDisk, tmp_path: Path) -> None:
    url = f"sqlite:///{disk.folder}/market.db"
    upgrade(url)
    desk = open_slow_market(url)
    shop = Shop(url, tmp_path)
    try:
        for _ in range(3):
            assert shop.buy()[2].status == 200
        disk.fill(shop.processes(), left_bytes=128 << 10)
        door, refused = shop.until_refused()
        status, _, body = door.ask("GET", "/healthz")
        assert (status, body) == (200, b"ok\n")
        red_s, said = shop.until_ready_is(503)
        assert [one["check"] for one in said["checks"] if one["state"] == "broken"] == ["writing"], said
        if disk.kind == MOUNTED:
            assert "make room" in str(said)
            doctor = CliRunner().invoke(main, ["doctor", "--database", url, "--key-file", shop.key_file])
            assert doctor.exit_code == 2
            assert "the disk of the database is full: make room" in doctor.output
        disk.empty(shop.processes())
        back_s = again_until_bought(shop, door, refused)
        shop.until_ready_is(200)
        assert shop.serving.stop()[0] == 0
    finally:
        if shop.serving.workers():
            shop.serving.kill_all()
    print(f"red after {red_s:.1f} s, selling again {back_s:.1f} s after there was room; {len(shop.told)} bought")
    with desk.store.read() as connection:
        assert connection.execute(text("PRAGMA integrity_check")).scalar_one() == "ok"
    all_there(desk, shop.told)
    desk.store.close()


def list_for_ever(desk: Desk, listed: list[str]) -> None:
    """Batch after batch; names are noted once they are answered."""
    for number in count():
        batch = [lead(f"M{number}-{n}", asked_at=desk.store.clock.now()) for n in range(20)]
        desk.list_leads("pv", supplier="nord", leads=batch)
        listed += [one.listing_id for one in batch]


@pytest.mark.postgres
def test_a_full_disk_under_the_log_of_postgresql(disk: SmallDisk, wal_server: WalServer, tmp_path: Path) -> None:
    """The server gives up; with room and started again it has everything that was acknowledged, and sells."""
    wal_server.create("market")
    url = wal_server.url_of("market")
    upgrade(url)
    desk = open_slow_market(url)
    shop, listed = Shop(url, tmp_path), list[str]()
    try:
        for _ in range(3):
            assert shop.buy()[2].status == 200
        wal_server.fill_disk()
        with pytest.raises(Unavailable):
            list_for_ever(desk, listed)
        red_s, _ = shop.until_ready_is(503)
        door, refused, told = shop.buy()
        assert told is not None
        assert (told.status, told.code) == (503, "unavailable")
        doctor = CliRunner().invoke(main, ["doctor", "--database", url, "--key-file", shop.key_file])
        assert doctor.exit_code == 2
        wal_server.start_again()
        back_s = again_until_bought(shop, door, refused)
        shop.until_ready_is(200)
        assert shop.serving.stop()[0] == 0
    finally:
        if shop.serving.workers():
            shop.serving.kill_all()
    print(f"red after {red_s:.1f} s, selling again {back_s:.1f} s after the server was; {len(listed)} listed")
    all_there(desk, shop.told)
    with desk.store.read() as connection:
        there = set(connection.execute(text("SELECT listing_id FROM listings")).scalars())
    assert set(listed) <= there
    desk.store.close()
