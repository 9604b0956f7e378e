"""The settings: one file, every key known, every mistake named by its path."""

import tomllib
from dataclasses import fields, is_dataclass, replace
from pathlib import Path

import pytest

from exchange.config import SESSION_KEY, Config, load
from exchange.errors import ConfigError

EXAMPLE = Path(__file__).parent.parent / "config.example.toml"


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch, tmp_path):
    for name in ("EXCHANGE_CONFIG", "EXCHANGE_DATABASE", "EXCHANGE_KEY_FILE", SESSION_KEY):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


def written(tmp_path, text):
    file = tmp_path / "exchange.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_without_a_file_everything_has_its_default():
    assert load() == Config()


def test_the_example_is_the_defaults():
    assert load(EXAMPLE) == Config()


def test_the_example_names_every_key():
    def keys(settings):
        for one in fields(settings):
            value = getattr(settings, one.name)
            if is_dataclass(value):
                yield from ((one.name, *rest) for rest in keys(value))
            elif "secret" not in one.metadata:
                yield (one.name,)

    tables = tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))
    named = {(table, key) for table, lines in tables.items() for key in lines}
    assert named == set(keys(Config()))
    assert SESSION_KEY in EXAMPLE.read_text(encoding="utf-8")


def test_what_the_file_does_not_say_keeps_its_default(tmp_path):
    config = load(written(tmp_path, '[web]\nport = 9000\n[intake.columns]\n"Tel. privat" = "phone"\n'))
    assert config.web == replace(Config().web, port=9000)
    assert config.intake.columns == {"Tel. privat": "phone"}
    assert config.database == Config().database


def test_the_file_in_this_directory_is_read_and_the_named_one_goes_before_it(tmp_path, monkeypatch):
    (tmp_path / "config.toml").write_text("[web]\nport = 9001\n")
    assert load().web.port == 9001
    monkeypatch.setenv("EXCHANGE_CONFIG", str(written(tmp_path, "[web]\nport = 9002\n")))
    assert load().web.port == 9002


def test_the_environment_goes_before_the_file_and_alone_holds_secrets(tmp_path, monkeypatch):
    monkeypatch.setenv("EXCHANGE_DATABASE", "sqlite:///elsewhere.db")
    monkeypatch.setenv("EXCHANGE_KEY_FILE", "elsewhere.key")
    monkeypatch.setenv(SESSION_KEY, "s" * 43)
    config = load(written(tmp_path, '[database]\nurl = "sqlite:///here.db"\n'))
    assert config.database.url == "sqlite:///elsewhere.db"
    assert config.vault.key_file == Path("elsewhere.key")
    assert config.session_key == "s" * 43
    assert "sss" not in repr(config)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[web]\nprot = 1", "exchange.toml: web.prot is no setting; did you mean web.port?"),
        ("[wep]\nport = 1", "exchange.toml: wep is no setting; did you mean web?"),
        ("[web]\nnonsense = 1", "exchange.toml: web.nonsense is no setting"),
        ("port = 1", "exchange.toml: port is no setting"),
        ('session_key = "x"', "exchange.toml: session_key is a secret: set the variable EXCHANGE_SESSION_KEY instead"),
        ('[web]\nport = "8400"', "exchange.toml: web.port is a whole number from 1 to 65535, not '8400'"),
        ("[web]\nport = true", "exchange.toml: web.port is a whole number from 1 to 65535, not True"),
        ("[web]\nport = 70000", "exchange.toml: web.port is a whole number from 1 to 65535, not 70000"),
        ("[web]\nsecure = 1", "exchange.toml: web.secure is true or false, not 1"),
        ('[database]\nurl = ""', "exchange.toml: database.url is a text in quotes, not ''"),
        ("[vault]\nkey_file = 1", "exchange.toml: vault.key_file is a text in quotes, not 1"),
        ("web = 1", "exchange.toml: web is a table: write its keys below it in brackets, not 1"),
        ("[intake.columns]\nTel = 1", "exchange.toml: intake.columns.Tel is a text in quotes, not 1"),
        ("[intake]\ncolumns = 1", 'intake.columns is a table of lines like "Tel. privat" = "phone", not 1'),
        ("[web", "is no TOML: Expected ']'"),
    ],
)
def test_a_mistake_is_named_by_its_path(tmp_path, text, message):
    with pytest.raises(ConfigError) as error:
        load(written(tmp_path, text))
    assert message in str(error.value)


def test_a_file_that_was_named_must_be_there(tmp_path, monkeypatch):
    with pytest.raises(ConfigError, match=r"nowhere\.toml: cannot be read"):
        load(tmp_path / "nowhere.toml")
    monkeypatch.setenv("EXCHANGE_CONFIG", "also-nowhere.toml")
    with pytest.raises(ConfigError, match=r"also-nowhere\.toml: cannot be read"):
        load()
