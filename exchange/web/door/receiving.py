"""What a post brings: a lead or a list as JSON, or a file, raw or as a part of a form. Sizes hold before it is read."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge, UnsupportedMediaType

from exchange.errors import Invalid
from exchange.staging import files
from exchange.staging.delivery import MOST_FILE_BYTES
from exchange.web.door import reading
from exchange.web.door.shapes.fields import Form

MOST_LIST_BYTES = 4 << 20
_MOST_FORM_BYTES = MOST_FILE_BYTES + (64 << 10)
_CHUNK = 1 << 20
CSV, XLSX = "text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
RAW = (CSV, XLSX)
FORM = "multipart/form-data"
PART = "file"


@dataclass(frozen=True, slots=True)
class Sent:
    """A file that came, under the name it was sent with."""

    path: Path
    name: str


def by_sector(forms: Mapping[str, type[Form]], most: int) -> dict[str, Any]:
    """A JSON object by the form of the sector it names; raises Invalid."""
    if request.mimetype != "application/json":
        raise UnsupportedMediaType
    told = reading.plain(most)
    sector = told.get("sector")
    if not isinstance(sector, str) or sector not in forms:
        raise Invalid("sector", f"one of: {', '.join(forms)}")
    return reading.loaded(forms[sector](), told)


def is_file() -> bool:
    """Whether the body is a file; raises UnsupportedMediaType for what is neither that nor JSON."""
    if request.mimetype in RAW or request.mimetype == FORM:
        return True
    if request.mimetype != "application/json":
        raise UnsupportedMediaType
    return False


@contextmanager
def file(folder: Path) -> Iterator[Sent]:
    """The file of the request, in this folder; raises Invalid for a form without it."""
    path = folder / "file"
    if request.mimetype == FORM:
        yield _part(path)
    else:
        _limit(MOST_FILE_BYTES)
        with path.open("wb") as out:
            while some := request.stream.read(_CHUNK):
                out.write(some)
        yield Sent(path, "")


def _part(path: Path) -> Sent:
    _limit(_MOST_FORM_BYTES)
    request.max_form_parts = 4
    parts = request.files.getlist(PART)
    if len(parts) != 1 or set(request.files) != {PART} or set(request.form) - {"csrf_token"}:
        raise Invalid(PART, f"send one part called {PART}; everything else stands in the query")
    parts[0].save(path)
    parts[0].close()
    files.check_size(path)
    return Sent(path, Path(parts[0].filename or "").name)


def _limit(most: int) -> None:
    if request.content_length is not None and request.content_length > most:
        raise RequestEntityTooLarge
    request.max_content_length = most
