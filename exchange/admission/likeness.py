"""Likeness: what stays of a name, a number and an address when they are misspelled, as keyed hashes.

Two enquiries with a trace in common may be one person's. That is a warning and never more: a person is recognised by
the exact number or address alone (`doubles`). Nothing but hashes is kept, so the index names nobody.
"""

import unicodedata
from typing import NamedTuple

from exchange.admission.doubles import Fingerprint
from exchange.lead import Contact

NAME, PHONE, EMAIL = "name", "phone", "email"

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_DOMAINS = {"googlemail.com": "gmail.com", "hotmail.de": "hotmail.com", "live.de": "live.com"}
_FEWEST_LETTERS = 5
"""Of an address before the @: shorter ones are like too many."""


class Trace(NamedTuple):
    """One keyed hash, and what it is one of."""

    kind: str
    trace: str


def traces(contact: Contact, fingerprint: Fingerprint) -> tuple[Trace, ...]:
    """What an enquirer is like by: at most one trace a kind.

    Name and first name with the postcode; the number's digits in any order with the postcode; the letters of the
    address in any order, without dots, dashes and what follows a plus.
    """
    first, last = _letters(contact.first_name.split(" ")[0]), _letters(contact.last_name)
    local, _, domain = contact.email.lower().rpartition("@")
    local = "".join(c for c in local.partition("+")[0] if c.isalnum())
    found = []
    if first and last:
        found.append((NAME, f"{last}|{first}|{contact.postcode}"))
    if contact.phone:
        found.append((PHONE, f"{''.join(sorted(contact.phone[1:]))}|{contact.postcode}"))
    if len(local) >= _FEWEST_LETTERS:
        found.append((EMAIL, f"{''.join(sorted(local))}@{_DOMAINS.get(domain, domain)}"))
    return tuple(Trace(kind, fingerprint(f"like {kind}|{text}")) for kind, text in found)


def _letters(text: str) -> str:
    """A name as letters alone: ``Müller-Lüdenscheidt`` is ``muellerluedenscheidt``, ``Renée`` is ``renee``."""
    if text.isascii() and text.isalpha():
        return text.lower()
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFC", text).casefold().translate(_UMLAUTS))
    return "".join(c for c in plain if c.isalpha())
