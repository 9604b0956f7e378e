"""The tables: one module per noun. Nothing here decides anything; `store` is the only writer of the market's.

`record` the tape, `house` members and money, `market` listings, bids and sales, `people` leads and contact data,
`outbox` what leaves the house, `contacting` what buyers do with a lead after the sale, `deposits` money on its way in,
`payouts` money on its way out, `credit` what buyers may owe, `second_factor` what log-ins ask for beside the password,
`staging` files of suppliers that are being checked, `admission` who objected and what waits for an operator.
"""

from exchange.schema import access, admission, contacting, curves, guards, operating
from exchange.schema.columns import metadata
from exchange.schema.credit import credit_asks
from exchange.schema.deposits import deposits
from exchange.schema.hooks import hook_attempts, hook_posts, hook_secrets, hooks
from exchange.schema.house import organisations, transfers, wallets
from exchange.schema.market import (
    bids,
    calendars,
    curve_versions,
    halts,
    listings,
    recipients,
    sales,
    sector_rates,
    sectors,
    standings,
    tunings,
)
from exchange.schema.outbox import outbox, processes
from exchange.schema.payouts import payouts
from exchange.schema.people import consents, contacts, fingerprints, leads
from exchange.schema.posting import post_references, posts
from exchange.schema.record import heads, idempotency, tape
from exchange.schema.roots import roots
from exchange.schema.second_factor import backup_codes, half_logins, second_factors
from exchange.schema.snapshots import snapshots
from exchange.schema.staging import deliveries, delivery_maps, delivery_parts, delivery_rows
from exchange.schema.watching import watches

__all__ = [
    "access",
    "admission",
    "backup_codes",
    "bids",
    "calendars",
    "consents",
    "contacting",
    "contacts",
    "credit_asks",
    "curve_versions",
    "curves",
    "deliveries",
    "delivery_maps",
    "delivery_parts",
    "delivery_rows",
    "deposits",
    "fingerprints",
    "guards",
    "half_logins",
    "halts",
    "heads",
    "hook_attempts",
    "hook_posts",
    "hook_secrets",
    "hooks",
    "idempotency",
    "leads",
    "listings",
    "metadata",
    "operating",
    "organisations",
    "outbox",
    "payouts",
    "post_references",
    "posts",
    "processes",
    "recipients",
    "roots",
    "sales",
    "second_factors",
    "sector_rates",
    "sectors",
    "snapshots",
    "standings",
    "tape",
    "transfers",
    "tunings",
    "wallets",
    "watches",
]
