"""`exchange curve draft` to `rollback`, as two operators do it at the command line."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from exchange.access.users import add_user
from exchange.cli import main
from exchange.clock import SystemClock
from exchange.desk import Desk
from exchange.store import open_store
from tests.desk.floor import open_sector

OLGA, OTTO = "olga@example.de", "otto@example.de"


@pytest.fixture
def house(tmp_path: Path) -> str:
    """An exchange with one sector and two operators, by its URL."""
    url = f"sqlite:///{tmp_path}/exchange.db"
    store = open_store(url, SystemClock(), create=True)
    open_sector(Desk(store), "pv")
    with store.write_aside() as connection:
        for email, name in ((OLGA, "Olga Betrieb"), (OTTO, "Otto Zweiter")):
            add_user(
                connection,
                email=email,
                name=name,
                role="operator",
                organisation=None,
                password_hash="x",
                at=store.clock.now(),
                lang="de",
            )
    store.close()
    return url


def run(house: str, line: str, *more: str, text: str | None = None) -> Result:
    return CliRunner().invoke(main, ["curve", *line.split(), *more, "--database", house], input=text)


def test_two_operators_bring_a_curve_to_the_market_and_back(house: str) -> None:
    shown = "curve show exponential --half-life 40m --over 2h --start 90 --floor 30 --as json"
    drawn = CliRunner().invoke(main, shown.split()).output
    assert json.loads(drawn)["curve"]["family"] == "exponential"
    assert run(house, f"draft pv - --as {OLGA}", text=drawn).output == "pv: draft, revision 1\n"
    assert "has a draft" in run(house, f"draft pv - --as {OTTO}", text=drawn).output
    assert run(house, f"ask pv --as {OLGA}", "--reason", "buyers wait").exit_code == 0
    assert "somebody else than its author" in run(house, f"approve pv --as {OLGA}").output
    assert run(house, f"approve pv --as {OTTO}").output == "pv: version 3\n"
    assert run(house, f"rollback pv --as {OLGA}", "--reason", "earned less").output == "pv: version 1 is in force\n"
    plan = run(house, f"activate pv 3 --as {OTTO} --at 2999-01-01T00:00:00Z", "--reason", "later")
    assert "within 90 days" in plan.output
    told = run(house, "history pv").output
    assert told.splitlines()[0].startswith("active    v1 100 %  from ")
    assert "roll_back by Olga Betrieb" in told
    assert "buyers wait" in told


def test_what_is_no_curve_and_who_is_no_operator(house: str) -> None:
    assert "curve show" in run(house, f"draft pv - --as {OLGA}", text="{}").output
    assert run(house, "draft pv - --as nobody@example.de", text="{}").exit_code == 2
    assert "no draft" in run(house, f"discard pv --as {OLGA}").output
