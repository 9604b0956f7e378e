"""The command group: help that teaches, settings as defaults, errors in one line."""

import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from exchange import __version__
from exchange.cli import COMMANDS, defaults, main
from exchange.config import Config, load
from exchange.errors import ConfigError, Unknown

APART = {"demo", "rehearse"}
"""A demo and a rehearsal never touch the exchange's own database."""


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch, tmp_path):
    for name in ("EXCHANGE_CONFIG", "EXCHANGE_DATABASE", "EXCHANGE_KEY_FILE", "EXCHANGE_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


def run(*arguments):
    return CliRunner().invoke(main, arguments)


def commands():
    """Every command that does something: the words that call it."""

    def below(command, words):
        if isinstance(command, click.Group):
            for name in command.list_commands(click.Context(command)):
                yield from below(command.get_command(click.Context(command), name), (*words, name))
        else:
            yield words

    return sorted(below(main, ()))


def called(words):
    """The context in which a command would run under the settings that are there."""
    context = click.Context(main, info_name="exchange", default_map=defaults(load()))
    for word in words:
        context = click.Context(context.command.get_command(context, word), context, word)
    return context


def test_the_help_names_every_command_and_begins_with_the_first_steps():
    shown = run("--help")
    assert shown.exit_code == 0
    for name, purpose in COMMANDS.items():
        assert f"  {name}" in shown.output
        assert purpose in shown.output
    assert shown.output.index("exchange demo") < shown.output.index("exchange init") < shown.output.index("Commands:")


def test_the_help_loads_no_command():
    script = (
        "import sys; from click.testing import CliRunner; from exchange.cli import main;"
        "assert CliRunner().invoke(main, ['--help']).exit_code == 0;"
        "print([name for name in sys.modules if name.startswith(('exchange.cli.', 'exchange.desk', 'sqlalchemy'))])"
    )
    shown = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"


@pytest.mark.parametrize("words", commands(), ids=" ".join)
def test_every_command_explains_itself_with_an_example(words):
    shown = run(*words, "--help")
    assert shown.exit_code == 0
    below_usage = shown.output.partition("\n")[2]
    assert f"exchange {' '.join(words)}" in below_usage, "write an example into the docstring"


@pytest.mark.parametrize("words", [words for words in commands() if words[0] not in APART], ids=" ".join)
def test_settings_are_the_defaults_of_options(words, tmp_path):
    (tmp_path / "config.toml").write_text(
        '[database]\nurl = "sqlite:///set.db"\n[vault]\nkey_file = "set.key"\n'
        '[web]\nhost = "127.0.0.9"\nport = 9009\nsecure = true\n'
    )
    places = {"database": "sqlite:///set.db", "key_file": Path("set.key")}
    named = places | {"host": "127.0.0.9", "port": 9009, "secure": True}
    context = called(words)
    for option in context.command.params:
        if option.name in named:
            assert option.get_default(context) == named[option.name], f"--{option.name} does not know the settings"


def test_the_version():
    assert run("--version").output == f"exchange, version {__version__}\n"


def test_a_wrong_setting_stops_with_one_line(tmp_path):
    (tmp_path / "config.toml").write_text("[web]\nprot = 1\n")
    refused = run("curve", "show", "linear", "--over", "1h", "--start", "90", "--floor", "30")
    assert refused.exit_code == 2
    assert refused.output == "Error: config.toml: web.prot is no setting; did you mean web.port?\n"


def test_a_named_file_goes_before_the_usual_one(tmp_path):
    (tmp_path / "config.toml").write_text("[web]\nprot = 1\n")
    (tmp_path / "own.toml").write_text("[web]\nport = 9000\n")
    assert run("--config", "own.toml", "curve", "--help").exit_code == 0


@pytest.mark.parametrize(
    ("error", "exit_code", "line"),
    [
        (Unknown("sector", "xyz"), 1, "Error: unknown sector: xyz\n"),
        (ConfigError("web.host: no"), 2, "Error: web.host: no\n"),
    ],
)
def test_our_errors_are_one_line_and_no_traceback(monkeypatch, error, exit_code, line):
    @click.command()
    @click.pass_obj
    def broken(config):
        assert isinstance(config, Config)
        raise error

    monkeypatch.setattr(type(main), "get_command", lambda *_: broken)
    refused = run("verify")
    assert (refused.exit_code, refused.output) == (exit_code, line)
    assert isinstance(refused.exception, SystemExit)


def test_a_misspelt_command_is_a_usage_error():
    refused = run("verfy")
    assert refused.exit_code == 2
    assert "verfy" in refused.output
