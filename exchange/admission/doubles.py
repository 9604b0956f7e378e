"""Duplicates: the same enquirer twice in a file, or again within the sector's window (rules.md §1).

Enquirers are compared by keyed fingerprints of phone and e-mail; either one alone makes a duplicate.
"""

from collections.abc import Callable, Collection

from exchange.admission.defect import Defect
from exchange.admission.draft import Admitted
from exchange.instant import DAY_US
from exchange.lead import Contact
from exchange.sector import Sector

Fingerprint = Callable[[str], str]
"""A keyed hash of one text: the vault's."""


def fingerprints(contact: Contact, fingerprint: Fingerprint) -> tuple[str, ...]:
    """What this enquirer is recognised by: the number in E.164, and the address in lower case."""
    return fingerprint(contact.phone), fingerprint(contact.email.lower())


class Doubles:
    """The enquirers of one file so far. The first admitted row stays; later ones are defects."""

    def __init__(self, sector: Sector) -> None:
        self._sector = sector
        self._first_rows: dict[str, int] = {}

    def find(self, admitted: Admitted, prints: tuple[str, ...], in_stock: Collection[str]) -> Defect | None:
        """The defect of a duplicate, or None for a new enquirer, who is then remembered.

        ``in_stock`` are those of the fingerprints that a lead of this sector within the window already has.
        """
        for found in prints:
            if found in self._first_rows:
                return Defect(admitted.row, "person", "duplicate_in_file", str(self._first_rows[found]))
        if any(found in in_stock for found in prints):
            window = str(self._sector.duplicate_window_us // DAY_US)
            return Defect(admitted.row, "person", "duplicate_in_stock", window)
        for found in prints:
            self._first_rows[found] = admitted.row
        return None
