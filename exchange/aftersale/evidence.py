"""What a buyer says for its claim: free text, which may name the enquirer, sealed; and the attempts counted then."""

from dataclasses import dataclass, field

from sqlalchemy import Connection, delete, insert, select, update

from exchange.errors import Invalid
from exchange.instant import Instant
from exchange.reports.contacting import Effort
from exchange.schema.contacting import claim_evidence
from exchange.vault import Sealed, Vault

MOST_LETTERS = 2000
REWRAPPED_AT_ONCE = 500


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
    connection.execute(insert(claim_evidence).values(**row, **_columns(vault.seal(_place(sale_id), evidence.text))))


def open_evidence(connection: Connection, vault: Vault, sale_id: str) -> Evidence | None:
    """What was said for a claim; None where nothing was."""
    row = connection.execute(select(claim_evidence).where(claim_evidence.c.sale_id == sale_id)).first()
    if row is None:
        return None
    sealed = Sealed(row.algorithm, row.key_version, bytes(row.wrapped_key), bytes(row.sealed))
    return Evidence(vault.open(_place(sale_id), sealed), Effort(row.attempts, row.days), row.at, row.user_id)


def drop_evidence(connection: Connection, sale_id: str) -> None:
    """Forget it: the claim was not filed."""
    connection.execute(delete(claim_evidence).where(claim_evidence.c.sale_id == sale_id))


def rewrap_evidence(connection: Connection, vault: Vault) -> int:
    """Bring some of what older keys wrapped under the newest one; returns how many, 0 when all are."""
    old = select(claim_evidence).where(claim_evidence.c.key_version != vault.key_version)
    rows = connection.execute(old.order_by(claim_evidence.c.sale_id).limit(REWRAPPED_AT_ONCE)).all()
    for row in rows:
        sealed = Sealed(row.algorithm, row.key_version, bytes(row.wrapped_key), bytes(row.sealed))
        fresh = _columns(vault.rewrap(_place(row.sale_id), sealed))
        connection.execute(update(claim_evidence).where(claim_evidence.c.sale_id == row.sale_id).values(**fresh))
    return len(rows)


def _place(sale_id: str) -> str:
    return f"claim_evidence|{sale_id}"


def _columns(sealed: Sealed) -> dict[str, object]:
    return {
        "algorithm": sealed.algorithm,
        "key_version": sealed.key_version,
        "wrapped_key": sealed.wrapped_key,
        "sealed": sealed.sealed,
    }
