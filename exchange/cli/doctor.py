"""``exchange doctor``: whether everything is well, and what to do where it is not."""

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from exchange.clock import SystemClock
from exchange.config import Config
from exchange.errors import ConfigError
from exchange.instant import to_text
from exchange.reports.backups import check_backup, last_backup
from exchange.reports.disk import check_disk, room
from exchange.reports.durability import check_durability
from exchange.reports.health import BROKEN, OK, STATES, Finding, check_writing, checkup, worst
from exchange.reports.hooks import check_hooks
from exchange.reports.retention import check_retention
from exchange.reports.standby import Standbys, check_standbys, standbys
from exchange.store import Store, open_store
from exchange.store.engine import instant_of
from exchange.vault import ENVIRONMENT, open_vault


@click.command()
@click.option("--database", metavar="URL", default=None, help="Default: [database] url of the configuration.")
@click.option(
    "--key-file", type=click.Path(path_type=Path), default=None, help="Default: [vault] key_file of the configuration."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON document, for monitoring.")
@click.pass_context
def doctor(ctx: click.Context, database: str | None, key_file: Path | None, as_json: bool) -> None:
    """Look at database, clocks, jobs, messages, retention, tapes, ledger, backups, standbys, disk, keys.

    Leaves everything as it is (one row is written and taken back) and may run beside a busy market. Exit code 0: all is
    well, 1: somebody should look, 2: something is broken. The ledger is summed up as a whole, the tapes only at their
    ends: `exchange verify` recomputes all.

    \b
    Examples:
      exchange doctor
      exchange doctor --json
    """
    url = database or ctx.obj.database.url
    findings = [*_of_database(url, ctx.obj), *_of_host(key_file or ctx.obj.vault.key_file)]
    state = worst(findings)
    if as_json:
        checks = [{"check": one.check, "state": one.state, "says": one.says} for one in findings]
        click.echo(json.dumps({"at": to_text(SystemClock().now()), "state": state, "checks": checks}, indent=1))
    else:
        for one in findings:
            click.echo(f"{one.state:<8} {one.check:<12} {one.says}")
    sys.exit(STATES.index(state))


def _of_database(url: str, config: Config) -> Iterator[Finding]:
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
            found = list(checkup(connection, carries=config.courier.carries))
            found.append(check_durability(connection))
            if found[0].state == OK:
                found.append(check_hooks(connection))
                found.append(check_retention(connection, config.retention))
                found.append(check_backup(last_backup(connection), instant_of(connection, store.clock)))
            following = standbys(connection)
        yield from found
        yield from _of_servers(store, following, whole=found[0].state == OK)
    except Exception as error:
        yield _unreachable("stopped answering", error)
    finally:
        store.close()


def _of_servers(store: Store, following: Standbys | None, *, whole: bool) -> Iterator[Finding]:
    """Whether it can be written, is not asked where a commit would wait for a standby that is not there."""
    if following is not None:
        yield check_standbys(following)
    if whole and not (following and following.missing):
        yield check_writing(store)
    beside = room(store.engine)
    if beside is not None:
        yield check_disk(beside)


def _unreachable(how: str, error: Exception) -> Finding:
    """The driver's message is left out: it may name addresses and users."""
    return Finding("database", BROKEN, f"It {how} ({type(error).__name__}): look at its server and disk.")


def _of_host(key_file: Path) -> Iterator[Finding]:
    try:
        open_vault(key_file)
    except (ConfigError, OSError) as error:
        yield Finding("vault", BROKEN, f"{error}: without its keys no contact data can be read or stored.")
        return
    kept = f"in {ENVIRONMENT}" if os.environ.get(ENVIRONMENT) else f"in {key_file}, readable by its owner only"
    yield Finding("vault", OK, f"The keys are {kept}.")
