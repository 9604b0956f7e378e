"""The application of a test process: made once, moved from one test's market into the next one's.

An application takes as long to make as a test takes to ask it, nearly all of it for routes and templates, which are
always the same. Where a test has settings of its own, or needs two applications, it makes them by `create_app`; those
at least share compiled templates.
"""

from types import CodeType

from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache

from exchange.access import throttle
from exchange.access.tally import Tally
from exchange.web.app import create_app
from exchange.web.premises import Premises


class Compiled(BytecodeCache):
    """Keeps compiled templates in memory while their source is the same."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Hand out what is kept of a template."""
        bucket.code = self._kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it."""
        if bucket.code is not None:
            self._kept[bucket.key, bucket.checksum] = bucket.code


Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": Compiled()}

_MADE: list[Flask] = []


def app_in(premises: Premises) -> Flask:
    """The application, over this test's database; what it counted for the last test is forgotten."""
    if not _MADE:
        _MADE.append(create_app(premises))
    (app,) = _MADE
    app.extensions.update(premises=premises, tally=Tally(throttle.CALLS))
    return app
