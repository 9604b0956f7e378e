"""Runs are their users' own, kept a week, and one at a time."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from exchange.background.runs import KEPT_US, PROGRESS, REPORT, Runs, write
from exchange.desk import Conflict
from exchange.errors import Unknown
from exchange.instant import MINUTE_US, SECOND_US
from tests.desk.floor import clock_of, open_house


@dataclass(frozen=True)
class Asked:
    """A question."""

    text: str

    def to_payload(self) -> dict[str, Any]:
        return {"text": self.text}


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Runs[Asked]:
    monkeypatch.setattr(Runs, "_start", lambda _self, _folder: None)
    store = open_house("sqlite://").store
    return Runs(tmp_path, store, module="nobody", noun="question", read_asked=lambda told: Asked(**told), most_kept=2)


def test_a_run_is_its_users_own_kept_a_week_and_one_at_a_time(runs: Runs[Asked]) -> None:
    clock = clock_of(runs._store)
    run = runs.begin("anna", Asked("why"))
    assert runs.find("anna", run.run_id).asked == Asked("why")
    with pytest.raises(Unknown):
        runs.find("bert", run.run_id)
    with pytest.raises(Conflict):
        runs.begin("anna", Asked("how"))
    assert run.rest_us is None, "nothing is done yet"
    write(run.folder / PROGRESS, {"at": run.begun_at + 10 * SECOND_US, "done": 20, "total": 80})
    assert runs.find("anna", run.run_id).rest_us == 30 * SECOND_US
    runs.begin("bert", Asked("when"))
    runs.stop("anna", run.run_id)
    assert (run.folder / "stop").exists()
    clock.at_us += 5 * MINUTE_US
    assert runs.find("anna", run.run_id).cause == "silent", "its process has not said a word"
    runs.begin("anna", Asked("how"))
    clock.at_us += KEPT_US + 1
    assert runs.of("anna") == []


def test_of_many_the_last_are_kept_and_a_key_finds_its_own(runs: Runs[Asked]) -> None:
    clock = clock_of(runs._store)
    for number in range(3):
        run = runs.begin("anna", Asked(str(number)), key=f"key-{number}")
        write(run.folder / REPORT, {"answer": number})
        clock.at_us += SECOND_US
    assert [run.report["answer"] for run in runs.of("anna")] == [2, 1]
    found = runs.of_key("anna", "key-2")
    assert found is not None
    assert found.asked == Asked("2")
    assert runs.of_key("anna", "key-0") is None, "only two are kept"
    assert runs.of_key("bert", "key-2") is None
