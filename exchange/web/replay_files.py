"""What the replay shows as a file: a sector's leads, sales, bids, skips or claims of a stretch, nobody by name.

The shapes are the exports' (docs/analysis.md). What is too much to wait for is left to a process of its own.
"""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask import Response, redirect, request, url_for

from exchange.errors import Invalid
from exchange.export.excerpt import MOST_AT_ONCE, OFFERED, Excerpt, TooMany, shapes_here, write_excerpt
from exchange.instant import Instant
from exchange.web.exports import MIMES
from exchange.web.premises import premises
from exchange.web.stretch_form import ends_of


def file_answer(sector: str, from_at: Instant, until_at: Instant) -> Any:
    """The file, or the way to the form of a larger one, filled in. Raises Invalid for what is not offered."""
    dataset, given = request.args.get("daten", OFFERED[0]), request.args.get("format", "csv")
    if dataset not in OFFERED:
        raise Invalid("daten", f"one of {', '.join(OFFERED)}")
    shape = next((one for one in shapes_here() if one == given), None)
    if shape is None:
        raise Invalid("format", f"one of {', '.join(shapes_here())}")
    wanted = Excerpt(sector, dataset, shape, from_at, until_at)
    with TemporaryDirectory() as folder:
        file = Path(folder) / "part" / "data"
        file.parent.mkdir()
        try:
            write_excerpt(premises().desk.store, wanted, file, most=MOST_AT_ONCE)
        except TooMany:
            return redirect(_form_of(wanted), 303)
        content = file.read_bytes()
    answer = Response(content, mimetype=MIMES[shape])
    answer.headers.set("Content-Disposition", "attachment", filename=wanted.file_name)
    return answer


def _form_of(wanted: Excerpt) -> str:
    ends = ends_of(wanted.from_at, wanted.until_at)
    what = {"sector": wanted.sector, "dataset": wanted.dataset, "shape": wanted.shape}
    return url_for("analyse.exports", viele=1, **(ends | what))
