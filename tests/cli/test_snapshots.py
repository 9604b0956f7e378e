"""``exchange snapshots`` and ``exchange replay``, as typed."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from exchange.cli import main
from exchange.instant import MINUTE_US, to_text
from exchange.store.engine import connect, writing
from tests.desk.floor import MORNING, Trader, offer, open_market, wait


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A morning, so that it lies in a file."""
    url = f"sqlite:///{tmp_path_factory.mktemp('past')}/market.db"
    desk = open_market(url)
    offer(desk, "L1")
    wait(desk, MINUTE_US)
    desk.buy("pv", buyer="anna", listing_id="L1", most_cents=9_000)
    Trader(desk, 4).trade(80)
    desk.store.close()
    return url


def typed(*words: str) -> Result:
    return CliRunner().invoke(main, list(words))


def test_they_are_made_checked_and_made_again_where_they_were_changed(url: str) -> None:
    assert typed("snapshots", "--database", url).output == ""
    made = typed("snapshots", "--make", "--every", "100", "--check", "--database", url)
    assert made.exit_code == 0, made.output
    assert made.stdout.splitlines()[-1] == "ok"
    first = made.stdout.splitlines()[0].split()
    assert first[0] == "pv"
    assert int(first[1]) >= 100
    with writing(connect(url)) as connection:
        connection.execute(text("UPDATE snapshots SET content = substr(content, 1, 400)"))
    mended = typed("snapshots", "--check", "--database", url)
    assert (mended.exit_code, "replaced: pv" in mended.stderr) == (1, True)
    assert typed("snapshots", "--check", "--database", url).stdout == made.stdout
    assert typed("snapshots", "--clear", "--database", url).output == ""


def test_an_instant_as_it_stood(url: str) -> None:
    at = to_text(MORNING + MINUTE_US - 1)
    before = json.loads(typed("replay", "--at", at, "--json", "--database", url).stdout)
    assert [one["listing_id"] for one in before["sectors"]["pv"]["board"]] == ["L1"]
    assert before["sectors"]["pv"]["open"] == 1
    after = json.loads(typed("replay", "--at", to_text(MORNING + MINUTE_US), "--json", "--database", url).stdout)
    assert after["sectors"]["pv"]["board"] == []
    spent = [
        one["wallet_cents"] for told in (before, after) for one in told["wallets"] if one["organisation"] == "anna"
    ]
    assert spent[0] > spent[1]
    shown = typed("replay", "--at", at, "--database", url).output
    assert "1 open" in shown
    assert "L1" in shown


def test_a_stretch_is_played_and_summed_up(url: str, tmp_path: Path) -> None:
    stretch = ("--sector", "pv", "--from", to_text(MORNING), "--to", to_text(MORNING + 2 * MINUTE_US))
    lines = typed("replay", *stretch, "--json", "--database", url).stdout.splitlines()
    told = [json.loads(line) for line in lines]
    assert [one["kind"] for one in told[:-1] if one.get("listing_id") == "L1"] == ["listed", "filled"]
    assert told[-1]["summary"]["filled"] >= 1
    played = typed("replay", *stretch, "--speed", "100000", "--database", url)
    assert played.exit_code == 0, played.output
    assert "filled" in played.output.splitlines()[-1]


def test_what_makes_no_sense_is_refused(url: str) -> None:
    for wrong in ((), ("--at", "noon"), ("--from", "2026-03-02T09:00", "--to", "2026-03-02T10:00")):
        assert typed("replay", *wrong, "--database", url).exit_code == 2
    assert typed("replay", "--at", "2026-03-02T09:00", "--sector", "xx", "--database", url).exit_code == 1
