"""References and account numbers with check digits: ISO 11649 creditor references, ISO 13616 IBANs (ISO 7064 mod 97).

A reference is what a payer types into a transfer; one wrong figure or two swapped ones are noticed.
"""

import re
from secrets import choice

_DIGITS = 12
"""Of figures alone every wrong one and every two swapped are noticed; letters count as two figures and are not."""
_REFERENCE = re.compile(r"RF\d\d[0-9A-Z]{1,21}\Z", re.ASCII)
_IBAN = re.compile(r"[A-Z]{2}\d\d[0-9A-Z]{11,30}\Z", re.ASCII)


def new_reference() -> str:
    """A creditor reference nobody can guess: ``RF``, two check digits, twelve figures."""
    body = "".join(choice("0123456789") for _ in range(_DIGITS))
    return f"RF{98 - _rest(body + 'RF00'):02d}{body}"


def read_reference(text: str) -> str:
    """A reference as people type it, blanks and small letters allowed; empty where the check digits are wrong."""
    found = re.sub(r"\s", "", text).upper()
    return found if _REFERENCE.match(found) and _rest(found[4:] + found[:4]) == 1 else ""


def read_iban(text: str) -> str:
    """An IBAN without blanks; empty where the check digits are wrong."""
    found = re.sub(r"\s", "", text).upper()
    return found if _IBAN.match(found) and _rest(found[4:] + found[:4]) == 1 else ""


def spaced(text: str) -> str:
    """In groups of four, as it is printed."""
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def _rest(text: str) -> int:
    return int("".join(str(int(letter, 36)) for letter in text)) % 97
