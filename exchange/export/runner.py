"""The process of one excerpt."""

import shutil
from typing import Any

from exchange.background.work import Reporting, main
from exchange.errors import Invalid
from exchange.export.excerpt import Excerpt, TooMany, write_excerpt
from exchange.export.files import digest
from exchange.export.runs import DATA
from exchange.store import Store

LEAST_FREE_BYTES = 1 << 30
"""What an excerpt leaves to the house on its disk."""


class NoRoom(Exception):
    """The disk is nearly full."""


def answer(store: Store, asked: dict[str, Any], reporting: Reporting) -> dict[str, Any]:
    """Write the file; what it holds. Raises as `write_excerpt`, NoRoom."""
    wanted, file = Excerpt.from_payload(asked), reporting.folder / DATA

    def told(done: int, total: int) -> None:
        reporting(done, total)
        if shutil.disk_usage(reporting.folder).free < LEAST_FREE_BYTES:
            raise NoRoom

    try:
        rows = write_excerpt(store, wanted, file, told=told)
    except BaseException:
        for half in reporting.folder.glob(f"*{DATA}*"):
            half.unlink()
        raise
    return {"rows": rows, "bytes": file.stat().st_size, "sha256": digest(file)}


def cause(wrong: Exception) -> str | None:
    """Its cause in one word."""
    if isinstance(wrong, TooMany | Invalid):
        return "too_many" if isinstance(wrong, TooMany) else "nothing"
    return "no_room" if isinstance(wrong, NoRoom) else None


if __name__ == "__main__":
    main(answer, cause)
