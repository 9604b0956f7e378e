"""A price table as a picture: braille dots for the terminal, a PNG for letters and pages."""

from collections.abc import Iterator
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from exchange.money import format_amount
from exchange.pricing.table import PriceTable

COLUMNS, ROWS = 64, 16
_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"""Bits of a braille character by row and column of its dots."""

SIZE = (1_200, 640)
LEFT, TOP, RIGHT, BOTTOM = 110, 70, 1_160, 560
INK, GREY, ACCENT = (24, 32, 42), (150, 158, 168), (0, 98, 155)


def in_terminal(table: PriceTable, end: str) -> str:
    """The stepped fall over the whole running time, with the prices on the left and the floor dotted."""
    wide, high = 2 * COLUMNS, 4 * ROWS
    cells = [[0] * COLUMNS for _ in range(ROWS)]

    def dot(x: int, y: int) -> None:
        cells[y // 4][x // 2] |= _DOTS[y % 4][x % 2]

    for x in range(0, wide, 4):
        dot(x, _height(table, table.floor_cents, high - 1))
    above = 0
    for x in range(wide):
        y = _height(table, table.ask_after(table.duration_us * x // wide), high - 1)
        for between in range(min(above, y), y + 1):
            dot(x, between)
        above = y
    lines = ["".join(chr(0x2800 + bits) for bits in row) for row in cells]
    return "\n".join([*_with_prices(table, lines), f"{'':>10} 0{end:>{COLUMNS - 1}}"])


def _with_prices(table: PriceTable, lines: list[str]) -> Iterator[str]:
    labels = {0: table.start_cents, ROWS // 2: _middle(table), ROWS - 1: table.floor_cents}
    for row, line in enumerate(lines):
        price = format_amount(labels[row]) if row in labels else ""
        yield f"{price:>9} ┤{line}" if price else f"{'':>9} │{line}"


def _height(table: PriceTable, ask_cents: int, lowest: int) -> int:
    """Rows below the top: 0 for the start price, ``lowest`` for the floor."""
    spread = table.start_cents - table.floor_cents
    return lowest * (table.start_cents - ask_cents) // spread if spread else 0


def _middle(table: PriceTable) -> int:
    return (table.start_cents + table.floor_cents) // 2


def to_png(table: PriceTable, title: str, path: Path) -> None:
    """Draw the stepped line with axes and the floor; raises OSError where the file cannot be written."""
    picture = Image.new("RGB", SIZE, "white")
    draw = ImageDraw.Draw(picture)
    draw.text((LEFT, 24), title, fill=INK, font=ImageFont.load_default(20))
    draw.line([(LEFT, TOP - 10), (LEFT, BOTTOM), (RIGHT, BOTTOM)], fill=INK, width=2)
    _draw_prices(draw, table)
    _draw_times(draw, table)
    draw.line(list(_corners(table)), fill=ACCENT, width=3)
    picture.save(path, "PNG")


def _draw_prices(draw: ImageDraw.ImageDraw, table: PriceTable) -> None:
    small = ImageFont.load_default(16)
    for cents in (table.start_cents, _middle(table), table.floor_cents):
        y = _y(table, cents)
        draw.text((LEFT - 12, y), format_amount(cents), fill=INK, font=small, anchor="rm")
        for x in range(LEFT, RIGHT, 12):
            draw.line([(x, y), (x + (8 if cents == table.floor_cents else 2), y)], fill=GREY)
    draw.text((RIGHT, _y(table, table.floor_cents) + 6), "floor", fill=GREY, font=small, anchor="ra")


def _draw_times(draw: ImageDraw.ImageDraw, table: PriceTable) -> None:
    """Quarters of the running time, in the unit that suits it."""
    unit, length_us = next(
        (name, us)
        for name, us in (("d", 86_400_000_000), ("h", 3_600_000_000), ("min", 60_000_000), ("s", 1_000_000), ("us", 1))
        if table.duration_us >= 2 * us or us == 1
    )
    for quarter in range(5):
        tenths = table.duration_us * quarter * 10 // (4 * length_us)
        text = f"{tenths // 10}.{tenths % 10}".removesuffix(".0")
        x = LEFT + (RIGHT - LEFT) * quarter // 4
        draw.line([(x, BOTTOM), (x, BOTTOM + 6)], fill=INK, width=2)
        draw.text((x, BOTTOM + 12), f"{text} {unit}", fill=INK, font=ImageFont.load_default(16), anchor="ma")


def _corners(table: PriceTable) -> Iterator[tuple[int, int]]:
    y = _y(table, table.start_cents)
    for elapsed_us, ask in zip(table.elapsed_us, table.asks_cents, strict=True):
        x = LEFT + (RIGHT - LEFT) * elapsed_us // table.duration_us
        yield x, y
        y = _y(table, ask)
        yield x, y
    yield RIGHT, y


def _y(table: PriceTable, ask_cents: int) -> int:
    """The floor lies a little above the axis, so that its line can be seen."""
    return TOP + _height(table, ask_cents, BOTTOM - TOP - 40)
