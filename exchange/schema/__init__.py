"""The tables: one module per noun. Nothing here decides anything; `store` is the only writer of the market's.

`record` the tape, `house` members and money, `market` listings, bids and sales, `people` leads and contact data.
"""

from exchange.schema import access, guards
from exchange.schema.columns import metadata
from exchange.schema.house import organisations, transfers, wallets
from exchange.schema.market import (
    bids,
    calendars,
    curve_versions,
    halts,
    listings,
    sales,
    sectors,
    standings,
)
from exchange.schema.people import consents, contacts, fingerprints, leads
from exchange.schema.record import heads, idempotency, tape

__all__ = [
    "access",
    "bids",
    "calendars",
    "consents",
    "contacts",
    "curve_versions",
    "fingerprints",
    "guards",
    "halts",
    "heads",
    "idempotency",
    "leads",
    "listings",
    "metadata",
    "organisations",
    "sales",
    "sectors",
    "standings",
    "tape",
    "transfers",
    "wallets",
]
