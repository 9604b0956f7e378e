"""Rows with numbers in the place of firms and bids, so that a file says nobody's name.

A firm is the number the replay gives it, ``K-`` as a buyer and ``L-`` as a supplier; a bid is the number of its entry,
because its own id may say whose it is.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from exchange.export.columns import DATASETS
from exchange.reports import Connection
from exchange.reports.stretch import bid_numbers, numbers

PAGE = 2_000

Row = Sequence[Any]
Mask = Callable[[Any], Any]


def masked(connection: Connection, dataset: str, rows: Iterable[Row]) -> Iterator[Row]:
    """The rows of a dataset as files of pages give them, so many in memory at a time."""
    names = [column.name for column in DATASETS[dataset]]
    masks = _masks(names, numbers(connection))
    bid = names.index("bid_id") if "bid_id" in names else None
    rest = iter(rows)
    while page := list(islice(rest, PAGE)):
        known = {} if bid is None else bid_numbers(connection, {row[bid] for row in page if row[bid]})
        for row in page:
            told = list(row)
            for place, mask in masks.items():
                told[place] = mask(told[place])
            if bid is not None and told[bid]:
                told[bid] = str(known[told[bid]])
            yield told


def _masks(names: Sequence[str], members: Mapping[str, int]) -> dict[int, Mask]:
    """What is done to a row, by the place of the column."""

    def terms(text: str) -> str:
        """A bid may want leads of some suppliers, or none of theirs."""
        told = json.loads(text)
        filters = told.get("filters") or {}
        for key in ("only_from", "not_from"):
            if filters.get(key):
                filters[key] = sorted(f"L-{members[firm]}" for firm in filters[key] if firm in members)
        return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    found: dict[str, Mask] = {
        "buyer": lambda firm: f"K-{members[firm]}",
        "supplier": lambda firm: f"L-{members[firm]}",
        "terms": terms,
    }
    return {place: found[name] for place, name in enumerate(names) if name in found}
