"""What admission is given and what it answers: drafts, the rules of one batch, admitted leads."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from exchange.admission.defect import Defects
from exchange.instant import Instant
from exchange.lead import Consent, Contact, Lead
from exchange.money import Cents
from exchange.sector import Sector

Unread = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class LeadDraft:
    """One enquiry as it was handed in: texts by field, and the values the door could read.

    ``unread`` names the fields whose text the door could not read, each with its defect's code; such a value
    is empty here. Instants are Berlin time turned into UTC at the door.
    """

    row: int
    lead_id: str
    texts: Mapping[str, str] = field(repr=False)
    """Cleaned texts by field (`defect.FIELD_NAMES`); a field without text is absent."""
    answers: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Cleaned answers by question key, as typed."""
    phone: str = field(default="", repr=False)
    """E.164."""
    email: str = field(default="", repr=False)
    asked_at: Instant | None = None
    consent_at: Instant | None = None
    confirmed_at: Instant | None = None
    unread: Unread = ()

    def text(self, name: str) -> str:
        """The text of a field, empty where there is none."""
        return self.texts.get(name, "")


@dataclass(frozen=True, slots=True)
class BatchRules:
    """What all rows of one batch are checked against. Prices are net; rows may name their own."""

    sector: Sector
    supplier: str
    now: Instant
    start_cents: Cents
    floor_cents: Cents
    seats: int = 1
    ranges: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """Question key -> least and most of a numeric answer, both allowed."""
    organisations: Mapping[str, str] = field(default_factory=dict)
    """Names of members, folded, -> organisation id: recipients a consent may name."""


@dataclass(frozen=True, slots=True)
class Admitted:
    """A lead that may be listed, with what is kept apart from it. ``notices`` are worth a look, no more."""

    row: int
    lead: Lead
    contact: Contact
    consent: Consent
    notices: Defects = ()
