"""Read-only questions: rows for pages, never values the core decides by. Instants and amounts as everywhere.

`board` open listings as a firm may see them, `schedules` their steps, `bids` standing bids and where they act,
`purchases` what a firm has bought, `money` its wallet, `tapes` what happened since a position.
"""

from sqlalchemy import Connection

__all__ = ["Connection"]
