"""What `leads import` prints: counts, kinds of defects, the first rows. No contact data, rows by number only."""

from rich.box import SIMPLE
from rich.console import Console
from rich.markup import escape
from rich.table import Table as Grid

from exchange.admission.defect import REASONS, Defect, Lang
from exchange.cli.importing import Tally

_WORDS = {
    "de": {
        "listed": "eingestellt",
        "checked": "einstellbar (nur geprüft)",
        "refused": "Zeilen abgelehnt",
        "notices": "Hinweise",
        "kinds": "Was zu tun ist",
        "field": "Feld",
        "reason": "Grund",
        "count": "Anzahl",
        "rows": "Zeilen",
        "row": "Zeile",
        "first": "Die ersten Mängel",
        "more": "und {n} weitere",
        "hint": "alle als CSV: --errors DATEI.csv",
        "alone": "ohne Datenbank geprüft: Dubletten, Sperrliste, Erlaubnis und Tagesgrenze sind offen",
    },
    "en": {
        "listed": "listed",
        "checked": "could be listed (checked only)",
        "refused": "rows refused",
        "notices": "notices",
        "kinds": "What to do",
        "field": "Field",
        "reason": "Reason",
        "count": "Count",
        "rows": "Rows",
        "row": "Row",
        "first": "The first defects",
        "more": "and {n} more",
        "hint": "all of them as CSV: --errors FILE.csv",
        "alone": "checked without a database: duplicates in stock, objections, permit and the day's cap are open",
    },
}


def show(console: Console, tally: Tally, lang: Lang, *, dry_run: bool, alone: bool, errors_file: str) -> None:
    """Print the outcome of an import; ``alone``: there was no database to ask."""
    words = _WORDS[lang]
    done = words["checked" if dry_run else "listed"]
    parts = [f"[bold green]{tally.listed}[/] {done}", f"[bold]{tally.refused}[/] {words['refused']}"]
    if tally.notices:
        parts.append(f"[bold]{tally.notices}[/] {words['notices']}")
    if tally.kinds:
        _show_kinds(console, tally, lang, words)
        _show_first(console, tally, lang, words)
        total = tally.kinds.total()
        if total > len(tally.first):
            console.print(f"{words['more'].format(n=total - len(tally.first))}: {escape(errors_file) or words['hint']}")
    console.print(" · ".join(parts))
    if alone:
        console.print(words["alone"])


def _show_kinds(console: Console, tally: Tally, lang: Lang, words: dict[str, str]) -> None:
    grid = Grid(title=words["kinds"], box=SIMPLE, title_justify="left")
    for name in ("field", "reason"):
        grid.add_column(words[name])
    grid.add_column(words["count"], justify="right")
    grid.add_column(words["rows"])
    for (field, code), count in tally.kinds.most_common():
        rows = tally.examples[field, code]
        example = ", ".join(map(str, rows)) + (" …" if count > len(rows) else "")
        reason = REASONS[code][lang == "en"].replace("{detail}", "…")
        grid.add_row(escape(Defect(0, field, code).field_name(lang)), escape(reason), str(count), example)
    console.print(grid)


def _show_first(console: Console, tally: Tally, lang: Lang, words: dict[str, str]) -> None:
    grid = Grid(title=words["first"], box=SIMPLE, title_justify="left")
    grid.add_column(words["row"], justify="right")
    for name in ("field", "reason"):
        grid.add_column(words[name])
    for defect in tally.first:
        grid.add_row(str(defect.row), escape(defect.field_name(lang)), escape(defect.reason(lang)))
    console.print(grid)
