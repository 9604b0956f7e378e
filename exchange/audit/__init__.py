"""The audit log: what operators did, append-only and chained.

`record` writes a row in the transaction of what was done, `sealer` chains the rows a moment later, `proof` looks
whether anything was changed since.
"""

from exchange.audit.record import Deed, Hand, Small, log

__all__ = ["Deed", "Hand", "Small", "log"]
