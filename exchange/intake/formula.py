"""Cells that a spreadsheet would run as a formula, and the apostrophe that keeps it from doing so."""

_STARTERS = tuple("=+-@\t\r\n＝＋－＠﹢﹣﹦")
"""What may start a formula, full-width and small forms included."""


def guarded(cell: str) -> str:
    """A cell that no spreadsheet runs: an apostrophe before what could start a formula; NUL is dropped."""
    text = cell.replace("\0", "")
    return f"'{text}" if text.startswith(_STARTERS) or text.lstrip().startswith(_STARTERS) else text


def unguarded(cell: str) -> str:
    """The cell as it was before `guarded`, so that ``+49…`` survives the round trip."""
    if not cell.startswith("'"):
        return cell
    is_guarded = cell[1:].lstrip().startswith(_STARTERS)
    return cell[1:] if is_guarded or cell.startswith(("'\t", "'\r", "'\n")) else cell
