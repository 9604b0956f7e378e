"""Sealed texts under a new key: every table's, and none twice."""

import json
from pathlib import Path

from click.testing import CliRunner
from sqlalchemy import insert, select

from exchange.aftersale.words import QUESTION, open_words, seal_word
from exchange.cli import main
from exchange.lead import Contact
from exchange.schema import delivery_rows
from exchange.store import leads
from exchange.store.sealed import left, rewrap, sealed_tables
from exchange.vault import Sealed, Vault, make_key_file, open_vault
from tests.desk.floor import offer
from tests.store.test_leads import PROOF, WANDA, market

OLD, NEW = b"1" * 32, b"2" * 32
LISTED = {"state": "listed", "listing_id": "L8"}
EMIL = Contact("Emil", "Erfunden", "+493023125020", "emil@example.org")


def test_every_place_of_sealed_texts_is_known() -> None:
    names = set(sealed_tables())
    assert {"contacts", "consents", "claim_evidence", "claim_words", "delivery_rows", "delivery_parts"} <= names


def test_rewrapping_goes_on_until_no_row_needs_the_old_key() -> None:
    desk = market()
    offer(desk, "L1", contact=WANDA, proof=PROOF)
    offer(desk, "L2", contact=EMIL)
    both, new = Vault({1: OLD, 2: NEW}, b"p" * 32), Vault({2: NEW}, b"p" * 32)
    with desk.store.write_aside() as connection:
        assert sum(rewrap(connection, both, table, most=1) for table in sealed_tables()) == 2
        assert sum(left(connection, both, table) for table in sealed_tables()) == 1
        assert sum(rewrap(connection, both, table) for table in sealed_tables()) == 1
        assert sum(rewrap(connection, both, table) for table in sealed_tables()) == 0
    with desk.store.read() as connection:
        assert leads.open_contact(connection, new, "L1") == WANDA
        assert leads.open_consent(connection, new, "L1") == PROOF


def test_what_was_said_of_a_claim_and_rows_on_their_way_open_under_the_new_key() -> None:
    store = market().store
    before, both, new = Vault({1: OLD}), Vault({1: OLD, 2: NEW}), Vault({2: NEW})
    row = {"state": "ready", "kind": "", "findings": "[]", "phone_print": "", "email_print": ""}
    with store.write_aside() as connection:
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        word = {"sale_id": "s", "kind": QUESTION, "user_id": "u", "at": 1}
        seal_word(connection, before, text="Which day did you call?", **word)
        text = before.seal("delivery_rows|d|7", json.dumps({"phone": "-"}))
        connection.execute(insert(delivery_rows).values(delivery_id="d", row=7, **row, **text.columns))
        emptied = text.columns | {"sealed": b"", "wrapped_key": b""}
        connection.execute(insert(delivery_rows).values(delivery_id="d", row=8, **row | LISTED, **emptied))
        assert sum(rewrap(connection, both, table) for table in sealed_tables()) == 2
        (said,) = open_words(connection, new, "s", (QUESTION,))
        kept = connection.execute(select(delivery_rows).where(delivery_rows.c.row == 7)).one()
        assert said.text == "Which day did you call?"
        assert new.open("delivery_rows|d|7", Sealed.of(kept)) == '{"phone": "-"}'
        connection.rollback()


def test_a_house_changes_its_key(tmp_path: Path) -> None:
    file, url = tmp_path / "exchange.key", f"sqlite:///{tmp_path}/market.db"
    make_key_file(file)
    places = ["--database", url, "--key-file", str(file)]
    assert CliRunner().invoke(main, ["init", *places]).exit_code == 0
    made = CliRunner().invoke(main, ["keys", "new", "--key-file", str(file)])
    assert (made.exit_code, open_vault(file).key_version) == (0, 2), made.output
    told = CliRunner().invoke(main, ["keys", "rewrap", *places])
    assert told.output.splitlines()[-1] == "everything is under key 2: lines of older versions may go"
    assert "contacts: 0 need an older key than 2" in CliRunner().invoke(main, ["keys", "show", *places]).output
