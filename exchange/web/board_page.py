"""The board page put together: tabs, chips, sorts, rows, and what to say when there are none."""

from dataclasses import dataclass
from typing import Any

from flask import request, url_for

from exchange.catalogue import SECTORS
from exchange.money import Cents
from exchange.reports import Connection
from exchange.reports.bids import BidRow, bids_of
from exchange.reports.board import board_page
from exchange.reports.pulse import halted_sectors, lately, pulse
from exchange.reports.purchases import has_bought
from exchange.reports.question import Question, Wanted
from exchange.reports.shelf import SectorCount
from exchange.reports.tapes import position
from exchange.reports.watched import watched_by
from exchange.sector import REGIONS
from exchange.web import formats
from exchange.web.amounts import euros_text
from exchange.web.bid_fields import conditions_typed
from exchange.web.chips import Chip, More, chips, more
from exchange.web.events import position_text
from exchange.web.filters import Filters, after_text
from exchange.web.premises import premises
from exchange.web.purse import purse_of
from exchange.web.rows import RowView, row_view
from exchange.web.visit import Visit

FIRST_COOKIE = "first"
"""Set once somebody has put the note for newcomers away."""


@dataclass(frozen=True, slots=True)
class SectorTab:
    """A sector with its count and lowest ask under the filters."""

    code: str
    name: str
    count: int
    from_price: str
    href: str
    current: bool


@dataclass(frozen=True, slots=True)
class Sort:
    """A column's sort."""

    current: bool
    href: str
    aria: str
    arrow: str


@dataclass(frozen=True, slots=True)
class HaltText:
    """Sectors that stand still, and why."""

    sectors: str
    reason: str


@dataclass(frozen=True, slots=True)
class BoardView:
    """What `board/show.html` asks for."""

    rows: list[RowView]
    sectors: list[SectorTab]
    filters: dict[str, Chip]
    more: More
    kept: list[tuple[str, str]]
    regions: list[tuple[str, str]]
    sorts: dict[str, Sort]
    order_text: str
    filter_text: str
    empty_text: str
    next_href: str
    bid_href: str
    bid_args: dict[str, Any]
    halted: HaltText | None
    pulse_new: str
    pulse_median: str
    first: bool
    buyer: bool
    account_cents: Cents
    left_cents: Cents | None
    position: str
    now_ms: int
    query: str


def board_view(connection: Connection, seen: Visit, asked: Filters, after: str) -> BoardView:
    """Everything of the board in one consistent view of the database."""
    ours, path = premises(), url_for("board.show")
    midnight_at = formats.midnight(seen.now)
    bids = bids_of(connection, seen.user.organisation, midnight_at, living=True)
    question = question_of(seen, asked, bids, after)
    page = board_page(connection, ours.rulebook, seen.viewer, question, seen.now)
    counts = ours.shelf.counts(connection, seen.viewer, question, seen.now)
    purse, watched = purse_of(connection, seen), watched_by(connection, seen.user.user_id)
    beat = pulse(connection, seen.viewer, seen.now, midnight_at)
    args = bid_args(asked)
    return BoardView(
        rows=[row_view(row, seen, bids, purse, watched) for row in page.rows],
        sectors=sector_tabs(counts, asked, seen, path),
        filters=chips(asked, seen, path),
        more=more(asked, seen, path),
        kept=[(name, value) for name, value in asked.pairs() if name in ("sector", "sort")],
        regions=sorted(REGIONS.items(), key=lambda region: region[1]),
        sorts=sorts(asked, path),
        order_text=seen.t(f"board.order.{asked.sort}"),
        filter_text=", ".join(REGIONS[code] for code in asked.region) or seen.t("filter.whole"),
        empty_text="" if page.rows else empty_text(connection, seen, question),
        next_href="" if page.after is None else f"{path}?{asked.query([('after', after_text(page.after))])}",
        bid_href=url_for("bids.new", **args),
        bid_args=args,
        halted=halt_text(connection),
        pulse_new=seen.t("board.pulse_new", n=formats.number(beat.new_leads, seen.lang)),
        pulse_median=_median_text(seen, beat.median_cents),
        first=seen.user.is_buyer
        and not bids
        and not request.cookies.get(FIRST_COOKIE)
        and not has_bought(connection, seen.viewer),
        buyer=seen.user.is_buyer,
        account_cents=purse.available_cents,
        left_cents=purse.left_cents,
        position=position_text(position(connection)),
        now_ms=seen.now // 1000,
        query=asked.query(),
    )


