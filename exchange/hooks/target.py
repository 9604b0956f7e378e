"""Where a webhook points: one strict spelling of an https address, read once, never guessed at.

What is refused here never reaches a resolver: other schemes, credentials, numbers in place of names (in whatever
base), ports that are not ours to knock at, names of one's own network (design: OWASP on server-side request forgery).
"""

import re
from dataclasses import dataclass

from exchange.errors import ConfigError, Invalid

MOST_LETTERS = 500
HTTPS, HTTP = "https", "http"

_URL = re.compile(
    r"(?P<scheme>https?)://(?P<host>[A-Za-z0-9.-]{1,253})(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<path>/[A-Za-z0-9\-._~!$&'()*+,;=:@%/]*)?(?P<query>\?[A-Za-z0-9\-._~!$&'()*+,;=:@%/?]*)?",
    re.ASCII,
)
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", re.ASCII)
_LAST_LABEL = re.compile(r"[a-z]([a-z0-9-]{0,61}[a-z0-9])", re.ASCII)
"""Begins with a letter: what an old resolver could take for a number (2130706433, 0x7f.1, 127.1) is no name."""
_INNER = ("localhost", "local", "localdomain", "internal", "intranet", "lan", "home", "corp", "private", "arpa")
_LOCAL = ("127.0.0.1", "localhost")


@dataclass(frozen=True, slots=True)
class Bounds:
    """Where webhooks may go: over https to these ports; with ``local``, for development, to this machine by http."""

    ports: tuple[int, ...] = (443,)
    local: bool = False


def read_ports(text: str) -> tuple[int, ...]:
    """The ports a setting names, blanks between; raises ConfigError."""
    words = text.split()
    if not words or not all(re.fullmatch(r"[1-9][0-9]{0,4}", word, re.ASCII) for word in words):
        raise ConfigError("courier.hook_ports: numbers of ports with blanks between")
    ports = tuple(int(word) for word in words)
    if max(ports) > 65_535:
        raise ConfigError("courier.hook_ports: a port is at most 65535")
    return ports


@dataclass(frozen=True, slots=True)
class Target:
    """A sound address. ``path`` holds the query too; ``here`` says that it is this machine's own."""

    scheme: str
    host: str
    port: int
    path: str
    here: bool = False


def read_target(url: str, bounds: Bounds) -> Target:
    """An address in its parts; raises Invalid with a reason of one word for everything that is not plainly allowed."""
    if len(url) > MOST_LETTERS:
        raise Invalid("url", "long")
    if (found := _URL.fullmatch(url)) is None:
        raise Invalid("url", "form")
    scheme, host = found["scheme"], found["host"].lower()
    port = int(found["port"] or (443 if scheme == HTTPS else 80))
    path = (found["path"] or "/") + (found["query"] or "")
    if bounds.local and scheme == HTTP and host in _LOCAL and 0 < port <= 65_535:
        return Target(scheme, "127.0.0.1", port, path, here=True)
    if scheme != HTTPS:
        raise Invalid("url", "scheme")
    if not _is_name(host):
        raise Invalid("url", "host")
    if port not in bounds.ports:
        raise Invalid("url", "port")
    return Target(scheme, host, port, path)


def _is_name(host: str) -> bool:
    """A full name of the public kind."""
    *labels, last = host.split(".")
    if not labels or last in _INNER or _LAST_LABEL.fullmatch(last) is None:
        return False
    return all(_LABEL.fullmatch(label) for label in labels)
