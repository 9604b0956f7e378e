"""The number of the current request, under which the audit log keeps what it did."""

from secrets import token_hex

from flask import g


def request_id() -> str:
    """The same for everything one request does."""
    if "request_id" not in g:
        g.request_id = token_hex(8)
    return str(g.request_id)
