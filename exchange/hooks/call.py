"""One POST to a webhook: to an address that was looked at, within a time, without following anybody anywhere.

No proxy of the environment is used, no redirect followed, no cookie kept; of the answer its status counts, and a short
excerpt is kept for whoever looks for a mistake.
"""

import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from http.client import HTTPConnection, HTTPException
from io import BufferedReader, RawIOBase
from socket import AF_INET6, SOCK_STREAM, socket
from time import monotonic

from exchange.hooks.address import Barred, Nameless, Place, Resolve, places_of, resolve
from exchange.hooks.retry_after import seconds_asked
from exchange.hooks.target import HTTPS, Target

CONNECT_S = 5.0
"""How long connecting, with TLS, may take."""
WHOLE_S = 10.0
"""How long a call may take from connecting to the answer's last byte that is read."""
READ_BYTES = 16_384
"""Most of an answer's body that is read."""
EXCERPT_LETTERS = 200
AGENT = "Leadboerse-Webhooks/1"
_MOST_PLACES = 3
_GONE = 410

NAME, BARRED, UNREACHABLE, TLS, TIMEOUT = "hook_name", "hook_barred", "hook_unreachable", "hook_tls", "hook_timeout"
ANSWER, STATUS, REDIRECT, GONE = "hook_answer", "hook_status", "hook_redirect", "hook_gone"
"""Why a call did not succeed, in words of ours."""


@dataclass(frozen=True, slots=True)
class Said:
    """What came of a call: the status where there was an answer, why it counts as failed, the answer's beginning."""

    status: int | None = None
    code: str = ""
    excerpt: str = ""
    later_s: int = 0
    """How long the receiver asked to be left alone."""
    took_ms: int = field(default=0, compare=False)

    @property
    def carried(self) -> bool:
        """Whether the message is there."""
        return self.code == ""


@dataclass(frozen=True, slots=True)
class Caller:
    """Makes calls. ``ask`` resolves names, ``context`` says which certificates are believed."""

    ask: Resolve = resolve
    context: ssl.SSLContext | None = None
    whole_s: float = WHOLE_S

    def post(self, target: Target, headers: Mapping[str, str], body: bytes) -> Said:
        """Send a body; raises nothing for what the world does."""
        began_s = monotonic()
        said = self._post(target, headers, body)
        return replace(said, took_ms=round(1_000 * (monotonic() - began_s)))

    def _post(self, target: Target, headers: Mapping[str, str], body: bytes) -> Said:
        try:
            line = _Line(target, places_of(target, self.ask), self.context, monotonic() + self.whole_s)
            try:
                line.request("POST", target.path, body, {**headers, "User-Agent": AGENT, "Connection": "close"})
                answer = line.getresponse()
                later_s = seconds_asked(answer.getheader("Retry-After"), answer.getheader("Date"))
                return _said(answer.status, answer.read(READ_BYTES), later_s)
            finally:
                line.hang_up()
        except Nameless:
            return Said(code=NAME)
        except Barred:
            return Said(code=BARRED)
        except TimeoutError:
            return Said(code=TIMEOUT)
        except ssl.SSLError:
            return Said(code=TLS)
        except HTTPException:
            return Said(code=ANSWER)
        except (OSError, ValueError):  # ValueError: a socket that was closed under its reader
            return Said(code=UNREACHABLE)


def _said(status: int, body: bytes, later_s: int) -> Said:
    excerpt = "".join(letter if letter.isprintable() else " " for letter in body.decode("utf-8", "replace"))
    code = "" if 200 <= status < 300 else GONE if status == _GONE else REDIRECT if 300 <= status < 400 else STATUS
    return Said(status, code, excerpt[:EXCERPT_LETTERS], later_s if code == STATUS else 0)


class _Line(HTTPConnection):
    """A connection to the first of these places that takes it, and to no other."""

    def __init__(self, target: Target, places: Sequence[Place], context: ssl.SSLContext | None, until_s: float) -> None:
        super().__init__(target.host, target.port)
        self.default_port = 443 if target.scheme == HTTPS else 80
        self._target = target
        self._places = places[:_MOST_PLACES]
        self._context = context
        self._until_s = until_s
        self._plain: socket | None = None

    def connect(self) -> None:
        """Connect to what was looked at; the name is only said, to TLS and in the header."""
        until_s = min(self._until_s, monotonic() + CONNECT_S)
        self._plain = _connected(self._places, until_s)
        if self._target.scheme == HTTPS:
            context = self._context or ssl.create_default_context()
            self._plain.settimeout(_left_s(until_s))
            self._plain = context.wrap_socket(self._plain, server_hostname=self._target.host)
        self.sock = _Patient(self._plain, self._until_s)

    def hang_up(self) -> None:
        """Close the line, once the answer was read."""
        self.close()
        if self._plain is not None:
            self._plain.close()


def _connected(places: Sequence[Place], until_s: float) -> socket:
    """The first place that answers; raises what the last one did."""
    for number, (family, address) in enumerate(places, 1):
        made = socket(family, SOCK_STREAM)
        try:
            made.settimeout(_left_s(until_s) / (len(places) - number + 1))
            made.connect(address if family != AF_INET6 else address[:2])
        except OSError:
            made.close()
            if number == len(places):
                raise
        else:
            return made
    raise Nameless


class _Patient:
    """A socket with one deadline for everything: a receiver that drips bytes holds nobody up for longer."""

    def __init__(self, plain: socket, until_s: float) -> None:
        self._plain = plain
        self._until_s = until_s

    def sendall(self, data: bytes) -> None:
        """As a socket does."""
        self._plain.settimeout(_left_s(self._until_s))
        self._plain.sendall(data)

    def makefile(self, _mode: str) -> BufferedReader:
        """What the answer is read from."""
        return BufferedReader(_Drip(self._plain, self._until_s))

    def close(self) -> None:
        """Nothing yet: `HTTPConnection` closes before the answer's body is read."""


class _Drip(RawIOBase):
    """The bytes of an answer as they come."""

    def __init__(self, plain: socket, until_s: float) -> None:
        self._plain = plain
        self._until_s = until_s

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, into: bytearray | memoryview) -> int:  # type: ignore[override]
        """Raises TimeoutError once the time is over."""
        self._plain.settimeout(_left_s(self._until_s))
        return self._plain.recv_into(into)


def _left_s(until_s: float) -> float:
    left_s = until_s - monotonic()
    if left_s <= 0:
        raise TimeoutError
    return left_s
