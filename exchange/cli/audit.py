"""``exchange audit``: what operators did, and whether the log is as it was sealed."""

import json

import click

from exchange.audit.proof import prove_audit
from exchange.audit.sealer import seal_all
from exchange.instant import to_text
from exchange.reports.audit import AuditRow, audit_rows
from exchange.store import open_store

_database = click.option(
    "--database", metavar="URL", default=None, help="Default: [database] url of the configuration."
)


@click.group()
def audit() -> None:
    """What operators did: halts, rulings, members, money confirmed, evidence opened. Append-only and chained."""


@audit.command("list")
@click.option("--action", default="", help="Only deeds whose name begins so, like claim or member.credit.")
@click.option("--user", "user_id", default="", help="Only this user's, by id.")
@click.option("--most", default=60, show_default=True, type=click.IntRange(1, 100_000), help="How many, latest first.")
@_database
@click.pass_context
def list_rows(ctx: click.Context, action: str, user_id: str, most: int, database: str | None) -> None:
    """The log, the latest first, a line a deed.

    \b
    Example:
      exchange audit list --action claim --most 20
    """
    store, after, left = open_store(database or ctx.obj.database.url), None, most
    with store.read() as connection:
        while left > 0:
            rows, after = audit_rows(connection, action=action, user_id=user_id, after=after)
            for row in rows[:left]:
                click.echo(_line(row))
            left -= len(rows)
            if after is None:
                break
    store.close()


@audit.command()
@click.option("--head", "noted", metavar="N:SEAL", default=None, help="A number and its seal that you noted earlier.")
@click.option("--seal/--no-seal", default=True, help="Seal first what waits for it.")
@_database
@click.pass_context
def verify(ctx: click.Context, noted: str | None, seal: bool, database: str | None) -> None:
    """Compute every seal again; say where the chain ends, or what is the first thing wrong (exit code 1).

    Keep the head it prints somewhere this database's administrators cannot write: with it a chain that was written anew
    from the beginning is found too.

    \b
    Example:
      exchange audit verify --head 1204:9f2c...
    """
    store = open_store(database or ctx.obj.database.url)
    if seal:
        seal_all(store)
    with store.read() as connection:
        found = prove_audit(connection, _noted(noted))
    store.close()
    if found.broken:
        raise click.ClickException(f"audit log: {found.broken}; {found.sealed} seals before it fit")
    click.echo(f"audit log: ok, {found.sealed} rows sealed, {found.waiting} waiting; head {found.sealed}:{found.head}")


def _noted(text: str | None) -> tuple[int, str] | None:
    if text is None:
        return None
    number, _, seal = text.partition(":")
    if not number.isdecimal() or not seal:
        raise click.BadParameter("write a number, a colon and a seal", param_hint="--head")
    return int(number), seal


def _line(row: AuditRow) -> str:
    tape = f" tape {row.sector}:{row.seq}" if row.sector else ""
    seal = f" #{row.n}" if row.n else ""
    what = " ".join(f"{name}={value}" for name, value in row.objects.items())
    change = json.dumps(row.before, ensure_ascii=False) + " -> " if row.before else ""
    change += json.dumps(row.after, ensure_ascii=False)
    return f"{to_text(row.at)} {row.user_id} {row.action} {what} {change}{tape}{seal}"
