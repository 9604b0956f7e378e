"""The primary dies under load and the standby takes its place: nothing acknowledged is lost (C5)."""

import time
from pathlib import Path
from random import Random

from sqlalchemy import text

from exchange.desk import Desk
from exchange.store import Unavailable, open_store
from tests.crash.client import DONE
from tests.crash.load import Load, Report, judge, loaded
from tests.crash.pair import Pair
from tests.crash.server import market_on, spread
from tests.postgres import OwnPostgres

DEAF_S = 0.3
"""How long before every second death the standby hears nothing more."""
MOST_SILENT_S = 30.0
"""How long nobody may be answered, where the machine has room for all."""


def play_failover(
    folder: Path,
    kills: int,
    *,
    clients: int = 3,
    jobs: int = 1,
    seed: int = 1,
    most_silent_s: float = MOST_SILENT_S,
) -> Report:
    """Fail over so many times, each server in turn; then judge."""
    report, random, began = Report("failover", kills), Random(seed), time.monotonic()
    pair = Pair()
    silences, promotions = [], []
    try:
        market_on(pair.primary)
        with loaded(pair.url(), folder, clients=clients, jobs=jobs) as load:
            for place in range(kills):
                time.sleep(random.uniform(0.3, 1.5))
                if place % 2:
                    pair.stop_sender()
                    time.sleep(DEAF_S)
                killed_ns = time.monotonic_ns()
                pair.fail_over()
                promotions.append((time.monotonic_ns() - killed_ns) / 1e9)
                load.await_all(killed_ns)
                silences.append(_silence_s(load, killed_ns))
                report.objections += _fenced(pair.standby)
                if place + 1 < kills:
                    pair.rejoin()
        judge(load, report)
    finally:
        pair.stop()
    report.seconds = round(time.monotonic() - began, 1)
    report.figures = {"without_sales_s": spread(silences), "until_promoted_s": spread(promotions)}
    report.objections += [f"no sales for {one:.1f} s" for one in silences if one > most_silent_s]
    return report


def _silence_s(load: Load, killed_ns: int) -> float:
    """Between the last answer before the death and the first one to a call made after it."""
    done = [call for call in load.calls() if call.said == DONE]
    before = max(call.returned_ns for call in done if call.returned_ns <= killed_ns)
    after = min(call.returned_ns for call in done if call.called_ns > killed_ns)
    return (after - before) / 1e9


def _fenced(server: OwnPostgres) -> list[str]:
    """Somebody starts the old primary: it must not take an order, and nobody who looks for a primary may find it."""
    server.start()
    found = []
    alone = server.url_of("market")
    desk = Desk(open_store(alone))
    try:
        desk.deposit("anna", amount_cents=1)
        found.append("the old primary took an order")
    except Unavailable:
        pass
    try:
        with open_store(f"{alone}&target_session_attrs=read-write").read() as connection:
            connection.execute(text("SELECT 1"))
        found.append("the old primary is offered for writing")
    except Exception as error:
        if "read-write" not in str(error) and "read-only" not in str(error) and "recovery" not in str(error):
            raise
    desk.store.close()
    server.kill()
    return found
