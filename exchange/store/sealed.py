"""Every sealed text of the house under its newest key, whichever table keeps it.

A table keeps sealed texts where it has a ``wrapped_key``; a text is bound to its table's name and its row's primary
key, joined by ``|``.
"""

from sqlalchemy import Connection, Table, and_, func, select, update

from exchange.schema import metadata
from exchange.vault import Sealed, Vault

AT_ONCE = 500


def sealed_tables() -> list[str]:
    """The names of the tables that keep sealed texts."""
    return [table.name for table in metadata.sorted_tables if "wrapped_key" in table.columns]


def rewrap(connection: Connection, vault: Vault, name: str, most: int = AT_ONCE) -> int:
    """Bring some of what older keys of the vault wrapped under the newest; returns how many, 0 when all are.

    Raises Broken for a text that was sealed under a key the vault does not have.
    """
    table = metadata.tables[name]
    names = list(table.primary_key.columns)
    rows = connection.execute(select(table).where(_is_old(table, vault)).order_by(*names).limit(most)).all()
    for row in rows:
        of_row = [row._mapping[name.name] for name in names]
        fresh = vault.rewrap("|".join(map(str, (table.name, *of_row))), Sealed.of(row))
        is_it = and_(*(name == value for name, value in zip(names, of_row, strict=True)))
        connection.execute(update(table).where(is_it).values(**fresh.columns))
    return len(rows)


def left(connection: Connection, vault: Vault, name: str) -> int:
    """How many of a table's texts an older key wrapped."""
    table = metadata.tables[name]
    return int(connection.execute(select(func.count()).select_from(table).where(_is_old(table, vault))).scalar_one())


def _is_old(table: Table, vault: Vault):  # type: ignore[no-untyped-def]
    """Rows wrapped by another key; what was emptied needs none."""
    return (table.c.key_version != vault.key_version) & (table.c.wrapped_key != b"")
