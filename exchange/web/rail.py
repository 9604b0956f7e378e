"""The rail beside the board: wallet, standing bids, the latest purchases."""

from dataclasses import dataclass, replace

from flask import url_for

from exchange.catalogue import SECTORS
from exchange.orderbook.filters import Condition
from exchange.reports import Connection
from exchange.reports.bids import BidRow, bids_of
from exchange.reports.money import WalletRow, wallet_of
from exchange.reports.purchases import Purchase, purchases_of
from exchange.reports.races import TOLD_BELOW_US, Missed, missed
from exchange.web import formats
from exchange.web.daily_limit import limit_view
from exchange.web.premises import premises
from exchange.web.purse import Purse, purse_of
from exchange.web.rows import land_of, plz_of, short_code
from exchange.web.visit import Visit

SHOWN_BIDS, SHOWN_EVENTS = 6, 5


@dataclass(frozen=True, slots=True)
class WalletView:
    """Wallet in words; ``today_share`` is how much of a limit the firm set for itself is used, in per cent,
    ``firm_text`` the same in amounts, ``reached`` what is said once nothing is left of it.

    ``limit_text`` is what the firm's owner lets this user spend in a day; empty without such a limit.
    """

    available: str
    today_text: str
    leads_text: str
    today_share: int | None = None
    firm_text: str = ""
    reached: str = ""
    limit_text: str = ""
    limit_share: int = 0


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
        "wallet": wallet_view(seen, wallet, purse_of(connection, seen)),
        "bids": BidsView(views, active, new_href),
        "feed": feed(seen, bought, missed(connection, firm, midnight_at, SHOWN_EVENTS)),
    }


def wallet_view(seen: Visit, wallet: WalletRow, purse: Purse) -> WalletView:
    """What may be spent, and what today has cost."""
    found = WalletView(
        available=seen.money(wallet.available_cents),
        today_text=seen.money(wallet.today_cents),
        leads_text=formats.number(wallet.today_leads, seen.lang),
    )
    own = limit_view(seen, wallet)
    if own.limit:
        text = seen.t("wallet.of", spent=own.spent, limit=own.limit)
        found = replace(found, today_share=own.share, firm_text=text, reached=own.reached)
    if not purse.limit_cents:
        return found
    text = seen.t("wallet.of", spent=seen.money(purse.spent_cents), limit=seen.money(purse.limit_cents))
    return replace(found, limit_text=text, limit_share=min(100, 100 * purse.spent_cents // purse.limit_cents))


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
        act = premises().acts.of(connection, premises().rulebook, seen.viewer, bid, seen.now)
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


def feed(seen: Visit, bought: list[Purchase], lost: list[Missed]) -> list[EventView]:
    """What happened last: purchases, upheld claims, races of today that others won."""
    events = [(one.sold_at, event_view(seen, one)) for one in bought]
    events += [(one.at, missed_view(seen, one)) for one in lost]
    return [view for _, view in sorted(events, key=lambda event: -event[0])[:SHOWN_EVENTS]]


def missed_view(seen: Visit, lost: Missed) -> EventView:
    """A race that another firm won, and by how much where it was close."""
    title = seen.t("feed.missed", code=short_code(lost.sector), plz=plz_of(lost.postcode))
    detail = seen.t("feed.lost")
    if lost.late_us < TOLD_BELOW_US:
        detail = seen.t("feed.lost_by", s=formats.tenths(lost.late_us, seen.lang))
    return EventView(formats.clock(lost.at), title, seen.money(lost.ask_cents), detail, "", strong=False)


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
