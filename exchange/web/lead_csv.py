"""A firm's leads as CSV: for Excel in German, or for programs (RFC 4180). No cell is run as a formula."""

import csv
from collections.abc import Iterable
from io import StringIO
from typing import Literal

from exchange.catalogue import title
from exchange.instant import Instant
from exchange.intake.formula import guarded
from exchange.lead import Contact
from exchange.money import Cents, format_amount
from exchange.reports.worklist import WorkRow
from exchange.web import formats
from exchange.web.claim_view import state_of
from exchange.web.rows import short_code
from exchange.web.visit import Visit

Shape = Literal["excel", "rfc4180"]
COLUMNS = (
    *("lead", "sector", "request", "first_name", "last_name", "phone", "email", "street", "postcode", "city"),
    *("region", "bought", "net", "vat", "progress", "calls", "last_call", "contract", "claim"),
)


def csv_text(seen: Visit, rows: Iterable[tuple[WorkRow, Contact | None]], shape: Shape) -> bytes:
    """The file: for programs column names stay English and instants carry their offset, in Berlin time."""
    text = StringIO()
    writer = csv.writer(text, delimiter=";" if shape == "excel" else ",", lineterminator="\r\n")
    writer.writerow([seen.t(f"csv.{name}") if shape == "excel" else name for name in COLUMNS])
    for row, contact in rows:
        writer.writerow([guarded(cell) for cell in _cells(seen, row, contact, shape)])
    return text.getvalue().encode("utf-8-sig" if shape == "excel" else "utf-8")


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
        _instant(bought.sold_at, shape),
        _money(bought.ask_cents, shape),
        _money(bought.vat_cents, shape),
        seen.t(f"progress.{row.progress}") if excel else row.progress,
        str(row.calls),
        "" if row.last_at is None else _instant(row.last_at, shape),
        "" if row.contract_cents is None else _money(row.contract_cents, shape),
        seen.t(f"claim.{state_of(bought)}") if excel else state_of(bought),
    ]


def _instant(at: Instant, shape: Shape) -> str:
    berlin = formats.berlin(at)
    return f"{berlin:%d.%m.%Y %H:%M}" if shape == "excel" else berlin.isoformat(timespec="seconds")


def _money(cents: Cents, shape: Shape) -> str:
    text = format_amount(cents)
    return text.replace(".", ",") if shape == "excel" else text
