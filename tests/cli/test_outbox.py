"""``exchange outbox``, as typed: what waits, what was given up, and trying it again."""

import json

import pytest
from click.testing import CliRunner

from exchange.cli import main
from exchange.courier.courier import Courier
from exchange.delivery import Attempt
from exchange.desk import Desk
from exchange.store import open_store
from tests.courier.town import Notebook
from tests.desk.floor import lead

URL = "sqlite:///data/exchange.db"


@pytest.fixture(autouse=True)
def an_exchange(monkeypatch, tmp_path):
    for name in ("EXCHANGE_CONFIG", "EXCHANGE_DATABASE", "EXCHANGE_KEY_FILE", "EXCHANGE_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config.toml").write_text('[courier]\ncarrier = "file"\n')
    told("init")
    told("sector", "open", "pv")
    told("member", "join", "nord", "--name", "Nord", "--supplier")
    told("member", "join", "brandt", "--name", "Brandt", "--buyer")
    told("member", "deposit", "brandt", "500.00")


def told(*words, exit_code=0):
    shown = CliRunner().invoke(main, list(words))
    assert shown.exit_code == exit_code, shown.output
    return shown.output


def bought() -> Desk:
    desk = Desk(open_store(URL))
    desk.store.posts = True
    desk.list_leads("pv", supplier="nord", leads=[lead("L1", asked_at=desk.store.clock.now())])
    desk.buy("pv", buyer="brandt", listing_id="L1", most_cents=9_000)
    return desk


def listed(state):
    return json.loads(told("outbox", "list", state, "--json"))


def test_what_waits_in_lines_and_one_of_it_whole():
    assert told("outbox", "list") == "None.\n"
    bought()
    lines = told("outbox", "list").splitlines()
    assert len(lines) == 2
    assert any("lead.bought to brandt, tries: 0, next 2" in line for line in lines)
    (one,) = [found for found in listed("waiting") if found["topic"] == "lead.bought"]
    shown = json.loads(told("outbox", "show", one["delivery_id"]))
    assert shown == one
    assert shown["names"]["listing"] == "L1"
    assert shown["state"] == "waiting"
    assert shown["posted_at"].endswith("Z")
    assert "sent_at" not in shown


def test_what_was_given_up_is_tried_again_only_when_told_to():
    store = bought().store
    Courier(store, Notebook(Attempt("refused", "gone"), Attempt("refused", "gone"))).round()
    assert "(gone)" in told("outbox", "list", "dead")
    first, second = (found["delivery_id"] for found in listed("dead"))
    assert told("outbox", "retry", first) == "Tried again: 1.\n"
    assert "1 of these were not given up, or are unknown.\nTried again: 1.\n" in told("outbox", "retry", first, second)
    notebook = Notebook()
    Courier(store, notebook).round()
    assert set(notebook.ids) == {first, second}
    assert [found["state"] for found in listed("sent")] == ["sent", "sent"]
    assert told("outbox", "retry", "--all") == "Tried again: 0.\n"


def test_what_cannot_be_meant():
    assert "unknown delivery" in told("outbox", "show", "none", exit_code=1)
    assert "say --all" in told("outbox", "retry", exit_code=2)
    assert "say --all" in told("outbox", "retry", "--all", "x", exit_code=2)


def test_commands_that_decide_orders_write_messages_too():
    """A bid that ends while an operator's command settles the sector."""
    desk = Desk(open_store(URL))
    now = desk.store.clock.now()
    desk.place("pv", bid_id="B1", buyer="brandt", limit_cents=100, quantity=1, until_at=now + 50_000)
    while desk.store.clock.now() < now + 60_000:
        pass
    told("sector", "halt", "pv", "price feed")
    assert [found["topic"] for found in listed("waiting")] == ["bid.expired"]
