"""What the documents say exists: links, rooms, commands, chapters of the rules."""

import ast
import re
from pathlib import Path

import pytest

import exchange
from exchange.cli import COMMANDS
from exchange.schema import metadata
from tests.test_style import committed, named, python, tree

ROOT = Path(__file__).parent.parent
DOCUMENTS = [file for file in committed() if file.suffix == ".md"]
WRITTEN = {".py", ".js", ".css", ".html", ".md", ".toml"}
TEXTS = [file for file in committed() if file.suffix in WRITTEN or file.parent.parent.name == "scripts"]
ROOMS = {child.stem for child in (ROOT / "exchange").iterdir() if not child.stem.startswith(("_", "."))}

COLUMNS = {table.name: [column.name for column in table.columns] for table in metadata.tables.values()}


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_links_lead_somewhere(document):
    targets = re.findall(r"\]\(([^)#\s]+)", document.read_text(encoding="utf-8"))
    lost = [target for target in targets if "://" not in target and not (document.parent / target).exists()]
    assert lost == []


def test_documents_that_code_refers_to_are_here():
    known = {file.name for file in DOCUMENTS}
    assert [
        f"{named(file)}: {name}"
        for file in TEXTS
        for name in re.findall(r"(?<![\w/-])([\w-]+\.md)\b", file.read_text(encoding="utf-8"))
        if name not in known
    ] == []


def test_chapters_of_the_rules_that_code_refers_to_are_here():
    chapters = set(re.findall(r"^## (\d+)\.", text("docs/rules.md"), re.MULTILINE))
    cited = re.compile(r"rules\.md §(\d+)")
    missing = [named(file) for file in TEXTS if set(cited.findall(file.read_text(encoding="utf-8"))) - chapters]
    assert len(chapters) == 10
    assert missing == []


def test_every_room_is_on_the_map():
    rooms = ROOMS - {"data"}
    map_ = {name.strip("/") for name in re.findall(r"`([a-z]+/?)`", text("ARCHITECTURE.md"))}
    layers = set(re.findall(r"\b[a-z]+\b", exchange.__doc__ or ""))
    assert rooms - map_ == set()
    assert rooms - layers == set()


def test_names_in_the_architecture_exist():
    """Like ``match.settle``, ``Book.set_low_level``, ``desk.buy``, ``store/engine.py``."""
    spoken = set(re.findall(r"`([A-Za-z_]+(?:\.[A-Za-z_]+)+)(?:\([^`]*)?`", text("ARCHITECTURE.md")))
    files = set(re.findall(r"`([a-z_]+/[a-z_]+\.py)`", text("ARCHITECTURE.md")))
    assert {name for name in spoken if not re.search(r"\.(py|md|toml|txt)$", name)} - code_names() == set()
    assert [name for name in files if not (ROOT / "exchange" / name).exists() and not (ROOT / name).exists()] == []


def code_names():
    """Modules, and what they define, each by every dotted name it may be called by."""
    found = set()
    for file in python("exchange/"):
        path = named(file).removeprefix("exchange/").removesuffix(".py").removesuffix("/__init__").split("/")
        places = [".".join(path[n:]) for n in range(len(path))] + [path[0]]
        found |= set(places)
        for node in ast.walk(tree(file)):
            if isinstance(node, ast.ClassDef):
                found |= {f"{node.name}.{inner.name}" for inner in node.body if isinstance(inner, ast.FunctionDef)}
            if isinstance(node, ast.ClassDef | ast.FunctionDef):
                found |= {f"{place}.{node.name}" for place in places}
            if isinstance(node, ast.Assign | ast.AnnAssign):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                found |= {f"{place}.{name.id}" for place in places for name in targets if isinstance(name, ast.Name)}
    return found | {f"{table}.{column}" for table, columns in COLUMNS.items() for column in columns}


def test_commands_in_the_documents_exist():
    commands = re.compile(r"(?:`|^|/|^ +)exchange ([a-z]+)\b", re.MULTILINE)
    assert {
        word for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md") for word in commands.findall(text(name))
    } <= set(COMMANDS)


def test_make_targets_in_the_documents_exist():
    targets = set(re.findall(r"^([a-z-]+):", text("Makefile"), re.MULTILINE))
    spoken = {word for document in DOCUMENTS for word in re.findall(r"`make ([a-z-]+)", document.read_text("utf-8"))}
    spoken |= set(re.findall(r"^make ([a-z-]+)", text("README.md"), re.MULTILINE))
    assert {"demo", "test", "setup"} <= spoken <= targets


def test_scripts_in_the_readme_exist():
    scripts = re.findall(r"tests/scripts/\S+\.txt", text("README.md"))
    assert scripts
    assert [name for name in scripts if not (ROOT / name).exists()] == []
