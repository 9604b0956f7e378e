"""A wallet over the last days: a small step line, and the same as a table."""

from collections.abc import Sequence
from dataclasses import dataclass

from exchange.money import Cents
from exchange.reports import Connection
from exchange.reports.holdings import closing_balances
from exchange.web import formats
from exchange.web.visit import Visit

DAYS = 30
WIDTH, HEIGHT, EDGE = 720, 120, 8


@dataclass(frozen=True, slots=True)
class BalanceChart:
    """``path`` is the line, ``area`` what lies below; ``rows`` a day and what was left in the evening."""

    path: str
    area: str
    label: str
    first: str
    last: str
    highest: str
    rows: list[tuple[str, str]]
    width: int = WIDTH
    height: int = HEIGHT


def balance_chart(connection: Connection, seen: Visit) -> BalanceChart:
    """The visitor's wallet."""
    days = formats.midnights(seen.now, DAYS)
    held = closing_balances(connection, seen.user.organisation, days)
    heights = _heights(held)
    width = WIDTH / len(held)
    path = f"M0 {heights[0]}" + "".join(f"V{y}H{round((n + 1) * width, 1):g}" for n, y in enumerate(heights))
    texts = [formats.moment(day, "day", seen.lang) for day in days]
    highest = seen.money(max(*held, 0))
    return BalanceChart(
        path=path,
        area=f"{path}V{HEIGHT}H0Z",
        label=seen.t("wallet.chart_label", days=DAYS, now=seen.money(held[-1]), highest=highest),
        first=texts[0],
        last=texts[-1],
        highest=highest,
        rows=[(text, seen.money(cents)) for text, cents in zip(reversed(texts), reversed(held), strict=True)],
    )


def _heights(held: Sequence[Cents]) -> list[float]:
    """From nothing (or the deepest debt) at the bottom to the most at the top."""
    low, high = min(*held, 0), max(*held, 0)
    span = (high - low) or 1
    return [round(EDGE + (HEIGHT - EDGE - 1) * (high - cents) / span, 1) for cents in held]
