import pytest
from sqlalchemy import select

from exchange.aftersale.evidence import (
    MOST_LETTERS,
    Evidence,
    evidence_text,
    open_evidence,
    seal_evidence,
)
from exchange.errors import Invalid
from exchange.reports.contacting import Effort
from exchange.schema.contacting import claim_evidence
from exchange.vault import Broken, Vault
from tests.aftersale.conftest import Afterwards

OLD, NEW = b"o" * 32, b"n" * 32
SAID = "Frau Lindner sagt, sie habe nie angefragt."


def kept(after: Afterwards) -> Evidence:
    return Evidence(SAID, Effort(2, 1), after.now, after.brandt.user_id)


def test_what_was_said_is_sealed_and_opens_again(after: Afterwards) -> None:
    vault = Vault({1: OLD})
    with after.market.desk.store.write_aside() as connection:
        seal_evidence(connection, vault, after.sale.sale_id, kept(after))
        row = connection.execute(select(claim_evidence)).one()
        assert SAID.encode() not in bytes(row.sealed)
        assert "Lindner" not in repr(row)
        assert open_evidence(connection, vault, after.sale.sale_id) == kept(after)
        with pytest.raises(Broken):
            open_evidence(connection, Vault({1: NEW}), after.sale.sale_id)


def test_evidence_hides_itself() -> None:
    assert SAID not in repr(Evidence(SAID, Effort(0, 0), 0, "u"))


def test_texts_are_tidied_and_never_endless() -> None:
    assert evidence_text("  a\r\nb\0 ") == "a\nb"
    with pytest.raises(Invalid) as caught:
        evidence_text("x" * (MOST_LETTERS + 1))
    assert "xxx" not in str(caught.value)
