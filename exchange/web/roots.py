"""The published roots of the days: a page and JSON for everybody, also for those who have no account."""

from dataclasses import dataclass

from flask import Blueprint, Response, jsonify, render_template

from exchange.proofs.day import Root
from exchange.store.roots import read_roots
from exchange.web import formats
from exchange.web.premises import premises
from exchange.web.visit import visit

roots = Blueprint("roots", __name__)


@dataclass(frozen=True, slots=True)
class RootView:
    """One day in words."""

    day: str
    root: str
    entries: str


@roots.get("/roots")
def show() -> str:
    """The newest first."""
    seen = visit()
    rows = [
        RootView(
            formats.moment(one.day.since_at, "date", seen.lang), one.root, formats.number(one.day.entries, seen.lang)
        )
        for one in reversed(_read())
    ]
    return render_template("roots/show.html", rows=rows)


@roots.get("/roots.json")
def data() -> Response:
    """The oldest first, each with the head of its day: what tools/verify_receipt.py takes with --roots."""
    return jsonify(
        roots=[{"date": one.day.date, "root": one.root, "size": one.size, "head": one.day.text} for one in _read()]
    )


def _read() -> list[Root]:
    with premises().reading() as connection:
        return read_roots(connection)
