"""docs/analysis.md: every column it names is exported, and every question in it runs and answers."""

import json
import re
from pathlib import Path

import pytest

from exchange.export.columns import DATASETS
from exchange.export.exporting import export
from exchange.instant import DAY_US, MINUTE_US, SECOND_US
from tests.desk.floor import Trader, offer, open_market, open_sector, wait
from tests.store.test_leads import CANARIES, PROOF, VAULT, WANDA

duckdb = pytest.importorskip("duckdb")

TEXT_FILE = Path(__file__).parent.parent / "docs" / "analysis.md"
TEXT = TEXT_FILE.read_text(encoding="utf-8")
QUESTIONS = dict(re.findall(r"\*\*([\w -]+)\*\*:[^`]*```sql\n(.*?)```", TEXT, re.DOTALL))
TYPES = {
    "text": "text",
    "whole": "int64",
    "instant": "timestamp, UTC",
    "wholes": "list of int64",
    "instants": "list of timestamps, UTC",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """An export with something in every dataset; one lead of it came with contact data."""
    desk = open_market("sqlite://")
    desk.store.vault = VAULT
    open_sector(desk, "bu", vat_bp=0)
    offer(desk, "wanda", contact=WANDA, proof=PROOF)
    wait(desk, MINUTE_US)
    desk.buy("pv", buyer="anna", listing_id="wanda", most_cents=9_000)
    wait(desk, SECOND_US)
    desk.buy("pv", buyer="bert", listing_id="wanda", most_cents=9_000)
    Trader(desk, seed=5).trade(150)
    Trader(desk, seed=6, sector="bu").trade(80)
    wait(desk, 60 * DAY_US)
    for sector in ("pv", "bu"):
        desk.settle(sector)
    out = tmp_path_factory.mktemp("analysis")
    export(desk.store, list(DATASETS), out / "market", format_="parquet")
    export(desk.store, list(DATASETS), out / "csv", format_="csv")
    return out


def test_the_columns_are_the_ones_described() -> None:
    described = {
        name: re.findall(r"^\| `(\w+)` \| ([^|]+) \| ([^|]+) \|$", body, re.MULTILINE)
        for name, body in re.findall(r"^### (\w+)\n(.*?)(?=^### |\Z)", TEXT, re.MULTILINE | re.DOTALL)
    }
    assert described == {
        name: [(column.name, TYPES[column.type], column.meaning) for column in columns]
        for name, columns in DATASETS.items()
    }


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_question_runs_and_has_an_answer(folder, monkeypatch, name: str) -> None:
    monkeypatch.chdir(folder)
    with duckdb.connect() as connection:
        assert connection.execute(QUESTIONS[name]).fetchall()


def test_all_questions_are_asked() -> None:
    assert {"Sell-through", "Price at sale by age", "Depth", "Lost races", "Waiting"} <= QUESTIONS.keys()
    assert len(QUESTIONS) == TEXT.count("```sql")


def test_a_lost_race_is_measured(folder, monkeypatch) -> None:
    monkeypatch.chdir(folder)
    with duckdb.connect() as connection:
        rows = connection.execute(QUESTIONS["Lost races"]).fetchall()
    assert [row[0] for row in rows if row[1]] != []


def ran(source: str, name: str) -> dict[str, object]:
    """What a piece of our own documents leaves behind."""
    known: dict[str, object] = {}
    exec(compile(source, name, "exec"), known)  # noqa: S102 - our own document
    return known


def test_every_engine_gives_the_same_figures(folder, monkeypatch) -> None:
    monkeypatch.chdir(folder)
    examples = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
    engines = [re.search(r"(?:import|from) (\w+)", one)[1] for one in examples]
    assert engines == ["duckdb", "polars", "pandas", "datafusion"]
    found = [ran(one, "docs/analysis.md")["sold"] for one in examples]
    assert [row[0] for row in found[0]] == ["bu", "pv"]
    assert all([tuple(row) for row in one] == found[0] for one in found)


def test_the_notebook_runs_cell_by_cell(folder, monkeypatch) -> None:
    monkeypatch.chdir(folder)
    notebook = json.loads((TEXT_FILE.parent / "analysis.ipynb").read_text(encoding="utf-8"))
    cells = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]
    left = ran("\n\n".join(cells), "docs/analysis.ipynb")
    assert left["by_pandas"] == left["by_polars"] == left["by_duckdb"]
    assert left["steps"]
    assert all(not cell.get("outputs") for cell in notebook["cells"]), "no output is committed"


def test_no_personal_data_is_in_any_file(folder) -> None:
    files = [file for file in folder.glob("**/*") if file.is_file()]
    assert len(files) > 20
    with duckdb.connect() as connection:
        for name in DATASETS:
            rows = connection.execute("SELECT * FROM read_parquet(?)", [f"{folder}/market/{name}/**/*.parquet"])
            told = repr(rows.fetchall())
            assert [canary for canary in CANARIES if canary in told] == []
    for file in files:
        raw = file.read_bytes()
        assert [canary for canary in CANARIES if canary.encode() in raw] == [], file
