import re
from pathlib import Path

from click.testing import CliRunner, Result

from exchange.access.codes import code_of, step_of
from exchange.access.second_factor import SecondFactors
from exchange.access.users import user_by_email
from exchange.cli import main
from exchange.desk import Desk
from exchange.migrations import upgrade
from exchange.store import open_store
from exchange.vault import development_vault

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


def test_an_invitation_and_a_reset_are_links_that_work(tmp_path: Path) -> None:
    url = house(tmp_path)
    invited = run(url, "invite", "j.vogel@example.de", "--name", "Jan Vogel", "--firm", "brandt-vogel")
    assert re.search(r":8400/zugang#[\w-]{43}\n", invited.output)
    assert "This invitation works once" in invited.output
    assert "invitation" in run(url, "reset", "j.vogel@example.de").output
    assert run(url, "add", "s.brandt@example.de", "--name", "S", "--firm", "brandt-vogel").exit_code == 0
    assert "This reset works once" in run(url, "reset", "s.brandt@example.de").output
    assert run(url, "reset", "nobody@example.de").exit_code == 1
    assert run(url, "invite", "x@example.de", "--name", "X").exit_code == 2


def test_a_key_is_made_listed_and_revoked(tmp_path: Path) -> None:
    url, email = house(tmp_path), "s.brandt@example.de"
    run(url, "add", email, "--name", "Sabine Brandt", "--firm", "brandt-vogel")
    made = run(url, "key", "make", email, "--name", "CRM", "--scope", "read", "--scope", "buy")
    secret = made.output.splitlines()[0]
    assert re.fullmatch(r"lb_[0-9a-f]{10}_[\w-]{43}", secret)
    listed = run(url, "key", "list", email).output
    assert f"{secret[:13]}  CRM  read,buy  until " in listed
    assert secret not in listed
    assert run(url, "key", "revoke", email, secret[:13]).output == f"{secret[:13]} is revoked.\n"
    assert "revoked" in run(url, "key", "list", email).output
    assert run(url, "key", "revoke", email, secret[:13]).exit_code == 1
    assert run(url, "key", "make", email, "--name", "CRM", "--scope", "everything").exit_code == 2


def test_a_password_is_never_echoed(tmp_path: Path) -> None:
    result = run(house(tmp_path), "add", "s.brandt@example.de", "--name", "S", "--firm", "brandt-vogel")
    assert PASSWORD not in result.output


def test_whoever_has_the_host_takes_a_second_factor_away(tmp_path: Path) -> None:
    url, email = house(tmp_path), "o.betrieb@example.de"
    run(url, "add", email, "--name", "Olga", "--role", "operator")
    assert run(url, "reset-second-factor", email).output == f"{email} has no second factor.\n"
    store = open_store(url, vault=development_vault())
    with store.read() as connection:
        olga = user_by_email(connection, email)
    assert olga is not None
    factors = SecondFactors(store)
    factors.begin(olga)
    secret = factors.secret_to_confirm(olga) or ""
    assert factors.confirm(olga, code_of(secret, step_of(store.clock.now())), keep="")
    assert "by the password alone" in run(url, "reset-second-factor", email).output
    assert not factors.standing(olga).on
    assert run(url, "reset-second-factor", "nobody@example.de").exit_code == 1
    store.close()
