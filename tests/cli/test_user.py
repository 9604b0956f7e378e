from pathlib import Path

from click.testing import CliRunner, Result

from exchange.cli import main
from exchange.desk import Desk
from exchange.migrations import upgrade
from exchange.store import open_store

PASSWORD = "falling prices 42"


def house(folder: Path) -> str:
    """A database with one member."""
    url = f"sqlite:///{folder / 'house.db'}"
    upgrade(url)
    store = open_store(url)
    Desk(store).join("brandt-vogel", name="Brandt & Vogel", buyer=True)
    store.close()
    return url


def run(url: str, *words: str) -> Result:
    return CliRunner().invoke(main, ["user", *words, "--database", url], env={"EXCHANGE_PASSWORD": PASSWORD})


def test_somebody_is_let_in_and_out_again(tmp_path: Path) -> None:
    url = house(tmp_path)
    added = run(url, "add", "s.brandt@example.de", "--name", "Sabine Brandt", "--firm", "brandt-vogel")
    assert (added.exit_code, added.output) == (0, "s.brandt@example.de may log in as advisor.\n")
    assert run(url, "password", "s.brandt@example.de").exit_code == 0
    assert run(url, "disable", "s.brandt@example.de").exit_code == 0
    assert run(url, "disable", "s.brandt@example.de").exit_code == 1


def test_what_is_wrong_is_said_in_one_line(tmp_path: Path) -> None:
    url = house(tmp_path)
    unknown = run(url, "add", "x@example.de", "--name", "X", "--firm", "nobody")
    assert (unknown.exit_code, unknown.output.count("\n")) == (1, 1)
    assert run(url, "add", "no address", "--name", "X", "--firm", "brandt-vogel").exit_code == 1


def test_advisors_have_a_firm_and_operators_none(tmp_path: Path) -> None:
    url = house(tmp_path)
    assert run(url, "add", "x@example.de", "--name", "X").exit_code == 2
    assert run(url, "add", "x@example.de", "--name", "X", "--role", "operator", "--firm", "brandt-vogel").exit_code == 2
    assert run(url, "add", "x@example.de", "--name", "X", "--role", "operator").exit_code == 0


def test_a_password_is_never_echoed(tmp_path: Path) -> None:
    result = run(house(tmp_path), "add", "s.brandt@example.de", "--name", "S", "--firm", "brandt-vogel")
    assert PASSWORD not in result.output
