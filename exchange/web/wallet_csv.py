"""A wallet's movements as CSV: for Excel in German, or for programs (RFC 4180). No cell is run as a formula."""

from collections.abc import Iterable

from exchange.reports.money import Movement
from exchange.web.sheet_csv import Shape, instant_cell, money_cell, sheet
from exchange.web.visit import Visit

COLUMNS = ("first", "last", "at", "kind", "sector", "lead", "bid", "change", "balance")


def movements_csv(seen: Visit, rows: Iterable[Movement], shape: Shape) -> bytes:
    """The file, the latest movement first; amounts gross, the balance without the credit line."""
    return sheet(shape, COLUMNS, lambda name: seen.t(f"csv.wallet.{name}"), (_cells(seen, row, shape) for row in rows))


def _cells(seen: Visit, row: Movement, shape: Shape) -> list[str]:
    return [
        str(row.first),
        str(row.number),
        instant_cell(row.at, shape, seconds=True),
        seen.t(f"wallet.kind.{row.kind}") if shape == "excel" else row.kind,
        row.sector if row.listing_id else "",
        row.listing_id,
        row.bid,
        money_cell(row.change_cents, shape),
        money_cell(row.balance_cents, shape),
    ]
