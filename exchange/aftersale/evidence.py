"""What a buyer says for its claim: free text, which may name the enquirer, sealed; and the attempts counted then."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, delete, insert, select

from exchange.errors import Invalid
from exchange.instant import Instant
from exchange.reports.contacting import Effort
from exchange.schema.contacting import claim_evidence
from exchange.schema.operating import claim_rulings, claim_words
from exchange.vault import Sealed, Vault

MOST_LETTERS = 2000


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was said and counted when the claim was filed."""

    text: str = field(repr=False)
    effort: Effort
    at: Instant
    user_id: str


def evidence_text(text: str) -> str:
    """The text as it is kept; raises Invalid where it is too long."""
    text = text.replace("\r\n", "\n").replace("\0", "").strip()
    if len(text) > MOST_LETTERS:
        raise Invalid("evidence", f"at most {MOST_LETTERS} letters")
    return text


def seal_evidence(connection: Connection, vault: Vault, sale_id: str, evidence: Evidence) -> None:
    """Keep it for a sale, in place of what was there."""
    drop_evidence(connection, sale_id)
    counted = {"attempts": evidence.effort.attempts, "days": evidence.effort.days}
    row = {"sale_id": sale_id, "user_id": evidence.user_id, "at": evidence.at, **counted}
    connection.execute(insert(claim_evidence).values(**row, **vault.seal(_place(sale_id), evidence.text).columns))


def open_evidence(connection: Connection, vault: Vault, sale_id: str) -> Evidence | None:
    """What was said for a claim; None where nothing was."""
    row = connection.execute(select(claim_evidence).where(claim_evidence.c.sale_id == sale_id)).first()
    if row is None:
        return None
    return Evidence(vault.open(_place(sale_id), Sealed.of(row)), Effort(row.attempts, row.days), row.at, row.user_id)


def drop_evidence(connection: Connection, sale_id: str) -> None:
    """Forget it: the claim was not filed."""
    connection.execute(delete(claim_evidence).where(claim_evidence.c.sale_id == sale_id))


def erase_texts(connection: Connection, sale_ids: Sequence[str]) -> int:
    """Erase all that was said about claims on these sales; what a ruling on its way says stays. Returns how many
    texts. Who ruled, and how, stands in the operators' log and on the tape."""
    ended = claim_rulings.c.state.in_(("done", "undone", "void"))
    connection.execute(delete(claim_rulings).where(claim_rulings.c.sale_id.in_(sale_ids), ended))
    spoken = claim_words.c.word_id.in_(select(claim_rulings.c.word_id))
    words = delete(claim_words).where(claim_words.c.sale_id.in_(sale_ids), ~spoken)
    evidence = delete(claim_evidence).where(claim_evidence.c.sale_id.in_(sale_ids))
    return connection.execute(evidence).rowcount + connection.execute(words).rowcount


def _place(sale_id: str) -> str:
    return f"claim_evidence|{sale_id}"
