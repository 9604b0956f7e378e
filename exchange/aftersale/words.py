"""What is said about a claim: free text, which may name the enquirer, sealed one by one like the evidence."""

from collections.abc import Collection
from dataclasses import dataclass, field
from secrets import token_hex
from typing import Any

from sqlalchemy import Connection, insert, select

from exchange.errors import Invalid
from exchange.instant import Instant
from exchange.schema.operating import claim_rulings, claim_words
from exchange.vault import Sealed, Vault

QUESTION, ANSWER, REPLY, RULING = "question", "answer", "reply", "ruling"
"""The operator's question to the buyer, its answer, the supplier's reply, the reasons of a ruling."""
FEWEST_LETTERS, MOST_LETTERS = 5, 2000


@dataclass(frozen=True, slots=True)
class Word:
    """One text, and whose."""

    word_id: str
    kind: str
    text: str = field(repr=False)
    user_id: str
    at: Instant


def word_text(text: str) -> str:
    """The text as it is kept; raises Invalid where it says too little or too much."""
    text = text.replace("\r\n", "\n").replace("\0", "").strip()
    if not FEWEST_LETTERS <= len(text) <= MOST_LETTERS:
        raise Invalid("text", f"{FEWEST_LETTERS} to {MOST_LETTERS} letters")
    return text


def seal_word(
    connection: Connection, vault: Vault, *, sale_id: str, kind: str, user_id: str, text: str, at: Instant
) -> str:
    """Keep a text; returns its id."""
    word_id = token_hex(12)
    sealed = vault.seal(_place(word_id), word_text(text)).columns
    row = {"word_id": word_id, "sale_id": sale_id, "kind": kind, "user_id": user_id, "at": at}
    connection.execute(insert(claim_words).values(**row, **sealed))
    return word_id


def open_words(connection: Connection, vault: Vault, sale_id: str, kinds: Collection[str]) -> list[Word]:
    """What was said, the earliest first; of rulings only the one that took effect."""
    known = claim_words.c
    done = select(claim_rulings.c.word_id).where(claim_rulings.c.state == "done")
    said = (known.kind != RULING) | known.word_id.in_(done)
    question = select(claim_words).where(known.sale_id == sale_id, known.kind.in_(kinds), said)
    rows = connection.execute(question.order_by(known.at, known.word_id)).all()
    return [
        Word(row.word_id, row.kind, vault.open(_place(row.word_id), Sealed.of(row)), row.user_id, row.at)
        for row in rows
    ]


def _open(vault: Vault, row: Any) -> str:
    return vault.open(_place(row.word_id), Sealed.of(row))


def _place(word_id: str) -> str:
    return f"claim_words|{word_id}"
