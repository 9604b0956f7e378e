"""Leadbörse: an exchange for leads whose price falls along a published curve.

Layers, lowest first; each imports only what stands before it (`lint-imports` checks). The pure core knows the standard
library only, no clock, no database, no framework; postcodes reads its table from `data`:

money errors instant -> claims -> sector member lead pricing postcodes -> admission orderbook
-> house -> payload -> tape -> ledger delivery -> replay proofs -> moment
----------------------------------------------------------------------- pure above, the world below
clock config calendars catalogue failpoint schema vault -> store safety -> desk migrations audit
-> intake reports access -> aftersale staging hooks background -> courier payments operators backtest export
-> web jobs script -> demo -> cli

Start reading at `desk` (the verbs) and `orderbook.match` (who gets what); the rules are in docs/rules.md.
"""

__version__ = "0.1.0"
