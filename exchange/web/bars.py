"""A small bar chart drawn on the server, and the same as a table."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, EDGE = 720, 120, 8
_FILLED = 0.72
"""Of each bar's room."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle in pixels."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Bars:
    """``rows`` are a name and the value in words, the order of the bars; ``label`` says what the picture shows."""

    bars: list[Bar]
    rows: list[tuple[str, str]]
    label: str
    highest: str
    width: int = WIDTH
    height: int = HEIGHT


def bars_of(values: Sequence[int], names: Sequence[str], texts: Sequence[str], label: str) -> Bars:
    """A bar a value from nothing at the bottom; below nothing (more returned than sold) there is none to see."""
    top, room = max(*values, 1), WIDTH / len(values)
    heights = [max((HEIGHT - EDGE) * value / top, 0.0) for value in values]
    bars = [
        Bar(round(place * room, 1), round(HEIGHT - height, 1), round(room * _FILLED, 1), round(height, 1))
        for place, height in enumerate(heights)
    ]
    highest = texts[max(range(len(values)), key=values.__getitem__)] if any(values) else ""
    return Bars(bars, list(zip(names, texts, strict=True)), label, highest)
