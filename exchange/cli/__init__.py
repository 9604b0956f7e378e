"""The command ``exchange``: one group, its commands loaded when they are asked for."""

from importlib import import_module
from pathlib import Path
from typing import Any

import click

from exchange import __version__
from exchange.config import Config, load
from exchange.errors import ConfigError, ExchangeError

REFUSED, UNUSABLE = 1, 2
"""Exit codes: the exchange said no; it could not begin."""

COMMANDS = {
    "demo": "A running exchange with sample leads and invented people.",
    "init": "Create the database and a key, or bring them up to date.",
    "sector": "Open a market, stop it for a while, let it go on.",
    "member": "Firms that bring leads or take them, and their money.",
    "user": "Who may log in.",
    "leads": "Bring leads into the market.",
    "suppress": "People who objected to any use: nobody lists them.",
    "serve": "Pages and live board, and the alarm clock with them.",
    "jobs": "The alarm clock and the courier in a process of their own.",
    "outbox": "What leaves the house, what waits, what was given up.",
    "verify": "Recompute every outcome and every balance from the orders.",
    "proof": "A receipt with which a buyer checks one sale offline.",
    "roots": "The published roots of the days.",
    "replay": "The market as it stood at an instant, or played.",
    "snapshots": "States of tapes, kept so that any instant opens soon.",
    "export": "Tape, listings, bids, fills, skips and claims as Parquet or CSV.",
    "backtest": "A period of the past under another curve or other terms.",
    "audit": "What operators did, chained; and whether it is as it was written.",
    "person": "What people may ask of us: what we hold, and to forget who asked.",
    "keys": "Change the key that seals contact data.",
    "doctor": "Whether everything is well, and what to do where it is not.",
    "backup": "A copy of the database while the market goes on.",
    "curve": "How prices fall: show, draw, approve, activate, roll back.",
    "rehearse": "Play a trading day written as text and compare.",
}
"""Name -> what it is for, in the order of first steps; each is the command of its name in the module of its name."""


class Refusal(click.ClickException):
    """The exchange said no, in one line on standard error."""

    exit_code = REFUSED


class Misconfigured(click.ClickException):
    """The exchange could not begin, in one line on standard error."""

    exit_code = UNUSABLE


class Door(click.Group):
    """Loads a command when it is asked for, and turns our errors into one line instead of a traceback."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, in the order of first steps."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name, imported now; None where there is none."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"exchange.cli.{cmd_name}"), cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, without importing one."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def invoke(self, ctx: click.Context) -> Any:
        """Run; raises Misconfigured or Refusal for our errors."""
        try:
            return super().invoke(ctx)
        except ConfigError as error:
            raise Misconfigured(str(error)) from error
        except ExchangeError as error:
            raise Refusal(str(error)) from error


@click.group(cls=Door, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.option(
    "--config",
    "file",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Settings; else the file EXCHANGE_CONFIG names, else ./config.toml, else the defaults.",
)
@click.version_option(__version__, prog_name="exchange")
@click.pass_context
def main(ctx: click.Context, file: Path | None) -> None:
    """Leadbörse: an exchange for leads whose prices fall along published curves.

    A supplier lists a lead at a start price. From then on the price falls by itself, on a schedule everybody can
    read, down to a floor. A buyer takes the lead at the price of the moment, or leaves a standing bid that takes it as
    soon as the price has come down to the bid's limit. Every order and every outcome stands on a tape, and
    `exchange verify` recomputes them all.

    \b
    Look around first: everything in it is invented, and it opens in your browser.
      exchange demo

    \b
    Then an exchange of your own:
      exchange init
      exchange sector open --all
      exchange member join nord --name "Nord Leads" --supplier
      exchange member join brandt --name "Brandt & Vogel" --buyer
      exchange member deposit brandt 500.00
      exchange user add sabine@brandt.example --name "Sabine Brandt" --firm brandt
      exchange leads sample kw47.csv --sector pv
      exchange leads import kw47.csv --sector pv --supplier nord
      exchange serve
      exchange verify

    \b
    Without any database:
      exchange curve show exponential --half-life 2h --over 3d --start 90 --floor 30 --as plot
      exchange rehearse day.txt

    Each command explains itself: exchange leads import --help. Every setting stands in config.example.toml.
    """
    ctx.obj = load(file)
    ctx.default_map = defaults(ctx.obj)


def defaults(config: Config) -> dict[str, Any]:
    """The settings as defaults of the commands' options; a rehearsal and the demo keep their own databases."""
    places = {"database": config.database.url, "key_file": config.vault.key_file}
    market = {"fee_bp": config.market.fee_bp, "vat_bp": config.market.vat_bp}
    web = {"host": config.web.host, "port": config.web.port, "secure": config.web.secure}
    return {
        "init": places,
        "sector": dict.fromkeys(("halt", "resume", "show", "edit", "rates", "share"), places)
        | {"open": places | market},
        "curve": dict.fromkeys(
            ("activate", "approve", "ask", "call-off", "discard", "draft", "history", "reject", "rollback"), places
        )
        | {"arms": dict.fromkeys(("show", "put", "retire"), places)},
        "member": dict.fromkeys(("join", "deposit", "credit"), places),
        "user": dict.fromkeys(("add", "disable", "invite", "list", "password", "reset", "reset-second-factor"), places)
        | {"key": dict.fromkeys(("list", "make", "revoke"), places)},
        "leads": {"import": places},
        "suppress": dict.fromkeys(("add", "import", "list", "remove"), places),
        "keys": dict.fromkeys(("new", "rewrap", "show"), places),
        "person": dict.fromkeys(("erase", "show"), places),
        "serve": places | web,
        "jobs": places,
        "outbox": dict.fromkeys(("list", "show", "retry"), places),
        "verify": places,
        "audit": dict.fromkeys(("list", "verify"), places),
        "proof": places,
        "roots": places,
        "export": places,
        "backtest": places,
        "replay": places,
        "snapshots": places,
        "doctor": places,
        "backup": places,
    }
