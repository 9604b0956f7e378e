"""Amounts as people type them, and as they stand in a field."""

import re

from exchange.money import Cents

_EUROS = re.compile(r"(\d{1,7})(?:[.,](\d{1,2}))?\Z", re.ASCII)


def cents_of(text: str) -> Cents | None:
    """What somebody typed as euros: ``48``, ``48,50``, ``48.5``; None where it is no amount."""
    found = _EUROS.match(text.strip().removesuffix("€").strip())
    return None if found is None else int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))


def euros_text(cents: Cents) -> str:
    """``48`` or ``48,50``: as it stands in a field."""
    return str(cents // 100) if cents % 100 == 0 else f"{cents // 100},{cents % 100:02d}"
