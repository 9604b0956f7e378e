"""A run's process leaves a report, or in one word why there is none."""

from pathlib import Path
from typing import Any

import pytest

from exchange.background import work
from exchange.background.runs import ASKED, GONE, PROGRESS, REPORT, STOP, read, write
from exchange.background.work import Reporting, run
from exchange.errors import Invalid
from exchange.store import Store, open_store


@pytest.fixture
def url(tmp_path: Path) -> str:
    found = f"sqlite:///{tmp_path / 'house.db'}"
    open_store(found, create=True).close()
    return found


def answer(store: Store, asked: dict[str, Any], reporting: Reporting) -> dict[str, Any]:
    reporting(1, 2)
    if "wrong" in asked:
        raise (asked["wrong"] and Invalid("period", "none")) or ZeroDivisionError
    return {"asked": asked, "now": store.now() > 0}


def cause(wrong: Exception) -> str | None:
    return "nothing" if isinstance(wrong, Invalid) else None


@pytest.mark.parametrize(
    ("asked", "stopped", "left"),
    [
        ({"a": 1}, False, {"asked": {"a": 1}, "now": True}),
        ({"wrong": True}, False, {"cause": "nothing"}),
        ({"wrong": False}, False, {"cause": "error"}),
        ({"a": 1}, True, {"cause": "stopped"}),
    ],
)
def test_a_run_ends_with_one_word(tmp_path: Path, url: str, asked: dict[str, Any], stopped: bool, left: object) -> None:
    write(tmp_path / ASKED, {"asked": asked})
    if stopped:
        (tmp_path / STOP).touch()
    run(tmp_path, url, answer, cause)
    assert read(tmp_path / (GONE if "cause" in str(left) else REPORT)) == left
    assert (tmp_path / PROGRESS).exists() is not stopped


def test_a_run_ends_with_the_house_that_began_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reporting = Reporting(tmp_path, lambda: 7)
    reporting(1, 2)
    assert read(tmp_path / PROGRESS) == {"at": 7, "done": 1, "total": 2}
    reporting(2, 2)
    assert read(tmp_path / PROGRESS)["done"] == 1, "not more often than is looked at"
    monkeypatch.setattr(work, "EVERY_S", 0)
    monkeypatch.setattr(work.os, "getppid", lambda: -1)
    with pytest.raises(work.Stopped):
        reporting(2, 2)
