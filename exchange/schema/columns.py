"""The metadata all tables share, and the three kinds of column they are made of.

Instants are BIGINT microseconds (names end in ``_at``), money is BIGINT cents, ids are text: the same on SQLite
and PostgreSQL, with nothing for a driver to convert.
"""

from typing import Any

from sqlalchemy import BigInteger, Column, ForeignKey, MetaData, Text

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def whole(name: str, *, null: bool = False, **more: Any) -> Column[int]:
    """A whole number: cents, microseconds, basis points, a sequence number; the name says which."""
    return Column(name, BigInteger, nullable=null, **more)


def words(name: str, *, null: bool = False, **more: Any) -> Column[str]:
    """An id, a code, or canonical JSON."""
    return Column(name, Text, nullable=null, **more)


def of(name: str, other: str, *, null: bool = False, **more: Any) -> Column[str]:
    """An id that must exist in another table, ``table.column``."""
    return Column(name, Text, ForeignKey(other), nullable=null, **more)
