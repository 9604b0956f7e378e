"""What every CSV of the pages shares: for Excel in German, or for programs (RFC 4180); no cell is run as a formula."""

import csv
import re
from collections.abc import Callable, Iterable, Sequence
from io import StringIO
from typing import Literal

from exchange.instant import Instant
from exchange.intake.formula import guarded
from exchange.money import Cents, format_amount
from exchange.web import formats

Shape = Literal["excel", "rfc4180"]
_NUMBER = re.compile(r"-\d+([.,]\d+)?", re.ASCII)


def sheet(shape: Shape, columns: Sequence[str], caption: Callable[[str], str], rows: Iterable[Sequence[str]]) -> bytes:
    """The file: for programs column names stay English, for Excel they are captions."""
    text = StringIO()
    writer = csv.writer(text, delimiter=";" if shape == "excel" else ",", lineterminator="\r\n")
    writer.writerow([caption(name) if shape == "excel" else name for name in columns])
    writer.writerows([_safe(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig" if shape == "excel" else "utf-8")


def _safe(cell: str) -> str:
    """A number stays one, with its sign."""
    return cell if _NUMBER.fullmatch(cell) else guarded(cell)


def instant_cell(at: Instant, shape: Shape, *, seconds: bool = False) -> str:
    """An instant in Berlin time: for programs to the second with its offset."""
    berlin = formats.berlin(at)
    if shape == "rfc4180":
        return berlin.isoformat(timespec="seconds")
    return f"{berlin:%d.%m.%Y %H:%M:%S}" if seconds else f"{berlin:%d.%m.%Y %H:%M}"


def money_cell(cents: Cents, shape: Shape) -> str:
    """An amount of euros, with a comma for Excel in German."""
    text = format_amount(cents)
    return text.replace(".", ",") if shape == "excel" else text
