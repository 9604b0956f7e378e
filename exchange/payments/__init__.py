"""Payments: how money reaches wallets, and how it leaves for suppliers. Firms announce deposits, providers say how to
pay, somebody says it arrived; operators book what was paid out (`Payouts`) and set what buyers may owe (`CreditLines`).

`Deposits` keeps the announcements and books each through the desk exactly once; a provider is anything with the two
members of `provider.Provider` (docs/payments.md). Built in is the bank transfer that an operator confirms.
"""

from exchange.payments.bank import BankTransfer
from exchange.payments.credit_lines import CreditLines
from exchange.payments.deposits import Deposits
from exchange.payments.payouts import Payouts
from exchange.payments.provider import Instructions, Provider, Receipt

__all__ = ["BankTransfer", "CreditLines", "Deposits", "Instructions", "Payouts", "Provider", "Receipt"]
