"""Triggers that keep history as it was written, on both engines.

Tape, transfers, and curve and calendar versions are never changed or deleted; of a sale only the claim's columns
and ``released`` are.
"""

from collections.abc import Iterator

from sqlalchemy import Connection, Table, event, text

from exchange.schema.columns import metadata

FROZEN = ("tape", "transfers", "curve_versions", "calendars")
"""Tables whose rows are only ever added."""

LOGGED = ("audit", "audit_seals")
"""The audit log's: guarded in the same way, raised by the upgrade that made them."""

PAID = "payouts"
"""Payouts: what was booked or dropped stays as it was; what waits for a second operator may still be decided."""

SALE_TERMS = (
    *("sale_id", "sector", "seq", "listing_id", "bid_id", "buyer", "group_id", "supplier", "person_id"),
    *("seat", "seats", "ask_cents", "vat_cents", "fee_cents", "sold_at", "closes_at"),
)
"""A sale's columns that never change."""

_FUNCTION = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'history is append-only: %', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$
"""


def guards(dialect: str) -> Iterator[str]:
    """The statements that raise the guards on ``sqlite`` or ``postgresql``."""
    if dialect == "postgresql":
        yield _FUNCTION
    for table in FROZEN:
        yield _guard(dialect, table, "UPDATE", "UPDATE")
        yield _guard(dialect, table, "DELETE", "DELETE")
    yield _guard(dialect, "sales", "UPDATE", f"UPDATE OF {', '.join(SALE_TERMS)}")
    yield _guard(dialect, "sales", "DELETE", "DELETE")
    if dialect == "postgresql":
        for table in (*FROZEN, "sales"):
            yield (
                f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
            )


def log_guards(dialect: str) -> Iterator[str]:
    """The same for the audit log; the function of `guards` is there already."""
    for table in LOGGED:
        yield _guard(dialect, table, "UPDATE", "UPDATE")
        yield _guard(dialect, table, "DELETE", "DELETE")
        if dialect == "postgresql":
            yield (
                f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
            )


def payout_guards(dialect: str) -> Iterator[str]:
    """The same for payouts, none of which is ever taken away."""
    yield _guard(dialect, PAID, "UPDATE", "UPDATE", when="OLD.state <> 'asked'")
    yield _guard(dialect, PAID, "DELETE", "DELETE")
    if dialect == "postgresql":
        yield (
            f"CREATE TRIGGER {PAID}_no_truncate BEFORE TRUNCATE ON {PAID} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def drop_payout_guards(dialect: str) -> Iterator[str]:
    """The statements that take them down again."""
    on = "" if dialect == "sqlite" else f" ON {PAID}"
    for name in ("update", "delete", *(["truncate"] if dialect == "postgresql" else [])):
        yield f"DROP TRIGGER {PAID}_no_{name}{on}"


def drop_log_guards(dialect: str) -> Iterator[str]:
    """The statements that take those of the audit log down again."""
    on = "" if dialect == "sqlite" else " ON {table}"
    for table in LOGGED:
        for name in ("update", "delete", *(["truncate"] if dialect == "postgresql" else [])):
            yield f"DROP TRIGGER {table}_no_{name}" + on.format(table=table)


def _guard(dialect: str, table: str, name: str, on: str, when: str = "") -> str:
    head = f"CREATE TRIGGER {table}_no_{name.lower()} BEFORE {on} ON {table} FOR EACH ROW"
    head += f" WHEN ({when})" if when else ""
    if dialect == "postgresql":
        return f"{head} EXECUTE FUNCTION refuse_change()"
    return f"{head} BEGIN SELECT RAISE(ABORT, 'history is append-only: {table}'); END"


def drop_guards(dialect: str) -> Iterator[str]:
    """The statements that take the guards down again: for migrations only."""
    on = "" if dialect == "sqlite" else " ON {table}"
    for table in (*FROZEN, "sales"):
        for name in ("update", "delete", *(["truncate"] if dialect == "postgresql" else [])):
            yield f"DROP TRIGGER {table}_no_{name}" + on.format(table=table)
    if dialect == "postgresql":
        yield "DROP FUNCTION refuse_change() CASCADE"


def raise_guards(connection: Connection) -> None:
    """Put the guards up."""
    for statement in guards(connection.dialect.name):
        connection.execute(text(statement))


@event.listens_for(metadata, "after_create")
def _after_create(_target: object, connection: Connection, *, tables: list[Table], **_more: object) -> None:
    """Whoever creates the tables without migrations (tests, rehearsals) gets the guards too."""
    if any(table.name == FROZEN[0] for table in tables):
        raise_guards(connection)
        for statement in (*log_guards(connection.dialect.name), *payout_guards(connection.dialect.name)):
            connection.execute(text(statement))
