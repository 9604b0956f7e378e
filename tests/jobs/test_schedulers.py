"""What was missed is done once, however late: APScheduler's own way is to drop what is a second overdue."""

import ast
from pathlib import Path

import pytest

import exchange.jobs

SAID = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}


def schedulers() -> list[tuple[str, ast.Call]]:
    """Every one the house makes, with the file it is in."""
    files = sorted(Path(exchange.jobs.__file__).parent.glob("*.py"))
    calls = ((one.name, node) for one in files for node in ast.walk(ast.parse(one.read_text())))
    return [
        (name, node) for name, node in calls if isinstance(node, ast.Call) and "Scheduler" in ast.unparse(node.func)
    ]


@pytest.mark.parametrize(("name", "made"), schedulers())
def test_no_job_is_dropped_because_it_is_late(name: str, made: ast.Call) -> None:
    (defaults,) = (one.value for one in made.keywords if one.arg == "job_defaults")
    assert ast.literal_eval(defaults) == SAID


def test_all_of_them_were_looked_at() -> None:
    found = {name for name, _ in schedulers()}
    assert found >= {"alarm.py", "courier.py", "retention.py", "roots.py", "snapshots.py"}
