"""House rules as tests, so that nobody has to be the person who says them (CONTRIBUTING.md)."""

import ast
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.test_scripts import FILES

ROOT = Path(__file__).parent.parent
CODE = {".py", ".js", ".css", ".html"}
MOST_LINES = 300
BANNED = {"util", "utils", "helper", "helpers", "manager", "service", "services", "handler", "common", "misc"}

CORE = {"money", "errors", "instant", "claims", "sector", "member", "lead", "pricing", "postcodes", "admission"}
CORE |= {"orderbook", "house", "payload", "tape", "ledger", "delivery", "replay", "proofs", "moment"}
"""Pure: the standard library only, without the parts of it that touch the world."""
WORLD = {"asyncio", "logging", "multiprocessing", "os", "random", "secrets", "select", "shutil", "signal", "socket"}
WORLD |= {"sqlite3", "subprocess", "tempfile", "threading", "time", "urllib", "uuid", "zoneinfo"}

CLOCK = "exchange/clock.py"
CLOCKS = {"now", "utcnow", "today", "time", "time_ns", "localtime", "gmtime"}
"""Calls on `datetime`, `date` or `time` that read the wall clock; monotonic clocks only measure how long."""

SQL_CALLS = {"text", "execute", "executemany", "exec_driver_sql", "DDL", "literal_column"}
WRITTEN_SQL = {
    "exchange/export/files.py": "COPY takes no parameters; columns are ours, the quotes in a file's name are doubled",
    "exchange/store/view.py": "SET TRANSACTION takes no parameters; the snapshot's name is the database's own",
    "exchange/store/engine.py": "PRAGMA takes no parameters; what is put in stands in a constant above it",
}

HOSTS = re.compile(r"https?://([^\s/\"'`)>:\]}]+)")
KNOWN_HOSTS = {
    "127.0.0.1",
    "localhost",
    "www.w3.org",
    "opendatacommons.org",
    "github.com",
    "keepachangelog.com",
    "semver.org",
}
EXAMPLES = re.compile(r"(^|\.)example(\.(com|de|net|org))?$")
MACHINE = re.compile(r"(?<![\w.~/-])/(work|tmp|opt|root|home|Users|workspace|mnt)/\w")

PROVEN_TOGETHER = {
    "exchange/access": ("tests/web/test_access.py",),
    "exchange/admission/draft.py": ("tests/admission/test_check.py",),
    "exchange/aftersale/hearing.py": ("tests/aftersale/test_rulings.py",),
    "exchange/aftersale/words.py": ("tests/aftersale/test_rulings.py",),
    "exchange/audit": ("tests/audit/test_proof.py", "tests/audit/test_record.py"),
    "exchange/operators": ("tests/web/test_market_office.py", "tests/cli/test_audit.py"),
    "exchange/catalogue": ("tests/catalogue/test_sectors.py", "tests/catalogue/test_captions.py"),
    "exchange/backtest": (
        "tests/backtest/test_play.py",
        "tests/backtest/test_report.py",
        "tests/web/test_backtests.py",
    ),
    "exchange/cli": ("tests/cli/test_main.py",),
    "exchange/courier/carrier.py": ("tests/courier/test_mail.py",),
    "exchange/courier/spreader.py": ("tests/courier/test_hook.py",),
    "exchange/demo": ("tests/demo/test_market.py",),
    "exchange/desk": ("tests/desk/test_floor.py", "tests/desk/test_buying.py"),
    "exchange/errors.py": ("tests/cli/test_main.py",),
    "exchange/export": ("tests/export/test_exporting.py", "tests/test_analysis.py"),
    "exchange/hooks": ("tests/courier/test_hook.py", "tests/web/test_webhooks.py"),
    "exchange/intake": ("tests/intake/test_table.py", "tests/intake/test_columns.py"),
    "exchange/jobs/snapshots.py": ("tests/store/test_snapshots.py",),
    "exchange/moment": ("tests/moment/test_state.py", "tests/store/test_snapshots.py"),
    "exchange/migrations": ("tests/test_migrations.py",),
    "exchange/payments": ("tests/payments/test_deposits.py",),
    "exchange/proofs": ("tests/proofs/test_tree.py", "tests/tools/test_verify_receipt.py"),
    "exchange/orderbook": ("tests/orderbook/test_against_judge.py", "tests/test_scripts.py"),
    "exchange/reports": ("tests/web/test_board.py", "tests/web/test_wallet.py"),
    "exchange/schema": ("tests/store/test_guards.py", "tests/test_migrations.py"),
    "exchange/script": ("tests/script/test_rehearsal.py", "tests/test_scripts.py"),
    "exchange/staging": ("tests/staging/test_reader.py", "tests/staging/test_listing.py"),
    "exchange/sector.py": ("tests/catalogue/test_sectors.py",),
    "exchange/store": ("tests/store/test_proof.py", "tests/store/test_transaction.py"),
    "exchange/web": ("tests/web/test_board.py", "tests/browser/test_live.py"),
}
"""Files, or folders whose files mean little apart, and the tests that go through them instead of one each."""


