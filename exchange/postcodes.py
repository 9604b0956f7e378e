"""German postcodes: federal states and places, from one table that ships with the package.

The table is a constant (exchange/data/postcodes.csv, ODbL 1.0, see the licence note beside it); it is read once.
"""

from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple


class _Entry(NamedTuple):
    regions: tuple[str, ...]
    places: tuple[str, ...]


@lru_cache(maxsize=1)
def _table() -> dict[str, _Entry]:
    text = files("exchange.data").joinpath("postcodes.csv").read_text(encoding="utf-8")
    entries: dict[str, _Entry] = {}
    for line in text.splitlines()[1:]:
        code, regions, places = line.split(";")
        entries[code] = _Entry(tuple(f"DE-{region}" for region in regions.split()), tuple(places.split("|")))
    return entries


_NOWHERE = _Entry((), ())


def region_of(postcode: str) -> tuple[str, ...]:
    """The federal states of a five-digit postcode, ISO 3166-2, the primary one first; empty if unknown.

    Fifteen postcodes lie in two states; the primary one is that of the larger place.
    """
    return _table().get(postcode, _NOWHERE).regions if len(postcode) == 5 else ()


def places_of(postcode: str) -> tuple[str, ...]:
    """All places of a five-digit postcode, the principal one first; empty if unknown."""
    return _table().get(postcode, _NOWHERE).places if len(postcode) == 5 else ()


def place_of(postcode: str) -> str:
    """The principal place of a five-digit postcode; empty if unknown."""
    return next(iter(places_of(postcode)), "")


def area_of(postcode: str) -> str:
    """The main town of all postcodes with the same first three digits: what a board may show before a sale.

    Villages have few inhabitants and would name a person nearly by themselves; ``255••`` Itzehoe does not.
    """
    return next(iter(_table().get(postcode[:3], _NOWHERE).places), "")


@lru_cache(maxsize=1)
def all_postcodes() -> tuple[str, ...]:
    """Every five-digit postcode of the table, in order."""
    return tuple(code for code in sorted(_table()) if len(code) == 5)
