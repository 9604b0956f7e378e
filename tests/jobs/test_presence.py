"""Signs of life: written now and then, gone after an end in order, forgotten a day after any other."""

import pytest

from exchange.instant import DAY_US, SECOND_US
from exchange.jobs.presence import Presence
from exchange.reports.outbox import job_processes
from tests.desk.floor import clock_of, open_house, wait

pytestmark = pytest.mark.usefixtures("engine")


@pytest.fixture
def desk(url):
    desk = open_house(url)
    yield desk
    desk.store.close()


def alive(desk):
    with desk.store.read() as connection:
        return job_processes(connection, clock_of(desk).at_us)


def test_a_process_says_what_it_is_and_since_when(desk):
    began = clock_of(desk).at_us
    presence = Presence(desk.store, "jobs", "file", beat_s=0.0)
    presence.beat()
    wait(desk, 30 * SECOND_US)
    (one,) = alive(desk)
    assert (one.kind, one.carrier, one.started_at, one.silent_us) == ("jobs", "file", began, 30 * SECOND_US)
    presence.beat()
    assert [found.silent_us for found in alive(desk)] == [0]
    presence.leave()
    assert alive(desk) == []


def test_it_says_so_now_and_then_only(desk):
    presence = Presence(desk.store, "jobs", "none")
    presence.beat()
    wait(desk, SECOND_US)
    presence.beat()
    assert [one.silent_us for one in alive(desk)] == [SECOND_US]


def test_two_processes_are_two(desk):
    for kind in ("jobs", "serve"):
        Presence(desk.store, kind, "none").beat()
    assert sorted(one.kind for one in alive(desk)) == ["jobs", "serve"]


def test_who_was_silent_for_a_day_is_forgotten(desk):
    Presence(desk.store, "jobs", "none").beat()
    wait(desk, DAY_US)
    Presence(desk.store, "jobs", "none").beat()
    assert len(alive(desk)) == 2
    wait(desk, 1)
    Presence(desk.store, "jobs", "none").beat()
    assert len(alive(desk)) == 2


def test_the_host_is_not_named(desk, monkeypatch):
    monkeypatch.setattr("exchange.jobs.presence.gethostname", lambda: "laptop-of-kim")
    Presence(desk.store, "jobs", "none").beat()
    assert "kim" not in repr(alive(desk))


def test_a_database_that_does_not_answer_ends_nothing(desk, monkeypatch, caplog):
    presence = Presence(desk.store, "jobs", "none", beat_s=0.0)
    presence.beat()
    monkeypatch.setattr(desk.store, "write_aside", None)
    presence.beat()
    presence.leave()
    assert "no sign of life could be written" in caplog.text
    assert "the end could not be written" in caplog.text
