"""Which tabs somebody's header has, by what their role is for."""

from dataclasses import dataclass

from flask import request, url_for

from exchange.access.users import User
from exchange.reports.admission import held_counts
from exchange.reports.bids import bid_counts
from exchange.reports.claims import claims_waiting
from exchange.reports.purchases import purchase_count
from exchange.web.premises import premises
from exchange.web.visit import Visit


@dataclass(frozen=True, slots=True)
class Tab:
    """One entry of the main navigation; ``thumb`` is its place in the phone's bar."""

    key: str
    name: str
    short: str
    icon: str
    href: str
    count: int | None
    current: bool
    thumb: int


_TABS = (
    ("board", "board.show", "list", 0),
    ("leads", "leads.index", "person", 2),
    ("bids", "bids.index", "steps", 1),
    ("wallet", "wallet.show", "wallet", 3),
    ("supply", "supply.show", "save", 4),
    ("operate", "operate.show", "shield", 5),
    ("curves", "curves.index", "steps", 6),
    ("rulings", "rulings.index", "undo", 6),
    ("admission", "admission.queue", "check", 7),
    ("members", "members.index", "person", 8),
    ("system", "system.show", "filter", 9),
    ("analyse", "analyse.show", "queue", 10),
    ("replay", "replay.show", "steps", 11),
    ("statistics", "statistics.show", "bars", 12),
)


WITHIN = {
    "arms": "curves",
    "factors": "members",
    "patterns": "operate",
    "sectors": "operate",
    "replay": "analyse",
    "statistics": "analyse",
}
"""Pages that stand behind a tab of another name, for those who have none of their own."""

SHORT = ("leads", "bids", "rulings")
"""Tabs with a word of their own in the phone's bar."""


def wanted(user: User) -> tuple[str, ...]:
    """The tabs of a user, in order; the first is where they begin."""
    if user.role == "operator":
        return "operate", "curves", "rulings", "admission", "members", "system", "analyse", "board"
    if user.role == "analyst":
        return "analyse", "replay", "statistics", "board"
    if user.role == "supplier" or not user.buys:
        return "supply", "board", "statistics"
    buying = "board", "leads", "bids", "wallet"
    return (*buying, "supply", "statistics") if user.sells and user.role == "owner" else (*buying, "statistics")


def tabs(seen: Visit) -> list[Tab]:
    """The navigation of somebody logged in."""
    keys, counts = wanted(seen.user), {}
    if "leads" in keys:
        with premises().reading() as connection:
            counts["leads"] = purchase_count(connection, seen.user.organisation)
            counts["bids"] = bid_counts(connection, seen.user.organisation)
    if "rulings" in keys:
        with premises().reading() as connection:
            counts["rulings"] = claims_waiting(connection)
            counts["admission"] = held_counts(connection).get("held", 0)
    here, found = request.blueprint or "", []
    for key, endpoint, icon, thumb in _TABS:
        if key in keys:
            name = seen.t(f"nav.{key}")
            short = seen.t(f"nav.{key}_short") if key in SHORT else name
            current = key == (here if here in keys else WITHIN.get(here, here))
            found.append(Tab(key, name, short, icon, url_for(endpoint), counts.get(key), current, thumb))
    return sorted(found, key=lambda tab: keys.index(tab.key))
