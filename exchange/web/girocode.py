"""A QR code as one SVG path, drawn here so that it carries no style of its own."""

from dataclasses import dataclass

import segno

QUIET = 4
"""Modules left blank around a code (ISO/IEC 18004)."""


@dataclass(frozen=True, slots=True)
class Code:
    """``size`` modules a side, the blank edge included; ``path`` fills the dark ones."""

    size: int
    path: str


def qr_code(text: str) -> Code:
    """The code of a text in UTF-8, with error correction M as EPC069-12 wants it."""
    made = segno.make_qr(text, error="m", boost_error=False, encoding="utf-8")
    rows = [bytes(row) for row in made.matrix]
    path = "".join(
        f"M{x + QUIET} {y + QUIET}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark
    )
    return Code(len(rows) + 2 * QUIET, path)
