"""Admission: the checks a lead must pass before it is listed (rules.md §1). Pure; findings are values.

`check(draft, rules)` answers an `Admitted` lead or its `Defects`; `Doubles` finds enquirers that come twice.
"""

from exchange.admission.check import check
from exchange.admission.defect import FIELD_NAMES, REASONS, Defect, Defects
from exchange.admission.doubles import Doubles, Fingerprint, fingerprints
from exchange.admission.draft import Admitted, BatchRules, LeadDraft

__all__ = [
    "FIELD_NAMES",
    "REASONS",
    "Admitted",
    "BatchRules",
    "Defect",
    "Defects",
    "Doubles",
    "Fingerprint",
    "LeadDraft",
    "check",
    "fingerprints",
]
