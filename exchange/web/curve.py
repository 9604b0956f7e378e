"""Where a price curve lies in a picture: a stepped line in pixels, for sparklines and charts.

The browser moves only the marker: `Scale` tells it how instants and cents become pixels. Pixels are floats, and
nothing of this goes back into a price.
"""

from bisect import bisect_right
from dataclasses import dataclass

from exchange.instant import Instant
from exchange.money import Cents

_NICE = (1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60, 80, 100, 150, 200, 250, 300, 500, 1000, 2500, 10_000)

LABEL_PX = 150
"""Room a caption beside the marker needs."""

Steps = tuple[tuple[Instant, Cents], ...]


@dataclass(frozen=True, slots=True)
class Scale:
    """A frame in pixels and what it stands for."""

    from_at: Instant
    until_at: Instant
    left: float
    right: float
    top: float
    bottom: float
    top_cents: Cents

    def x(self, at: Instant) -> float:
        """The column of an instant, never outside the frame."""
        share = (at - self.from_at) / max(self.until_at - self.from_at, 1)
        return round(self.left + (self.right - self.left) * min(max(share, 0.0), 1.0), 1)

    def y(self, cents: Cents) -> float:
        """The line of a price; 0 lies at the bottom."""
        return round(self.bottom - (self.bottom - self.top) * cents / max(self.top_cents, 1), 1)

    def for_browser(self) -> list[float]:
        """From and until in milliseconds, left, right, top, bottom, price at the top."""
        return [
            self.from_at // 1000,
            self.until_at // 1000,
            self.left,
            self.right,
            self.top,
            self.bottom,
            self.top_cents,
        ]


def ask_at(steps: Steps, at: Instant) -> Cents:
    """The ask that stands at an instant: of the steps as they were handed out."""
    return steps[max(bisect_right(steps, at, key=lambda step: step[0]) - 1, 0)][1]


def step_path(steps: Steps, scale: Scale) -> str:
    """The whole way as an SVG path."""
    parts = [f"M{scale.left:g} {scale.y(steps[0][1])}"]
    for at, cents in steps[1:]:
        parts.append(f"H{scale.x(at)}V{scale.y(cents)}")
    return "".join(parts) + f"H{scale.right:g}"


@dataclass(frozen=True, slots=True)
class Ring:
    """Where the own bid buys."""

    x: float
    y: float
    text: str = ""
    text_x: float = 0
    text_y: float = 0
    anchor: str = "start"


@dataclass(frozen=True, slots=True)
class Mark:
    """A caption on an axis."""

    text: str
    x: float = 0
    y: float = 0
    anchor: str = "middle"


@dataclass(frozen=True, slots=True)
class Line:
    """A curve ready to be drawn: paths, marker, ring, and the axis captions of the large forms."""

    width: int
    height: int
    left: float
    right: float
    bottom: float
    path: str
    area: str
    now_x: float
    now_y: float
    scale: list[float]
    ring: Ring | None = None
    rules: tuple[Mark, ...] = ()
    times: tuple[Mark, ...] = ()
    floor: Mark | None = None

    @property
    def label_anchor(self) -> str:
        """The caption stands right of the marker, where the curve lies lower; left of it where there is no room."""
        return "start" if self.now_x < self.right - LABEL_PX else "end"

    @property
    def label_x(self) -> float:
        return self.now_x + (9 if self.label_anchor == "start" else -9)

    @property
    def label_y(self) -> float:
        """Above the marker on its right, below it on its left: never across the line."""
        return self.now_y + (-8 if self.label_anchor == "start" else 18)


def draw(
    steps: Steps,
    now: Instant,
    until_at: Instant,
    frame: tuple[int, int, float, float, float, float],
    *,
    top_cents: Cents | None = None,
    ring_at: Instant | None = None,
) -> Line:
    """A curve in a frame (width, height, left, right, top, bottom); the marker stands at ``now``."""
    width, height, left, right, top, bottom = frame
    scale = Scale(steps[0][0], until_at, left, right, top, bottom, top_cents or steps[0][1])
    path = step_path(steps, scale)
    ring = None if ring_at is None else Ring(scale.x(ring_at), scale.y(ask_at(steps, ring_at)))
    return Line(
        width,
        height,
        left,
        right,
        bottom,
        path,
        f"{path}V{bottom:g}H{left:g}Z",
        scale.x(now),
        scale.y(ask_at(steps, now)),
        scale.for_browser(),
        ring,
    )


def rule_step(top_cents: Cents) -> int:
    """Euros between two rules so that about three of them stand under the start price."""
    return next((step for step in _NICE if top_cents <= 340 * step), 100_000)
