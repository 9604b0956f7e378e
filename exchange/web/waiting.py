"""What waiting for a listing's coming steps brings and risks: price, other bids, the chance it is still there, reach.

The reach is the only figure not of our own market: Oldroyd, McElheran and Elkington, "The Short Life of Online Sales
Leads", Harvard Business Review, March 2011. 1.25 million leads of 29 consumer and 13 business firms in the USA: who
tried within an hour was nearly seven times as likely to qualify the lead as who tried an hour later, and more than
sixty times as likely as who waited 24 hours or longer. The page says so beside the figure.
"""

from dataclasses import dataclass

from exchange.instant import DAY_US, HOUR_US, Instant
from exchange.reports.board import BoardRow
from exchange.reports.chances import Outlook
from exchange.reports.depth import Depth
from exchange.reports.survival import Chance
from exchange.sector import REGIONS
from exchange.web import formats
from exchange.web.rows import short_code
from exchange.web.visit import Visit

SHOWN = 5
"""Steps shown."""


@dataclass(frozen=True, slots=True)
class WaitStep:
    """One coming step in words; ``mine`` where one of the own bids buys at it, if nobody is quicker."""

    at: str
    left: str
    price: str
    bids: str
    chance: str
    span: str
    reach: str
    mine: bool
    at_ms: int


@dataclass(frozen=True, slots=True)
class WaitView:
    """The coming steps, and what the chances are worth: among how many listings, which, or why there are none."""

    steps: list[WaitStep]
    basis: str
    known: bool


def wait_view(row: BoardRow, visit: Visit, coming: list[Depth], outlook: Outlook | None) -> WaitView:
    """The table of waiting; without steps where the price stands still or falls no more."""
    shown = coming[:SHOWN]
    found = outlook.chances if outlook else [None] * len(shown)
    steps = [_step(row, visit, step, chance) for step, chance in zip(shown, found, strict=True)]
    return WaitView(steps, _basis(row, visit, outlook), outlook is not None)


def _step(row: BoardRow, visit: Visit, step: Depth, chance: Chance | None) -> WaitStep:
    return WaitStep(
        at=formats.clock(step.at),
        left=formats.countdown(step.at - visit.now),
        price=visit.money(step.ask_cents),
        bids=str(step.others) if step.others else "–",
        chance="–" if chance is None else percent(chance.share, visit),
        span="" if chance is None else visit.t("wait.span", low=_whole(chance.low), high=_whole(chance.high)),
        reach=_reach(step.at - row.asked_at, visit),
        mine=step.mine,
        at_ms=-(-step.at // 1000),
    )


def percent(share: float, visit: Visit) -> str:
    """``84 %``; certainty is not for sale, so neither 0 nor 100 is said of what might turn out otherwise."""
    return f"{min(max(round(100 * share), 1), 99)}{'' if visit.lang == 'en' else formats.NBSP}%"


def _whole(share: float) -> int:
    return round(100 * share)


def _reach(age_us: Instant, visit: Visit) -> str:
    """How likely the enquirer is still to be won at this age, against a first call within the hour."""
    if age_us < HOUR_US:
        return visit.t("wait.reach.hour")
    return visit.t("wait.reach.later" if age_us < DAY_US else "wait.reach.day")


def _basis(row: BoardRow, visit: Visit, outlook: Outlook | None) -> str:
    code = short_code(row.sector)
    kind = visit.t("seats.exclusive_low" if row.seats == 1 else "wait.shared")
    if outlook is None:
        return visit.t("wait.unknown", code=code, kind=kind)
    where = {
        "area": visit.t("wait.area", digits=row.postcode[:2]),
        "region": REGIONS[row.region],
        "everywhere": visit.t("filter.whole"),
    }[outlook.where]
    when = visit.t(f"wait.part.{outlook.part or 'any'}")
    n = formats.number(outlook.cases, visit.lang)
    return visit.t("wait.basis", n=n, code=code, kind=kind, where=where, when=when)
