"""A whole back-test over a market traded at the desk: checked, compared, told."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from exchange.backtest.kept import Kept
from exchange.backtest.report import LEFT_OUT, Asked, Report, back_test
from exchange.backtest.scenario import OWN, Scenario
from exchange.cli import main
from exchange.cli.backtest_text import LEFT_OUT as SAID
from exchange.cli.backtest_text import as_text
from exchange.errors import Invalid, Unknown
from exchange.instant import DAY_US
from exchange.store import Store
from tests.desk.floor import Trader, open_market, wait


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    return f"sqlite:///{tmp_path_factory.mktemp('backtest')}/market.db"


@pytest.fixture(scope="module")
def store(url: str) -> Store:
    desk = open_market(url)
    Trader(desk, seed=5).trade(150)
    wait(desk, 3 * DAY_US)
    desk.settle("pv")
    return desk.store


def report_of(store: Store, scenario: Scenario = OWN, until: int | None = None) -> Report:
    return back_test(store, Asked("pv", 0, store.clock.now() if until is None else until, scenario))


def test_on_its_own_terms_nothing_differs(store: Store) -> None:
    report = report_of(store)
    assert report.outcomes > 100
    assert report.differs is None
    assert report.own == report.other
    assert report.changes.count == 0
    assert all(one.apart is None or one.apart.value == 0 for one in report.differences)
    assert report.recorded.leads == report.own.leads


def test_a_period_that_was_checked_is_not_decided_again(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, asked = Kept(tmp_path / "kept"), Asked("pv", 0, store.clock.now(), Scenario(seats=1))
    first = back_test(store, asked, kept=kept)
    monkeypatch.setattr("exchange.backtest.report.reproduce", lambda *_: pytest.fail("it is known"))
    assert back_test(store, asked, kept=kept) == first
    (file,) = (tmp_path / "kept").iterdir()
    told = bytearray(file.read_bytes())
    told[-1] ^= 1
    file.write_bytes(told)
    with pytest.raises(pytest.fail.Exception):  # a file that was changed is no proof
        back_test(store, asked, kept=kept)


def test_other_seats_change_leads_and_the_seed_is_the_datas(store: Store) -> None:
    first, second = report_of(store, Scenario(seats=1)), report_of(store, Scenario(seats=1))
    assert first == second
    assert first.other.seats == first.own.leads
    assert first.changes.count == len(first.changes.shown) > 0
    apart = [abs(one.net_cents[1] - one.net_cents[0]) for one in first.changes.shown]
    assert apart == sorted(apart, reverse=True)
    json.dumps(first.to_payload())


def test_arms_say_what_truly_ran(store: Store) -> None:
    report = report_of(store)
    assert sum(arm.leads for arm in report.arms) <= report.recorded.leads
    assert sum(arm.net_cents for arm in report.arms) <= report.recorded.net_cents
    assert all(arm.revenue is None or arm.revenue.low <= arm.revenue.value <= arm.revenue.high for arm in report.arms)


def test_no_sector_no_leads(store: Store) -> None:
    with pytest.raises(Unknown):
        back_test(store, Asked("xx", 0, 1, OWN))
    with pytest.raises(Invalid, match="no lead"):
        report_of(store, until=1)


def test_the_terminal_says_what_is_left_out(store: Store, url: str) -> None:
    assert SAID.keys() == set(LEFT_OUT)
    text = as_text(report_of(store, Scenario(seats=1)))
    assert "all as on the tape" in text
    assert all(sentence in text for sentence in SAID.values())
    said = CliRunner().invoke(
        main, ["backtest", "pv", "--database", url, "--curve", "linear over 2h", "--floor", "30%", "--json"]
    )
    assert said.exit_code == 0, said.output
    assert json.loads(said.output)["asked"]["scenario"]["floor_bp"] == 3000
    wrong = CliRunner().invoke(main, ["backtest", "pv", "--database", url, "--curve", "steep"])
    assert wrong.exit_code == 2
