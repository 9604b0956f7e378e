"""``exchange doctor``: whether everything is well, and what to do where it is not."""

import json
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from exchange.clock import SystemClock
from exchange.errors import ConfigError
from exchange.instant import to_text
from exchange.reports.durability import check_durability
from exchange.reports.health import BROKEN, OK, STATES, WARNING, Finding, check_writing, checkup, worst
from exchange.reports.hooks import check_hooks
from exchange.store import Store, open_store
from exchange.vault import ENVIRONMENT, open_vault

ENOUGH_BYTES = 2 << 30
LEAST_BYTES = 256 << 20
"""Free disk below the first deserves a look, below the second the next busy day may end in a full disk."""


@click.command()
@click.option("--database", metavar="URL", default=None, help="Default: [database] url of the configuration.")
@click.option(
    "--key-file", type=click.Path(path_type=Path), default=None, help="Default: [vault] key_file of the configuration."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON document, for monitoring.")
@click.pass_context
def doctor(ctx: click.Context, database: str | None, key_file: Path | None, as_json: bool) -> None:
    """Look at database, clocks, jobs, outbox, webhooks, tapes, ledger, halts, durability, disk, keys; say what to do.

    Leaves everything as it is (one row is written and taken back) and may run beside a busy market. Exit code 0: all is
    well, 1: somebody should look, 2: something is broken. The ledger is summed up as a whole, the tapes only at their
    ends: `exchange verify` recomputes all.

    \b
    Examples:
      exchange doctor
      exchange doctor --json
    """
    url = database or ctx.obj.database.url
    findings = [*_of_database(url, carries=ctx.obj.courier.carries), *_of_host(key_file or ctx.obj.vault.key_file)]
    state = worst(findings)
    if as_json:
        checks = [{"check": one.check, "state": one.state, "says": one.says} for one in findings]
        click.echo(json.dumps({"at": to_text(SystemClock().now()), "state": state, "checks": checks}, indent=1))
    else:
        for one in findings:
            click.echo(f"{one.state:<8} {one.check:<12} {one.says}")
    sys.exit(STATES.index(state))


def _of_database(url: str, *, carries: bool) -> Iterator[Finding]:
    try:
        store = open_store(url)
    except ConfigError as error:
        yield Finding("database", BROKEN, f"{error}.")
        return
    except Exception as error:  # whatever the driver raises: a database that cannot be reached is a finding
        yield _unreachable("does not answer", error)
        return
    try:
        with store.read() as connection:
            yield Finding("database", OK, f"It answers ({store.engine.dialect.name}).")
            found = list(checkup(connection, carries=carries))
            found.append(check_durability(connection))
            if found[0].state == OK:
                found.append(check_hooks(connection))
        yield from found
        if found[0].state == OK:
            yield check_writing(store)
        yield from _disk(store)
    except Exception as error:
        yield _unreachable("stopped answering", error)
    finally:
        store.close()


def _unreachable(how: str, error: Exception) -> Finding:
    """The driver's message is left out: it may name addresses and users."""
    return Finding("database", BROKEN, f"It {how} ({type(error).__name__}): look at its server and disk.")


def _disk(store: Store) -> Iterator[Finding]:
    """Free space beside a SQLite file; a PostgreSQL's disk is on its own host and not seen from here."""
    file = store.engine.url.database
    if store.engine.dialect.name != "sqlite" or not file:
        return
    free = shutil.disk_usage(Path(file).resolve().parent).free
    says = f"{free / (1 << 30):.1f} GiB are free beside the database"
    if free >= ENOUGH_BYTES:
        yield Finding("disk", OK, says + ".")
    else:
        state = BROKEN if free < LEAST_BYTES else WARNING
        yield Finding("disk", state, says + ": make room, a full one stops all orders.")


def _of_host(key_file: Path) -> Iterator[Finding]:
    try:
        open_vault(key_file)
    except (ConfigError, OSError) as error:
        yield Finding("vault", BROKEN, f"{error}: without its keys no contact data can be read or stored.")
        return
    kept = f"in {ENVIRONMENT}" if os.environ.get(ENVIRONMENT) else f"in {key_file}, readable by its owner only"
    yield Finding("vault", OK, f"The keys are {kept}.")
