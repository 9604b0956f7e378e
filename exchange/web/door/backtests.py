"""Back-tests over JSON, for operators and analysts: they are begun on the page or at the terminal."""

from typing import Any

from exchange.backtest.runs import DONE, Run, Runs
from exchange.web.door.doorway import Call, Reply
from exchange.web.premises import premises


def list_backtests(call: Call) -> Reply:
    """The user's runs; with one named its report. Raises Unknown."""
    runs, user_id = Runs(premises().backtests, premises().desk.store), call.seen.user.user_id
    asked = call.query.get("run")
    chosen = runs.find(user_id, asked) if asked else None
    report = chosen.report if chosen is not None and chosen.state == DONE else None
    return Reply({"runs": [_told(run) for run in runs.of(user_id)], "report": report})


def _told(run: Run) -> dict[str, Any]:
    told = {"run_id": run.run_id, "sector": run.asked.sector, "state": run.state}
    times = {"since_at": run.asked.since, "until_at": run.asked.until, "begun_at": run.begun_at}
    return told | times | {"done": run.done, "total": run.total}
