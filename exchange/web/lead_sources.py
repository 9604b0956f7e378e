"""All that is known of a bought lead, read at once."""

from dataclasses import dataclass

from exchange.aftersale.evidence import Evidence
from exchange.aftersale.hearing import Hearing
from exchange.aftersale.words import Word
from exchange.instant import Instant
from exchange.lead import Consent, Contact
from exchange.orderbook.sale import CLAIMED, UNCLAIMED, UPHELD
from exchange.reports.contacting import (
    Attempt,
    ContactRule,
    Disposition,
    Opening,
    attempts_of,
    disposition_of,
    opening_of,
    rule_of,
    withdrawn_at,
)
from exchange.reports.purchases import Purchase, Receipt, receipt_of
from exchange.web.owned import contact_of, counter, proof_of
from exchange.web.premises import premises
from exchange.web.visit import visit


@dataclass(frozen=True, slots=True)
class LeadSources:
    """A seat with its receipt, what may be seen of the enquirer, and what the firm did with it."""

    purchase: Purchase
    receipt: Receipt
    contact: Contact | None
    consent: Consent | None
    attempts: list[Attempt]
    opening: Opening | None
    disposition: Disposition | None
    rule: ContactRule
    evidence: Evidence | None
    withdrawn_at: Instant | None
    words: list[Word]

    @property
    def may_call(self) -> bool:
        """Whether the enquirer may be contacted."""
        return self.contact is not None and self.withdrawn_at is None

    @property
    def may_report(self) -> bool:
        """Whether calls are noted: also once the contact went by age, since each prolongs the proof of consent."""
        return self.withdrawn_at is None and self.purchase.claim not in (CLAIMED, UPHELD)


def lead_sources(purchase: Purchase) -> LeadSources:
    """Read all of it; the first look at a contact is noted."""
    contact = contact_of(purchase)
    with premises().reading() as connection:
        opening = opening_of(connection, purchase.sale_id)
    if contact is not None and opening is None:
        counter().opened(visit().user, [purchase.sale_id])
    with premises().reading() as connection:
        return LeadSources(
            purchase,
            receipt_of(connection, premises().rulebook, purchase),
            contact,
            proof_of(purchase),
            attempts_of(connection, purchase.sale_id),
            opening_of(connection, purchase.sale_id),
            disposition_of(connection, purchase.sale_id),
            rule_of(connection, purchase.sector),
            None if purchase.claim == "unclaimed" else counter().evidence(visit().user, purchase.sale_id),
            withdrawn_at(connection, purchase.lead_id),
            _words(purchase),
        )


def _words(purchase: Purchase) -> list[Word]:
    """What was said about the firm's claim; nothing where there is none."""
    if purchase.claim == UNCLAIMED or premises().desk.vault is None:
        return []
    return Hearing(premises().desk).of_buyer(visit().user.organisation, purchase.sale_id)
