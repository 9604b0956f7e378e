"""``exchange rehearse``: play a trading script on the real desk and compare."""

import sys
from contextlib import closing
from pathlib import Path
from secrets import token_bytes

import click

from exchange.clock import SetClock
from exchange.desk import Desk
from exchange.errors import ConfigError
from exchange.member import HOUSE
from exchange.script.mistake import ScriptError
from exchange.script.parser import parse_script
from exchange.script.rehearsal import Rehearsal
from exchange.script.report import rehearse as play
from exchange.store import Store, open_store
from exchange.vault import Vault

_IN_MEMORY = "sqlite://"
_DIFFERS, _WRONG = 1, 2


@click.command()
@click.argument("file", metavar="FILE")
@click.option("--json", "as_json", is_flag=True, help="Print outcomes as JSON, one object a line.")
@click.option("--late", is_flag=True, help="Turn the scheduler off until the end or a `settle` line.")
@click.option("--database", metavar="URL", default=_IN_MEMORY, help="Play on this empty database instead of memory.")
def rehearse(file: str, as_json: bool, late: bool, database: str) -> None:
    """Play a trading day written in FILE (- reads standard input) and compare it with its lines after `>`.

    Every outcome is printed in the words of the script; what a script has no words for follows a `#`. Exit code 0:
    everything is as expected. 1: something differs, and both sides are shown. 2: the script cannot be played.

    \b
    exchange rehearse day.txt
    exchange rehearse --late --json - < day.txt

    \b
    A day:
      curve c1 linear over 600s
      sector pv tick 0.50 curve c1 seats 3
      supplier nord
      buyer anna 500.00
      09:00:00 list L1 pv by nord in DE-BY 86150 at 90.00 floor 30.00 seats 1
      09:00:02 bid B1 anna pv limit 70.00 x 2
      09:10:00 settle
      > 09:03:20 fill L1 anna 70.00 B1 seat 1
    """
    try:
        script = parse_script(_read(file), file)
        clock = SetClock(0)
        with closing(open_store(database, clock, create=True, vault=Vault({1: token_bytes(32)}))) as store:
            report = play(Rehearsal(script, _empty_desk(store), clock, late=late))
    except (ScriptError, ConfigError) as error:
        click.echo(str(error), err=True)
        sys.exit(_WRONG)
    for line in report.records() if as_json else report.lines():
        click.echo(line)
    for line in report.verdict():
        click.echo(line, err=as_json)
    if not report.as_expected:
        sys.exit(_DIFFERS)


def _read(file: str) -> str:
    """The script's text; raises ConfigError where there is none to read."""
    try:
        return sys.stdin.buffer.read().decode() if file == "-" else Path(file).read_bytes().decode()
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise ConfigError(f"{file}: is no UTF-8 text: byte {error.start} cannot be read") from None


def _empty_desk(store: Store) -> Desk:
    """A desk of its own; contact data of the script's invented persons is sealed by a key nobody keeps."""
    desk = Desk(store)
    if desk.sectors() or desk.entries(HOUSE):
        raise ConfigError("the database is not empty: a rehearsal wants one of its own")
    return desk
