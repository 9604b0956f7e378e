"""The audit log at the command line: who did what, and a chain that holds."""

from click.testing import CliRunner
from sqlalchemy import text

from exchange.cli import main
from exchange.schema.guards import drop_log_guards
from exchange.store import open_store


def run(*args: str) -> tuple[int, str]:
    found = CliRunner().invoke(main, args)
    return found.exit_code, found.output


def test_what_commands_do_is_logged_and_proven(tmp_path) -> None:
    url = f"sqlite:///{tmp_path}/house.db"
    open_store(url, create=True).close()
    for args in (("sector", "open", "pv"), ("sector", "halt", "pv", "price feed"), ("sector", "resume", "pv")):
        assert run(*args, "--database", url)[0] == 0
    code, said = run("audit", "list", "--database", url)
    assert code == 0
    assert [line.split()[2] for line in said.splitlines()] == ["sector.resume", "sector.halt", "sector.open"]
    assert len(run("audit", "list", "--action", "sector.halt", "--database", url)[1].splitlines()) == 1
    code, said = run("audit", "verify", "--database", url)
    assert (code, said[:27]) == (0, "audit log: ok, 3 rows seale")
    head = said.split("head ")[1].strip()
    assert run("audit", "verify", "--head", head, "--database", url)[0] == 0
    assert run("audit", "verify", "--head", "3:beef", "--database", url)[0] == 1


def test_a_changed_row_is_named(tmp_path) -> None:
    url = f"sqlite:///{tmp_path}/house.db"
    open_store(url, create=True).close()
    assert run("sector", "open", "pv", "--database", url)[0] == 0
    assert run("audit", "verify", "--database", url)[0] == 0
    store = open_store(url)
    with store.write_aside() as connection:
        for statement in [*drop_log_guards("sqlite"), "UPDATE audit SET user_id = 'nobody'"]:
            connection.execute(text(statement))
    store.close()
    code, said = run("audit", "verify", "--database", url)
    assert code == 1
    assert "seal 1" in said
