"""Which tabs somebody's header has, by what their role is for."""

from dataclasses import dataclass

from flask import request, url_for

from exchange.access.users import User
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
    ("rulings", "rulings.index", "undo", 6),
    ("members", "members.index", "person", 7),
    ("system", "system.show", "filter", 8),
    ("analyse", "analyse.show", "queue", 9),
)


SHORT = ("leads", "bids", "rulings")
"""Tabs with a word of their own in the phone's bar."""


def wanted(user: User) -> tuple[str, ...]:
    """The tabs of a user, in order; the first is where they begin."""
    if user.role == "operator":
        return "operate", "rulings", "members", "system", "analyse", "board"
    if user.role == "analyst":
        return "analyse", "board"
    if user.role == "supplier" or not user.buys:
        return "supply", "board"
    buying = "board", "leads", "bids", "wallet"
    return (*buying, "supply") if user.sells and user.role == "owner" else buying


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
    found = []
    for key, endpoint, icon, thumb in _TABS:
        if key in keys:
            name = seen.t(f"nav.{key}")
            short = seen.t(f"nav.{key}_short") if key in SHORT else name
            current = request.blueprint == key
            found.append(Tab(key, name, short, icon, url_for(endpoint), counts.get(key), current, thumb))
    return sorted(found, key=lambda tab: keys.index(tab.key))