def question_of(
    seen: Visit, asked: Filters, bids: list[BidRow], after: str = "", ids: tuple[str, ...] = ()
) -> Question:
    """What the filters ask of the reports, for this visitor and the bids of their firm."""
    fitting = tuple(Wanted(bid.sector, bid.filters, bid.limit_cents) for bid in bids if bid.state == "active")
    return asked.question(after, ids, watcher=seen.user.user_id, fitting=fitting)


def _median_text(seen: Visit, cents: Cents | None) -> str:
    return "" if cents is None else seen.t("board.pulse_median", price=seen.money(cents))


def sector_tabs(counts: list[SectorCount], asked: Filters, seen: Visit, path: str) -> list[SectorTab]:
    """All sectors first, then each with what the filters leave of it; sectors that do not trade are left out."""
    by_code = {count.sector: count for count in counts}
    lowest = min((count.lowest_cents for count in counts), default=None)
    found = [_tab("", seen.t("board.all_sectors"), sum(c.count for c in counts), lowest, asked, seen, path)]
    for code in SECTORS:
        count, name = by_code.get(code), tab_name(code, seen)
        cents = count.lowest_cents if count else None
        found.append(_tab(code, name, count.count if count else 0, cents, asked, seen, path))
    return found


def tab_name(code: str, seen: Visit) -> str:
    """Long names are known by their abbreviation in the trade."""
    sector = SECTORS[code]
    if code in ("pkv", "bu", "bav"):
        return sector.short
    if seen.lang == "en":
        return "Business" if code == "gewerbe" else sector.name_en
    return sector.short if code == "gewerbe" else sector.name_de


def _tab(code: str, name: str, n: int, cents: Cents | None, asked: Filters, seen: Visit, path: str) -> SectorTab:
    price = "–" if cents is None else seen.t("board.from", price=seen.money(cents))
    return SectorTab(code, name, n, price, asked.href(path, sector=code), asked.sector == code)


def sorts(asked: Filters, path: str) -> dict[str, Sort]:
    """The columns that sort: newest, cheapest, next to fall first."""
    return {
        key: Sort(asked.sort == key, asked.href(path, sort=key), "ascending", "↑") for key in ("age", "next", "price")
    }


def empty_text(connection: Connection, seen: Visit, asked: Question) -> str:
    """What this filter has seen lately."""
    many, median_cents = lately(connection, seen.viewer, asked, seen.now)
    if not many:
        return seen.t("empty.nothing")
    n = formats.number(many, seen.lang)
    if median_cents is None:
        return seen.t("empty.unsold", n=n)
    return seen.t("empty.history", n=n, price=seen.money(median_cents))


def halt_text(connection: Connection) -> HaltText | None:
    """Which sectors stand still."""
    halted = halted_sectors(connection)
    if not halted:
        return None
    names = ", ".join(SECTORS[h.sector].short if h.sector in SECTORS else h.sector for h in halted)
    return HaltText(names, "; ".join(dict.fromkeys(h.reason.rstrip(".") for h in halted)))


def bid_args(asked: Filters) -> dict[str, Any]:
    """The filters as the form of a standing bid takes them."""
    args: dict[str, Any] = {"sector": asked.sector, "region": list(asked.region), "plz": ",".join(asked.plz)}
    args["limit"] = "" if asked.most is None else euros_text(asked.most)
    if asked.conditions:
        args |= conditions_typed(SECTORS[asked.sector], asked.conditions)[0]
    args["seats"] = "exclusive" if asked.seats == "exclusive" else ""
    return {name: value for name, value in args.items() if value}
