"""What a payment provider is to this house."""

from dataclasses import dataclass
from typing import Protocol

from exchange.money import Cents


@dataclass(frozen=True, slots=True)
class Instructions:
    """What the payer is told: ``lines`` of a word (captioned ``deposit.line.WORD``) and what stands there, to be typed
    or copied; the text of a QR code for banking apps; or the provider's own page, where the payer is sent."""

    lines: tuple[tuple[str, str], ...] = ()
    code: str = ""
    redirect_url: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """A provider's word that money arrived for a deposit: its own id of the payment, given once, and what came."""

    provider: str
    receipt: str
    reference: str
    amount_cents: Cents


class Provider(Protocol):
    """Starts payments. That one arrived comes from outside, as a `Receipt` handed to `Deposits.receive`.

    ``by_hand``: operators confirm its payments after a look at the bank's statement; else only its receipts count.
    """

    @property
    def name(self) -> str:
        """One lower-case word; it stands in the rows of its deposits."""

    @property
    def by_hand(self) -> bool:
        """Whether operators confirm."""

    @property
    def wants(self) -> str:
        """The setting without which it cannot start; empty where it is ready."""

    def begin(self, reference: str, amount_cents: Cents) -> Instructions:
        """How to pay this amount (gross) under our reference; asked again whenever the page is shown."""
