"""Derive exchange/data/postcodes.csv from the ODbL postcode records (see exchange/data/LICENSE-postcodes.md).

    python tools/postcodes.py RECORDS.json > exchange/data/postcodes.csv

RECORDS.json is the file ``by-country/DE/postcodes.json`` of the package countrystatecity-postal-codes. Where a
postcode covers several places, the one a caller would name comes first: the shorter its dialling code, the
larger the town, and a code ending in 1 is the district's exchange. Lines with three digits name the main town
of all postcodes that begin so: what may be shown of a lead before its sale.
"""

import json
import sys
from collections import Counter, defaultdict
from pathlib import Path

from phonenumbers.geodata import GEOCODE_DATA

Rank = tuple[int, bool, str]
_NO_CODE: Rank = (9, True, "")


def dialling_ranks() -> dict[str, Rank]:
    """Place name -> how weighty its dialling code says it is, least first."""
    ranks: dict[str, Rank] = {}
    for prefix, names in GEOCODE_DATA.items():
        if prefix.startswith("49"):
            name = names.get("de") or names.get("en") or ""
            rank = (len(prefix), not prefix.endswith("1"), prefix)
            for spelling in {name, _first_word(name)}:
                ranks[spelling] = min(rank, ranks.get(spelling, _NO_CODE))
    return ranks


def _first_word(name: str) -> str:
    """``Überlingen`` of ``Überlingen Bodensee``: the two tables add rivers and lakes differently."""
    word = name.split(" ")[0]
    return name if word in {"Bad", "Sankt", "St", "St.", "Groß", "Klein", "Neu", "Alt", "Markt"} else word


def main(path: str) -> None:
    """Write the table to standard output: areas of three digits first, then one line a postcode."""
    records = json.loads(Path(path).read_text(encoding="utf-8"))
    known, spread = dialling_ranks(), Counter(record["localityName"] for record in records)
    ranks = {name: known.get(name) or known.get(_first_word(name), _NO_CODE) for name in spread}
    places: dict[str, set[tuple[str, str]]] = defaultdict(set)
    towns: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    for record in records:
        place = record["localityName"], record["stateCode"]
        places[record["code"]].add(place)
        towns[record["code"][:3]][place] += 1
    print("postcode;regions;places")
    for area, counted in sorted(towns.items()):
        name, region = min(counted, key=lambda p: (ranks[p[0]][:2], -counted[p], p))
        print(f"{area};{region};{name}")
    for code, found in sorted(places.items()):
        ordered = sorted(found, key=lambda p: (ranks[p[0]], -spread[p[0]], p))
        regions = dict.fromkeys(region for _, region in ordered)
        print(f"{code};{' '.join(regions)};{'|'.join(dict.fromkeys(name for name, _ in ordered))}")


if __name__ == "__main__":
    main(sys.argv[1])
