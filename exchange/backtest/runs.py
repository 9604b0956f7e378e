"""Back-tests asked for from a page: runs of `exchange.background`, each in a process of its own."""

from pathlib import Path

from exchange.background import runs
from exchange.backtest.report import Asked
from exchange.store import Store

KEPT = "kept"
"""The folder of what was checked (`kept.Kept`), beside the runs."""

Run = runs.Run[Asked]


class Runs(runs.Runs[Asked]):
    """All back-tests in a folder."""

    def __init__(self, folder: Path, store: Store) -> None:
        super().__init__(
            folder, store, module="exchange.backtest.runner", noun="back-test", read_asked=Asked.from_payload
        )
