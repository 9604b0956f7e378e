"""What to offer somebody who came too late: the open leads most like the one that is gone."""

from sqlalchemy import Connection

from exchange.instant import Instant
from exchange.reports.board import BoardRow, board_page
from exchange.reports.question import Question, Viewer
from exchange.reports.schedules import Rulebook

LOOKED_AT = 120
"""The newest open leads of the sector that are compared."""


def similar(connection: Connection, rulebook: Rulebook, viewer: Viewer, gone: BoardRow, now: Instant) -> list[BoardRow]:
    """Open leads of the same sector asking between half and one and a half times as much, the nearest first.

    Near is as many first digits of the postcode as agree, then the same state, then the ask.
    """
    page = board_page(connection, rulebook, viewer, Question(sector=gone.sector), now, most=LOOKED_AT)
    fitting = [
        row
        for row in page.rows
        if row.listing_id != gone.listing_id
        and not row.mine
        and row.supplier_group != viewer.group
        and gone.ask_cents <= 2 * row.ask_cents <= 3 * gone.ask_cents
    ]
    return sorted(fitting, key=lambda row: (-_agree(row, gone), row.region != gone.region, _dearer(row, gone), row.key))


def _agree(row: BoardRow, gone: BoardRow) -> int:
    return next((n for n in (3, 2, 1) if row.postcode[:n] == gone.postcode[:n]), 0)


def _dearer(row: BoardRow, gone: BoardRow) -> int:
    return abs(row.ask_cents - gone.ask_cents)
