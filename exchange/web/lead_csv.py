"""A firm's leads as CSV: for Excel in German, or for programs (RFC 4180). No cell is run as a formula."""

from collections.abc import Iterable

from exchange.catalogue import title
from exchange.lead import Contact
from exchange.reports.worklist import WorkRow
from exchange.web.claim_view import state_of
from exchange.web.rows import short_code
from exchange.web.sheet_csv import Shape, instant_cell, money_cell, sheet
from exchange.web.visit import Visit

COLUMNS = (
    *("lead", "sector", "request", "first_name", "last_name", "phone", "email", "street", "postcode", "city"),
    *("region", "bought", "net", "vat", "progress", "calls", "last_call", "contract", "claim"),
)


def csv_text(seen: Visit, rows: Iterable[tuple[WorkRow, Contact | None]], shape: Shape) -> bytes:
    """The file: for programs column names stay English and instants carry their offset, in Berlin time."""
    cells = (_cells(seen, row, contact, shape) for row, contact in rows)
    return sheet(shape, COLUMNS, lambda name: seen.t(f"csv.{name}"), cells)


def _cells(seen: Visit, row: WorkRow, contact: Contact | None, shape: Shape) -> list[str]:
    bought, excel = row.purchase, shape == "excel"
    known = contact or Contact("", "", "", "")
    return [
        bought.listing_id,
        short_code(bought.sector) if excel else bought.sector,
        title(bought.sector, tuple(bought.answers.items()), seen.lang),
        *(known.first_name, known.last_name, known.phone, known.email, known.street),
        bought.postcode,
        known.city,
        bought.region,
        instant_cell(bought.sold_at, shape),
        money_cell(bought.ask_cents, shape),
        money_cell(bought.vat_cents, shape),
        seen.t(f"progress.{row.progress}") if excel else row.progress,
        str(row.calls),
        "" if row.last_at is None else instant_cell(row.last_at, shape),
        "" if row.contract_cents is None else money_cell(row.contract_cents, shape),
        seen.t(f"claim.{state_of(bought)}") if excel else state_of(bought),
    ]
