"""Where the time of a verb goes: by part of the house, and by how often the database is asked."""

from collections import Counter
from collections.abc import Callable, Iterator
from cProfile import Profile
from pstats import Stats

from tests.bench.figures import Figure

_PARTS = {
    "exchange/orderbook": "the decision",
    "exchange/payload": "tape: canonical JSON, chain",
    "exchange/tape": "tape: canonical JSON, chain",
    "json/encoder": "tape: canonical JSON, chain",
    "exchange/store": "store",
    "exchange/desk": "desk",
    "psycopg/connection.py:wait": "waiting for PostgreSQL",
    "psycopg": "PostgreSQL's driver",
    "sqlalchemy": "SQLAlchemy",
    "sqlite3": "SQLite itself",
}
"""Parts of a function's place, the first that fits counts."""
_ASKED = ("_send_query_prepared", "_execute_send", "_exec_command", "sqlite3.Connection", "sqlite3.Cursor")


def stages(work: Callable[[], int]) -> Iterator[Figure]:
    """Microseconds of each part for one of the things ``work`` does and counts, with the profiler's own weight."""
    profile = Profile()
    profile.enable()
    done = work()
    profile.disable()
    spent, asked = Counter[str](), 0
    calls: dict[tuple[str, int, str], tuple[int, int, float, float, object]] = Stats(profile).stats  # type: ignore[attr-defined]
    for (file, _, name), (_, times, own_s, _, _) in calls.items():
        place = f"{file}:{name}".replace("\\", "/")
        spent[next((part for word, part in _PARTS.items() if word in place), "the rest")] += round(1e9 * own_s)
        if any(word in place for word in _ASKED) and "close" not in name and "cursor" not in name:
            asked += times
    yield Figure("  statements, begin and commit among them, for one order", asked / done, "")
    for part, own_ns in spent.most_common():
        yield Figure(f"  one client: {part}", own_ns / 1e3 / done, "us")
