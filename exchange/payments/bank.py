"""Bank transfers: the payer types or scans payee, IBAN and reference; an operator confirms what the bank says."""

from dataclasses import dataclass

from exchange.config import EXAMPLE_IBAN, PaymentSettings
from exchange.money import Cents, format_amount
from exchange.payments.provider import Instructions
from exchange.payments.reference import read_iban, spaced

NAME = "bank"
MOST_NAME = 70
"""Letters of a payee's name in a QR code (EPC069-12)."""


@dataclass(frozen=True, slots=True)
class BankTransfer:
    """The house's account; ``public`` says that real money may come: then the example account will not do."""

    settings: PaymentSettings
    public: bool = False

    @property
    def name(self) -> str:
        return NAME

    @property
    def by_hand(self) -> bool:
        return True

    @property
    def wants(self) -> str:
        """``payments.iban`` where that is none, or still the example of the settings in a house that is public."""
        iban = read_iban(self.settings.iban)
        return "payments.iban" if not iban or (self.public and iban == EXAMPLE_IBAN) else ""

    def begin(self, reference: str, amount_cents: Cents) -> Instructions:
        """What to type, and the same as a GiroCode."""
        lines = [("payee", self.settings.payee), ("iban", spaced(read_iban(self.settings.iban)))]
        if self.settings.bic:
            lines.append(("bic", self.settings.bic))
        lines.append(("reference", spaced(reference)))
        return Instructions(tuple(lines), giro_code(self.settings, reference, amount_cents))


def giro_code(settings: PaymentSettings, reference: str, amount_cents: Cents) -> str:
    """The text of an EPC069-12 QR code, version 002, UTF-8, with a structured reference.

    Its lines: service, version, character set, SCT, BIC, name, IBAN, amount, purpose, reference, text, note.
    """
    head = ("BCD", "002", "1", "SCT", settings.bic, settings.payee[:MOST_NAME], read_iban(settings.iban))
    return "\n".join((*head, f"EUR{format_amount(amount_cents)}", "", reference))
