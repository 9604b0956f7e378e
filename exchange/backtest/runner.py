"""The process of one back-test."""

from typing import Any

from exchange.background.work import Reporting, main
from exchange.backtest.kept import Kept
from exchange.backtest.report import Asked, back_test
from exchange.backtest.runs import KEPT
from exchange.errors import Invalid, TapeBroken, Unknown
from exchange.store import Store


def answer(store: Store, asked: dict[str, Any], reporting: Reporting) -> dict[str, Any]:
    """Play; raises as `report.back_test`."""
    kept = Kept(reporting.folder.parent / KEPT)
    return back_test(store, Asked.from_payload(asked), reporting, kept).to_payload()


def cause(wrong: Exception) -> str | None:
    """Its cause in one word, and what it says."""
    if isinstance(wrong, Invalid):
        return "no_leads" if wrong.field == "period" else f"invalid|{wrong}"
    return f"broken|{wrong}" if isinstance(wrong, TapeBroken | Unknown) else None


if __name__ == "__main__":
    main(answer, cause)
