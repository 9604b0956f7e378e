"""Excerpts asked for from a page: runs of `exchange.background`, their files in their folders."""

from pathlib import Path

from exchange.background import runs
from exchange.export.excerpt import Excerpt
from exchange.store import Store

DATA = "data"
"""The file, beside its report."""
MOST_KEPT = 10

Run = runs.Run[Excerpt]


class Runs(runs.Runs[Excerpt]):
    """All excerpts in a folder."""

    def __init__(self, folder: Path, store: Store) -> None:
        super().__init__(
            folder,
            store,
            module="exchange.export.runner",
            noun="export",
            read_asked=Excerpt.from_payload,
            most_kept=MOST_KEPT,
        )
