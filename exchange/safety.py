"""Settings a process must not be started with: they are refused at the door, not found at night."""

import os
from collections.abc import Iterator, Mapping
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from exchange.config import SESSION_KEY, Config
from exchange.errors import ConfigError

FEWEST_LETTERS = 32
"""A session key shorter than this, or of few different letters, can be guessed."""
FEWEST_DIFFERENT = 10
_DEBUGGING = ("FLASK_DEBUG", "PYTHONASYNCIODEBUG")


Network = IPv4Network | IPv6Network
LOOPBACK: tuple[Network, ...] = (ip_network("127.0.0.0/8"), ip_network("::1/128"))


def check_safe(config: Config) -> None:
    """Refuse to serve pages under unsafe settings; raises ConfigError naming every one."""
    found = unsafe(config, os.environ)
    if found:
        raise ConfigError("refused to serve: " + "; ".join(found))


def unsafe(config: Config, environment: Mapping[str, str]) -> tuple[str, ...]:
    """Everything about these settings that would put contact data or accounts at risk."""
    return (*_door(config), *_monitors(config), *_session_key(config), *_hooks(config), *_debugging(environment))


def _door(config: Config) -> Iterator[str]:
    if not config.web.secure and not is_local(config.web.host):
        yield f"web.host: {config.web.host} can be reached from outside; put TLS in front and set web.secure = true"


def _monitors(config: Config) -> Iterator[str]:
    try:
        networks(config.web.monitors)
    except ConfigError as error:
        yield str(error)


def _session_key(config: Config) -> Iterator[str]:
    key = config.session_key
    if key is None:
        if config.web.secure:
            yield f"{SESSION_KEY}: is not set; form tokens of a public exchange need one"
    elif len(key) < FEWEST_LETTERS or len(set(key)) < FEWEST_DIFFERENT:
        yield f"{SESSION_KEY}: can be guessed; give at least {FEWEST_LETTERS} random characters"


def _hooks(config: Config) -> Iterator[str]:
    if config.courier.hooks_local and (config.web.secure or not is_local(config.web.host)):
        yield "courier.hooks_local: is for development; members could have this host call its own services"


def _debugging(environment: Mapping[str, str]) -> Iterator[str]:
    for name in _DEBUGGING:
        if environment.get(name, "0").lower() not in ("", "0", "false", "no"):
            yield f"{name}: is set; a debugger on a page is a door into the house"


def networks(text: str) -> tuple[Network, ...]:
    """The networks a setting names, with blanks between; raises ConfigError."""
    try:
        return tuple(ip_network(one) for one in text.split())
    except ValueError as error:
        raise ConfigError(f"web.monitors: {error}") from None


def is_local(host: str) -> bool:
    """Whether only this machine can reach an address."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
