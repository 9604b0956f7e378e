import pytest

from exchange.reports.health import BROKEN, OK, WARNING
from exchange.reports.standby import BEHIND_BYTES, Standbys, check_standbys, standbys, wanted_by
from tests.desk.floor import open_market


@pytest.mark.parametrize(
    ("names", "wanted"),
    [("", 0), ("*", 1), ("db2, db3", 1), ("2 (db2, db3)", 2), ("ANY 2 (a, b, c)", 2), ("first 1 (a, b)", 1)],
)
def test_how_many_must_confirm(names: str, wanted: int) -> None:
    assert wanted_by(names) == wanted


@pytest.mark.parametrize(
    ("found", "state", "word"),
    [
        (Standbys(0, 0, 0), OK, "none does"),
        (Standbys(1, 1, 1, "db2", BEHIND_BYTES), OK, "synchronous: 1"),
        (Standbys(1, 2, 1, "db3", BEHIND_BYTES + 1), WARNING, "db3 has 64 MiB"),
        (Standbys(2, 1, 1, "db2", 0), BROKEN, "so no commit is confirmed"),
        (Standbys(1, 0, 0), BROKEN, "start what is missing"),
    ],
)
def test_whether_commits_are_confirmed(found: Standbys, state: str, word: str) -> None:
    said = check_standbys(found)
    assert (said.check, said.state) == ("standby", state)
    assert word in said.says


@pytest.mark.usefixtures("engine")
def test_a_server_alone_misses_nobody(engine: str) -> None:
    store = open_market().store
    with store.read() as connection:
        assert standbys(connection) == (None if engine == "sqlite" else Standbys(0, 0, 0))
