"""Who works beside the orders: alarm clock and courier, started and stopped together, as the settings want it."""

import time
from dataclasses import replace

import pytest

from exchange.config import Config, CourierSettings, JobsSettings
from exchange.errors import ConfigError
from exchange.jobs.crew import make_crew
from exchange.reports.outbox import job_processes, post_figures
from tests.courier.town import bought
from tests.desk.floor import clock_of, open_market
from tests.hooks.firm import house, webhook
from tests.hooks.receiver import receiving

pytestmark = pytest.mark.usefixtures("engine")


@pytest.fixture
def desk(url):
    desk = open_market(url)
    desk.store.posts = True
    yield desk
    desk.store.close()


def config(**courier) -> Config:
    return replace(Config(), jobs=JobsSettings(10, 50), courier=CourierSettings(**courier))


def seen(desk):
    with desk.store.read() as connection:
        now = clock_of(desk).at_us
        kinds = [(one.kind, one.carrier) for one in job_processes(connection, now)]
        return kinds, post_figures(connection, now).waiting


def until(desk, wanted):
    last = time.monotonic() + 60
    while seen(desk) != wanted and time.monotonic() < last:
        time.sleep(0.02)
    assert seen(desk) == wanted


def test_messages_leave_and_the_process_is_seen_until_it_ends(desk, tmp_path):
    bought(desk, "L1")
    assert seen(desk) == ([], 2)
    crew = make_crew(desk, config(carrier="file", spool=tmp_path / "spool"), "jobs")
    crew.start()
    try:
        until(desk, ([("jobs", "file")], 0))
    finally:
        crew.stop()
    assert seen(desk) == ([], 0)
    (file,) = (tmp_path / "spool").iterdir()
    assert len(file.read_text().splitlines()) == 2


def test_without_a_carrier_there_is_no_courier(desk):
    bought(desk, "L1")
    crew = make_crew(desk, config(), "serve")
    crew.start()
    try:
        until(desk, ([("serve", "none")], 2))
    finally:
        crew.stop()


def test_unsafe_settings_are_refused_before_anything_starts(desk):
    with pytest.raises(ConfigError, match=r"courier\.mail_security"):
        make_crew(desk, config(carrier="mail", mail_host="mail.example", mail_security="plain"), "jobs")


def test_webhooks_are_called_where_the_settings_say_so(url):
    desk = house(url)
    with receiving() as receiver:
        webhook(desk, receiver.url)
        bought(desk, "L1")
        crew = make_crew(desk, config(hooks=True, hooks_local=True), "jobs")
        crew.start()
        try:
            last = time.monotonic() + 60
            while not receiver.got and time.monotonic() < last:
                time.sleep(0.02)
        finally:
            crew.stop()
        assert len(receiver.got) == 1
        desk.store.vault = None
        with pytest.raises(ConfigError, match="vault"):
            make_crew(desk, config(hooks=True), "jobs")
        with pytest.raises(ConfigError, match="hook_ports"):
            make_crew(desk, config(hooks=True, hook_ports="https"), "jobs")
    desk.store.close()
