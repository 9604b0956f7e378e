"""After the sale: calls, outcome reports, evidence for claims, consents taken back. Tables of its own, no market.

`Counter` is where a buyer's people come; what they did is read by `exchange.reports`.
"""

from exchange.aftersale.counter import Counter

__all__ = ["Counter"]
