"""Ports for servers that are started later, and perhaps again: none that the system gives to somebody meanwhile."""

import errno
import socket
from contextlib import ExitStack
from itertools import count
from random import SystemRandom

_FIRST, _LAST = 15_000, 32_000
"""Below those that connections get by themselves (32768 and up): one of these may be taken while nobody listens."""


def free_port() -> int:
    """A port nobody listens on now."""
    return free_ports(1)[0]


def free_ports(many: int) -> list[int]:
    """Several, each another one."""
    with ExitStack() as held:
        return [_bound(held.enter_context(socket.socket())) for _ in range(many)]


def _bound(one: socket.socket) -> int:
    for tried in count(1):
        port = SystemRandom().randrange(_FIRST, _LAST)
        try:
            one.bind(("127.0.0.1", port))
        except OSError as error:
            if error.errno != errno.EADDRINUSE or tried > 1_000:
                raise
        else:
            return port
    raise AssertionError
