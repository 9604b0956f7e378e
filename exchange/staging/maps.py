"""Saved maps: what a supplier's columns mean in a sector, under a name, to be used for the next file."""

import json
from collections.abc import Mapping

from sqlalchemy import Connection, delete, select
from sqlalchemy import insert as new_row

from exchange.errors import Invalid
from exchange.instant import Instant
from exchange.intake.columns import ColumnMap, Columns
from exchange.schema import delivery_maps

LONGEST_NAME = 60
MOST_MAPS = 50
_known = delivery_maps.c


def save(
    connection: Connection,
    supplier: str,
    sector: str,
    name: str,
    names: Mapping[str, str],
    columns: Columns,
    now: Instant,
) -> None:
    """Keep what column names mean (``names``: column -> field) and what holds for every row; raises Invalid."""
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise Invalid("save_as", f"1–{LONGEST_NAME}")
    if name not in saved(connection, supplier, sector) and len(saved(connection, supplier, sector)) >= MOST_MAPS:
        raise Invalid("save_as", f"≤ {MOST_MAPS}")
    mine = (_known.supplier == supplier) & (_known.sector == sector) & (_known.name == name)
    connection.execute(delete(delivery_maps).where(mine))
    text = json.dumps({"names": dict(names), "constants": dict(columns.constants)}, ensure_ascii=False)
    connection.execute(
        new_row(delivery_maps).values(supplier=supplier, sector=sector, name=name, mapping=text, saved_at=now)
    )


def saved(connection: Connection, supplier: str, sector: str) -> dict[str, ColumnMap]:
    """A supplier's maps for a sector by name, the latest first."""
    wanted = select(delivery_maps).where(_known.supplier == supplier, _known.sector == sector)
    found = {}
    for row in connection.execute(wanted.order_by(_known.saved_at.desc(), _known.name)):
        told = json.loads(row.mapping)
        found[row.name] = ColumnMap(told["names"], told["constants"])
    return found
