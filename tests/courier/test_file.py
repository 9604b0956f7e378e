"""The carrier into a folder: whole lines, readable by their owner only, and what it says of a disk that refuses."""

import json
import os
from threading import Thread

import pytest

from exchange.clock import SetClock
from exchange.courier.file import UNWRITABLE, FileCarrier
from exchange.delivery import Attempt, Message
from exchange.instant import DAY_US, from_text

NOW = from_text("2026-03-02T23:59:59Z")


def message(number: int = 1) -> Message:
    names = {"listing": "L1", "sale": f"pv-{number}"}
    return Message(f"id-{number}", "lead.bought", "brandt", "buyer", "pv", number, NOW, names)


@pytest.fixture
def carrier(tmp_path):
    return FileCarrier(tmp_path / "spool" / "out", SetClock(NOW))


def test_a_message_is_a_line_and_a_day_a_file(tmp_path, carrier):
    assert carrier.deliver(message()) == Attempt("carried")
    carrier._clock.at_us += DAY_US
    carrier.deliver(message(2))
    first, second = sorted((tmp_path / "spool" / "out").iterdir())
    assert (first.name, second.name) == ("messages-2026-03-02.jsonl", "messages-2026-03-03.jsonl")
    assert json.loads(first.read_text()) == {
        "id": "id-1",
        "topic": "lead.bought",
        "organisation": "brandt",
        "side": "buyer",
        "sector": "pv",
        "seq": 1,
        "at": "2026-03-02T23:59:59.000000Z",
        "names": {"listing": "L1", "sale": "pv-1"},
    }
    assert first.stat().st_mode & 0o777 == 0o600


def test_lines_of_several_couriers_do_not_mix(tmp_path, carrier):
    threads = [Thread(target=lambda: [carrier.deliver(message(n)) for n in range(30)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (file,) = (tmp_path / "spool" / "out").iterdir()
    assert len([json.loads(line) for line in file.read_text().splitlines()]) == 120


def test_a_folder_that_cannot_be_made_is_a_failure(tmp_path):
    (tmp_path / "taken").write_text("a file")
    assert FileCarrier(tmp_path / "taken" / "out", SetClock(NOW)).deliver(message()) == Attempt("failed", UNWRITABLE)


def test_half_a_line_is_taken_back(tmp_path, carrier, monkeypatch):
    carrier.deliver(message())
    write = os.write
    monkeypatch.setattr(os, "write", lambda place, line: write(place, line[:10]))
    assert carrier.deliver(message(2)).result == "failed"
    monkeypatch.undo()
    carrier.deliver(message(3))
    (file,) = (tmp_path / "spool" / "out").iterdir()
    assert [json.loads(line)["seq"] for line in file.read_text().splitlines()] == [1, 3]
