"""The rail beside the board: wallet, standing bids, the latest purchases."""

from dataclasses import dataclass

from flask import url_for

from exchange.catalogue import SECTORS
from exchange.orderbook.filters import Condition
from exchange.reports import Connection
from exchange.reports.bids import BidRow, bids_of, next_act
from exchange.reports.money import WalletRow, wallet_of
from exchange.reports.purchases import Purchase, purchases_of
from exchange.web import formats
from exchange.web.premises import premises
from exchange.web.rows import land_of, plz_of, short_code
from exchange.web.visit import Visit

SHOWN_BIDS, SHOWN_EVENTS = 6, 5


@dataclass(frozen=True, slots=True)
class WalletView:
    """Wallet in words."""

    available: str
    today_text: str
    leads_text: str
    today_share: int | None = None
    leads_share: int | None = None


@dataclass(frozen=True, slots=True)
class BidView:
    """A standing bid in the rail."""

    id: str
    name: str
    limit: str
    filter_text: str
    now_text: str
    on: bool


@dataclass(frozen=True, slots=True)
class BidsView:
    """The rail's standing bids, and where a new one is placed."""

    rows: list[BidView]
    active: int
    new_href: str


@dataclass(frozen=True, slots=True)
class EventView:
    """One line of the latest events."""

    at: str
    title: str
    amount: str
    detail: str
    href: str
    strong: bool
    good: bool = False


def rail_view(connection: Connection, seen: Visit, new_href: str) -> dict[str, object]:
    """The template's three parts."""
    firm, midnight_at = seen.user.organisation, formats.midnight(seen.now)
    wallet = wallet_of(connection, firm, midnight_at)
    bids = bids_of(connection, firm, midnight_at, living=True)
    bought, _ = purchases_of(connection, firm, most=SHOWN_EVENTS)
    active = sum(bid.state == "active" for bid in bids)
    views = [bid_view(connection, seen, bid) for bid in bids[:SHOWN_BIDS]]
    return {
        "wallet": wallet_view(seen, wallet),
        "bids": BidsView(views, active, new_href),
        "feed": [event_view(seen, purchase) for purchase in bought],
    }


def wallet_view(seen: Visit, wallet: WalletRow) -> WalletView:
    """What may be spent, and what today has cost."""
    return WalletView(
        available=seen.money(wallet.available_cents),
        today_text=seen.money(wallet.today_cents),
        leads_text=formats.number(wallet.today_leads, seen.lang),
    )


def bid_view(connection: Connection, seen: Visit, bid: BidRow) -> BidView:
    """A bid with what it does now."""
    on = bid.state == "active"
    done = (
        seen.t("bids.today", n=bid.today, all=bid.daily)
        if bid.daily
        else seen.t("bids.total", n=bid.filled, all=bid.quantity)
    )
    now_text = seen.t("bids.paused")
    if on and bid.used_up:
        now_text = f"{done} · {seen.t('bids.used_up')}"
    elif on:
        act = next_act(connection, premises().rulebook, seen.viewer, bid, seen.now)
        now_text = done if act is None else f"{done} · {seen.t('bids.acts', at=formats.clock(act[0]))}"
    return BidView(bid.bid_id, bid_name(seen, bid), seen.money(bid.limit_cents), filter_text(seen, bid), now_text, on)


def bid_name(seen: Visit, bid: BidRow) -> str:
    """Its own name, or its sector."""
    return bid.name or short_code(bid.sector)


def filter_text(seen: Visit, bid: BidRow) -> str:
    """``BY, BW · PLZ 80, 81 · exklusiv``."""
    filters = bid.filters
    parts = []
    if filters.regions:
        parts.append(", ".join(land_of(code) for code in filters.regions))
    if filters.postcodes:
        listed = ", ".join(filters.postcodes[:4]) + (" …" if len(filters.postcodes) > 4 else "")
        parts.append(seen.t("bids.plz", list=listed))
    parts += [condition_text(seen, bid.sector, condition) for condition in filters.conditions[:2]]
    if filters.seats_at_most == 1:
        parts.append(seen.t("bids.exclusive"))
    return " · ".join(parts) or seen.t("bids.everything")


def condition_text(seen: Visit, sector: str, condition: Condition) -> str:
    """``Raucher: Nein``, ``Alter ≤ 40``: a demand in the sector's own captions."""
    question = SECTORS[sector].question(condition.key) if sector in SECTORS else None
    if question is None:
        return f"{condition.key} {condition.operator} {', '.join(condition.values)}"
    english = seen.lang == "en"
    words = {choice.code: choice.label_en if english else choice.label_de for choice in question.choices}
    if question.kind == "yes_no":
        words = {"yes": seen.t("lead.yes"), "no": seen.t("lead.no")}
    sign = {"=": ":", "!=": " ≠", "<=": " ≤", ">=": " ≥"}.get(condition.operator, f" {condition.operator}")
    label = question.label_en if english else question.label_de
    return f"{label}{sign} {', '.join(words.get(value, value) for value in condition.values)}"


def event_view(seen: Visit, purchase: Purchase) -> EventView:
    """A purchase as the latest event; an upheld claim says what came back."""
    code, plz = short_code(purchase.sector), plz_of(purchase.postcode)
    href = url_for("leads.show", listing_id=purchase.listing_id)
    at = formats.clock(purchase.sold_at)
    if purchase.sold_at < formats.midnight(seen.now):
        at = formats.moment(purchase.sold_at, "day", seen.lang)
    how = seen.t("feed.instant")
    if purchase.bid_id:
        how = seen.t("feed.by_bid", name=purchase.bid_name or code)
    if purchase.claim == "upheld":
        amount = f"+{seen.money(purchase.returned_net_cents)}"
        title = seen.t("feed.claim", code=code, plz=plz)
        return EventView(at, title, amount, seen.t("feed.upheld"), href, strong=False, good=True)
    price = seen.money(purchase.ask_cents)
    return EventView(at, seen.t("feed.bought", code=code, plz=plz), price, how, href, strong=True)
