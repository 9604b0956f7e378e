"""The board page put together: tabs, chips, sorts, rows, and what to say when there are none."""

from dataclasses import dataclass
from typing import Any

from flask import url_for

from exchange.catalogue import SECTORS
from exchange.money import Cents
from exchange.reports import Connection
from exchange.reports.bids import bids_of
from exchange.reports.board import SectorCount, board_page, sector_counts
from exchange.reports.pulse import halted_sectors, lately, pulse
from exchange.reports.tapes import position
from exchange.sector import REGIONS
from exchange.web import formats
from exchange.web.events import position_text
from exchange.web.filters import Filters, after_text, euros_text
from exchange.web.premises import premises
from exchange.web.rows import NEW_US, RowView, land_of, row_view
from exchange.web.visit import Visit


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
class Chip:
    """One filter: what it is set to, and the address without it."""

    on: bool
    text: str
    value: object
    off_href: str = ""


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
    position: str
    now_ms: int
    query: str


def board_view(connection: Connection, seen: Visit, asked: Filters, after: str) -> BoardView:
    """Everything of the board in one consistent view of the database."""
    ours, path = premises(), url_for("board.show")
    midnight_at = formats.midnight(seen.now)
    page = board_page(connection, ours.rulebook, seen.viewer, asked.question(after), seen.now)
    counts = sector_counts(connection, seen.viewer, asked.question(), seen.now)
    bids = bids_of(connection, seen.user.organisation, midnight_at, living=True)
    beat = pulse(connection, seen.viewer, seen.now, midnight_at)
    args = bid_args(asked)
    return BoardView(
        rows=[row_view(row, seen, bids, fresh=seen.now - row.listed_at < NEW_US) for row in page.rows],
        sectors=sector_tabs(counts, asked, seen, path),
        filters=chips(asked, seen, path),
        kept=[(name, value) for name, value in asked.pairs() if name in ("sector", "sort")],
        regions=sorted(REGIONS.items(), key=lambda region: region[1]),
        sorts=sorts(asked, path),
        order_text=seen.t(f"board.order.{asked.sort}"),
        filter_text=", ".join(REGIONS[code] for code in asked.region) or seen.t("filter.whole"),
        empty_text="" if page.rows else empty_text(connection, seen, asked),
        next_href="" if page.after is None else f"{path}?{asked.query([('after', after_text(page.after))])}",
        bid_href=url_for("bids.new", **args),
        bid_args=args,
        halted=halt_text(connection),
        pulse_new=seen.t("board.pulse_new", n=formats.number(beat.new_leads, seen.lang)),
        pulse_median=_median_text(seen, beat.median_cents),
        position=position_text(position(connection)),
        now_ms=seen.now // 1000,
        query=asked.query(),
    )


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


def chips(asked: Filters, seen: Visit, path: str) -> dict[str, Chip]:
    """The filters as chips."""
    everything, t = seen.t("filter.all"), seen.t
    regions = ", ".join(REGIONS[code] for code in asked.region)
    if len(asked.region) > 2:
        regions = ", ".join(land_of(code) for code in asked.region)
    most = everything if asked.most is None else seen.money(asked.most)
    return {
        "region": Chip(bool(regions), regions or everything, asked.region, asked.href(path, region=())),
        "plz": Chip(
            bool(asked.plz), ", ".join(asked.plz) or everything, ", ".join(asked.plz), asked.href(path, plz=())
        ),
        "most": Chip(
            asked.most is not None,
            most if asked.most is not None else t("filter.open"),
            "" if asked.most is None else euros_text(asked.most),
            asked.href(path, most=None),
        ),
        "seats": Chip(
            bool(asked.seats), t(f"filter.seats.{asked.seats or 'all'}"), asked.seats, asked.href(path, seats="")
        ),
        "age": Chip(
            asked.age is not None, t("filter.minutes", n=asked.age), asked.age or "", asked.href(path, age=None)
        ),
    }


def sorts(asked: Filters, path: str) -> dict[str, Sort]:
    """The columns that sort: newest, cheapest, next to fall first."""
    return {
        key: Sort(asked.sort == key, asked.href(path, sort=key), "ascending", "↑") for key in ("age", "next", "price")
    }


def empty_text(connection: Connection, seen: Visit, asked: Filters) -> str:
    """What this filter has seen lately."""
    many, median_cents = lately(connection, seen.viewer, asked.question(), seen.now)
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
    args["seats"] = "exclusive" if asked.seats == "exclusive" else ""
    return {name: value for name, value in args.items() if value}
