"""What all tests share: how hard hypothesis tries, which database they run on, which of them one process takes
together, and that no missing browser or PostgreSQL is overlooked.

EXCHANGE_TESTS_MUST_RUN=1 turns a skip for want of either into a failure: the gate may not pass by not looking.
"""

import gc
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from xdist.scheduler import LoadScopeScheduling

from exchange.store import heartbeat, postgres
from tests.databases import DATABASES, POSTGRES, SQLITE
from tests.postgres import NO_POSTGRES, NoPostgres, binaries

MUST_RUN = os.environ.get("EXCHANGE_TESTS_MUST_RUN", "0") not in ("", "0")

heartbeat.SILENT_MS = 30_000  # a crowded machine may let a test stand still for longer; processes keep the house's
postgres.COMMIT_S = 120  # the same for its server

settings.register_profile("home", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("gate", parent=settings.get_profile("home"), derandomize=True, database=None)
settings.load_profile("gate" if MUST_RUN or os.environ.get("CI") else "home")

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
NO_BROWSER = "NOT TESTED IN A BROWSER: install Debian's chromium package, or name one in EXCHANGE_CHROMIUM"


def chromium() -> str | None:
    """The browser of this machine: EXCHANGE_CHROMIUM, or the first known name on the path."""
    named = os.environ.get("EXCHANGE_CHROMIUM")
    return named or next((found for name in BROWSERS if (found := shutil.which(name))), None)


GROUPS = {
    "failpoints": {"test_failpoints.py"},
    "browser": {"browser"},
    "crash": {"crash"},
    "contention": {"contention"},
    "exports": {"export", "test_analysis.py"},
}
"""Folders and files of which one process takes all tests; the first name that fits counts."""
FIRST = ("browser", "crash", "contention", "failpoints", "exports")
"""What takes longest begins first."""
APART = {"test_scripts.py", "test_books.py"}
"""Files of which every test may run anywhere: they come last, so that all processes end together."""

NOT_ALONE = {"browser", "crash", "web", "test_serve.py", "test_heartbeat.py", "test_postgres.py"}
"""Folders and files whose tests wait for browsers, servers and killed processes on a crowded machine, or read pages
that bear the second they were made in and names drawn by chance.

Such a test may fail for reasons of the machine: it gets one more try, at most three of them in a run, and what stopped
the first one is printed with it, to be looked into. In `crash` an assertion is what was found wrong with money, sales
or the tape: that counts at once.
"""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    """Where tests run in parallel, those in a browser stay in one process, and so do those that start many: a machine
    has room for few of them. The tests of any other file stay together too: they share what it makes once.
    """
    config.option.loadscopereorder = False
    return Grouped(config, log)


def _scope(nodeid: str) -> str:
    parts = nodeid.split("::", 1)[0].split("/")
    group = next((name for name, known in GROUPS.items() if not known.isdisjoint(parts)), None)
    return group or (nodeid if parts[-1] in APART else "/".join(parts))


class Grouped(LoadScopeScheduling):  # type: ignore[misc]
    """Begins with what is first in the collection."""

    def _split_scope(self, nodeid: str) -> str:
        return _scope(nodeid)


def _once_more(item: pytest.Item) -> None:
    parts = NOT_ALONE.intersection(item.path.parts)
    if parts:
        item.add_marker(pytest.mark.flaky(reruns=1, rerun_except=["AssertionError"] if "crash" in parts else []))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Large groups first, what is apart last."""
    for item in items:
        _once_more(item)

    def place(item: pytest.Item) -> int:
        if item.path.name in APART:
            return len(FIRST) + 1
        scope = _scope(item.nodeid)
        return FIRST.index(scope) if scope in FIRST else len(FIRST)

    items.sort(key=place)


def pytest_collection_finish() -> None:
    """What thousands of collected tests and their modules hold stays to the end: no collection looks at it again."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Browser tests need a browser; say so, loudly."""
    if item.get_closest_marker("browser") and chromium() is None:
        if MUST_RUN:
            pytest.fail(NO_BROWSER, pytrace=False)
        pytest.skip(NO_BROWSER)


ENGINES = [SQLITE, pytest.param(POSTGRES, marks=pytest.mark.postgres)]


@pytest.fixture(scope="module", params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Iterator[str]:
    """The database this test runs on: each test that asks for it runs on both, and finds its markets there."""
    if request.param == POSTGRES:
        _need_postgres()
    DATABASES.engine = request.param
    with DATABASES.lent():
        yield request.param
    DATABASES.engine = SQLITE


@pytest.fixture(autouse=True)
def _databases() -> Iterator[None]:
    """What one test makes, the next does not find."""
    with DATABASES.lent():
        yield


@pytest.fixture
def url(engine: str, tmp_path: Path) -> str:
    """An empty database that several threads, processes or stores may open."""
    return DATABASES.fresh(tmp_path)


@pytest.fixture
def on_postgres() -> Iterator[None]:
    """For a test that runs on PostgreSQL only."""
    _need_postgres()
    DATABASES.engine = POSTGRES
    yield
    DATABASES.engine = SQLITE


@pytest.fixture
def own_servers() -> None:
    """For a test that starts servers of its own, and kills them."""
    if not any((folder / "initdb").is_file() for folder in binaries()):
        _without(NO_POSTGRES)


def _need_postgres() -> None:
    try:
        _ = DATABASES.server
    except NoPostgres as error:
        _without(str(error))


def _without(reason: str) -> None:
    if MUST_RUN:
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def pytest_unconfigure() -> None:
    """A PostgreSQL that was started ends with the tests."""
    DATABASES.close()