@cache
def committed() -> tuple[Path, ...]:
    """Every file that is or would be committed."""
    git = shutil.which("git")
    if git and (ROOT / ".git").exists():
        asked = [git, "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        listed = subprocess.run(asked, cwd=ROOT, capture_output=True)
        if listed.returncode == 0:
            names = listed.stdout.decode().split("\0")
            return tuple(sorted(file for name in names if name and (file := ROOT / name).is_file()))
    hidden = {".venv", ".git", "__pycache__", "data", "build", "dist", "node_modules"}
    found = (file for file in ROOT.rglob("*") if not hidden & set(file.relative_to(ROOT).parts))
    return tuple(sorted(file for file in found if file.is_file()))


def named(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def python(*rooms: str) -> Iterator[Path]:
    """Committed Python files, those below some folders only."""
    return (file for file in committed() if file.suffix == ".py" and named(file).startswith(rooms or ""))


@cache
def tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


def core() -> Iterator[Path]:
    return python(*(f"exchange/{name}{end}" for name in CORE for end in (".py", "/")))


def test_no_file_is_longer_than_a_few_screens():
    lengths = {named(file): file.read_text(encoding="utf-8").count("\n") for file in committed() if file.suffix in CODE}
    assert {name: lines for name, lines in lengths.items() if lines > MOST_LINES} == {}


def test_no_file_or_class_has_a_name_that_says_nothing():
    code = (file for file in committed() if file.suffix in CODE)
    files = [named(file) for file in code if BANNED & set(re.split(r"[_.-]", file.name.lower()))]
    classes = [
        f"{named(file)}: {node.name}"
        for file in python()
        for node in ast.walk(tree(file))
        if isinstance(node, ast.ClassDef) and BANNED & {word.lower() for word in re.findall(r"[A-Z][a-z]*", node.name)}
    ]
    assert files + classes == []


def test_the_core_is_pure():
    allowed = (sys.stdlib_module_names - WORLD) | {"exchange"}
    assert [
        f"{named(file)}: {name}"
        for file in core()
        for node in ast.walk(tree(file))
        for name in imported(node)
        if name not in allowed
    ] == []


def test_the_core_is_where_we_think():
    assert {named(file).split("/")[1].removesuffix(".py") for file in core()} == CORE


def test_no_float_near_money():
    """Neither a float literal nor the word; a type annotation would be one too."""
    assert [
        f"{named(file)}:{node.lineno}"
        for file in core()
        for node in ast.walk(tree(file))
        if (isinstance(node, ast.Constant) and isinstance(node.value, float))
        or (isinstance(node, ast.Name) and node.id == "float")
    ] == []


def test_one_clock():
    """Everybody else is handed an instant."""
    readers = {named(file) for file in python("exchange/") for node in ast.walk(tree(file)) if reads_clock(node)}
    assert readers == {CLOCK}


def test_sql_is_never_put_together_from_text():
    assert {
        named(file)
        for file in python("exchange/")
        for node in ast.walk(tree(file))
        if isinstance(node, ast.Call) and called(node) in SQL_CALLS and node.args and glued(node.args[0])
    } == set(WRITTEN_SQL)


def test_no_committed_file_knows_this_machine_or_a_registry():
    found = []
    for file in committed():
        try:
            text = file.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{named(file)}: {match[0]}" for match in MACHINE.finditer(text)]
        found += [f"{named(file)}: {match[0]}" for match in HOSTS.finditer(text) if not known(match[1])]
    assert found == []


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_lock_files_pin_hashes_and_name_no_source(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    pins = re.findall(r"^[a-zA-Z0-9._\[\],-]+==\S+.*\\$", text, re.MULTILINE)
    assert len(pins) > 30
    assert len(re.findall(r"^\S+==", text, re.MULTILINE)) == len(pins)
    assert len(re.findall(r"(?<=\\\n)    --hash=sha256:", text)) >= len(pins)
    assert re.findall(r"://|index-url|find-links|trusted-host", text) == []


def test_every_source_file_has_its_test_file_or_is_proven_with_its_neighbours():
    alone = {
        named(file)
        for file in python("exchange/")
        if file.name != "__init__.py"
        and not (ROOT / "tests" / file.relative_to(ROOT / "exchange").parent / f"test_{file.name}").exists()
    }
    together = {at: {name for name in alone if name == at or name.startswith(f"{at}/")} for at in PROVEN_TOGETHER}
    assert sorted(alone - set().union(*together.values())) == []
    assert [at for at, names in together.items() if not names] == [], "these have tests of their own now"
    assert [test for tests in PROVEN_TOGETHER.values() for test in tests if not (ROOT / test).exists()] == []


def test_every_trading_day_is_played():
    scripts = [file for file in committed() if named(file).startswith("tests/scripts/") and file.suffix == ".txt"]
    assert scripts == sorted(FILES)


def imported(node: ast.AST) -> list[str]:
    """The top-level packages an import statement names."""
    if isinstance(node, ast.Import):
        return [alias.name.split(".")[0] for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [(node.module or "exchange").split(".")[0]]
    return []


def called(call: ast.Call) -> str:
    """The last word of what is called."""
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def reads_clock(node: ast.AST) -> bool:
    """``datetime.now(...)``, ``time.time()`` and their like; ``clock.now()`` is not one."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in CLOCKS
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in {"datetime", "date", "time"}
    )


def glued(node: ast.expr) -> bool:
    """An f-string with something in it, or a text put together with % or +."""
    if isinstance(node, ast.JoinedStr):
        return any(isinstance(part, ast.FormattedValue) for part in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod | ast.Add):
        return any(isinstance(side, ast.JoinedStr | ast.Constant) for side in (node.left, node.right))
    return isinstance(node, ast.Call) and called(node) == "format"


def known(host: str) -> bool:
    """A host we link to on purpose, an address on this machine, or one that exists nowhere."""
    return host in KNOWN_HOSTS or EXAMPLES.search(host) is not None or "{" in host
