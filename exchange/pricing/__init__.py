"""How an ask falls: a curve compiles to a table, a schedule lays the table over hours and halts (rules.md §2).

`precision` (exact numbers) -> `shape`, `decay` (the families) -> `curve` -> `table` (look-ups in running time);
`hours` (a calendar version: instants and running time) -> `schedule` (look-ups by instant).
"""
