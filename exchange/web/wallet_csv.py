"""A wallet's movements as CSV: for Excel in German, or for programs (RFC 4180). No cell is run as a formula."""

import csv
from collections.abc import Iterable
from io import StringIO

from exchange.instant import Instant
from exchange.intake.formula import guarded
from exchange.money import Cents, format_amount
from exchange.reports.money import Movement
from exchange.web import formats
from exchange.web.lead_csv import Shape
from exchange.web.visit import Visit

COLUMNS = ("first", "last", "at", "kind", "sector", "lead", "bid", "change", "balance")


def movements_csv(seen: Visit, rows: Iterable[Movement], shape: Shape) -> bytes:
    """The file, the latest movement first; amounts gross, the balance without the credit line."""
    text = StringIO()
    writer = csv.writer(text, delimiter=";" if shape == "excel" else ",", lineterminator="\r\n")
    writer.writerow([seen.t(f"csv.wallet.{name}") if shape == "excel" else name for name in COLUMNS])
    for row in rows:
        writer.writerow(_cells(seen, row, shape))
    return text.getvalue().encode("utf-8-sig" if shape == "excel" else "utf-8")


def _cells(seen: Visit, row: Movement, shape: Shape) -> list[str]:
    return [
        str(row.first),
        str(row.number),
        _instant(row.at, shape),
        seen.t(f"wallet.kind.{row.kind}") if shape == "excel" else row.kind,
        row.sector if row.listing_id else "",
        guarded(row.listing_id),
        guarded(row.bid),
        _money(row.change_cents, shape),
        _money(row.balance_cents, shape),
    ]


def _instant(at: Instant, shape: Shape) -> str:
    berlin = formats.berlin(at)
    return f"{berlin:%d.%m.%Y %H:%M:%S}" if shape == "excel" else berlin.isoformat(timespec="seconds")


def _money(cents: Cents, shape: Shape) -> str:
    text = format_amount(cents)
    return text.replace(".", ",") if shape == "excel" else text
