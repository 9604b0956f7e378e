"""Unsafe settings are refused before a door is opened."""

from dataclasses import replace

import pytest

from exchange.config import Config, CourierSettings, WebSettings
from exchange.errors import ConfigError
from exchange.safety import check_safe, is_local, unsafe

RANDOM = "Zk3vQ9wPfT7xLm2RbY8sHd4JcN6gUa1E"
PUBLIC = replace(Config(), web=WebSettings(host="0.0.0.0", secure=True), session_key=RANDOM)  # noqa: S104


def test_the_defaults_are_safe_on_this_machine():
    assert unsafe(Config(), {}) == ()


def test_a_public_exchange_behind_tls_with_a_key_is_safe():
    assert unsafe(PUBLIC, {}) == ()


@pytest.mark.parametrize(
    ("config", "environment", "named"),
    [
        (replace(Config(), web=WebSettings(host="192.0.2.7")), {}, "web.host"),
        (replace(Config(), web=WebSettings(host="exchange.example")), {}, "web.host"),
        (replace(PUBLIC, session_key=None), {}, "EXCHANGE_SESSION_KEY: is not set"),
        (replace(PUBLIC, session_key=RANDOM[:31]), {}, "EXCHANGE_SESSION_KEY: can be guessed"),
        (replace(Config(), session_key="changeme" * 8), {}, "EXCHANGE_SESSION_KEY: can be guessed"),
        (replace(Config(), web=WebSettings(monitors="127.0.0.1 all")), {}, "web.monitors: 'all' does not appear"),
        (replace(Config(), web=WebSettings(monitors="10.0.0.7/8")), {}, "web.monitors: 10.0.0.7/8 has host bits set"),
        (replace(PUBLIC, courier=CourierSettings(hooks_local=True)), {}, "courier.hooks_local"),
        (Config(), {"FLASK_DEBUG": "1"}, "FLASK_DEBUG"),
        (Config(), {"FLASK_DEBUG": "true"}, "FLASK_DEBUG"),
    ],
)
def test_what_is_unsafe_is_named(config, environment, named):
    (finding,) = unsafe(config, environment)
    assert finding.startswith(named)


def test_every_finding_is_in_the_refusal(monkeypatch):
    monkeypatch.setenv("FLASK_DEBUG", "1")
    with pytest.raises(ConfigError, match=r"web\.host.*FLASK_DEBUG"):
        check_safe(replace(Config(), web=WebSettings(host="192.0.2.7")))


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_loopback_is_local(host):
    assert is_local(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.1", "exchange.example", ""])  # noqa: S104
def test_everything_else_is_not(host):
    assert not is_local(host)
