"""What stands around every page: tabs with counts, the user, the language, the time."""

from dataclasses import dataclass

from flask import Flask, request, url_for

from exchange.reports.bids import bid_counts
from exchange.reports.purchases import purchase_count
from exchange.web import formats
from exchange.web.captions import browser_captions
from exchange.web.premises import premises
from exchange.web.visit import Visit, visit


@dataclass(frozen=True, slots=True)
class Tab:
    """One entry of the main navigation."""

    key: str
    name: str
    short: str
    icon: str
    href: str
    count: int | None
    current: bool


def tabs(seen: Visit) -> list[Tab]:
    """The navigation of somebody logged in."""
    with premises().reading() as connection:
        counts: dict[str, int | None] = {
            "leads": purchase_count(connection, seen.user.organisation),
            "bids": bid_counts(connection, seen.user.organisation),
        }
    entries = (
        ("board", "board.show", "list"),
        ("leads", "leads.index", "person"),
        ("bids", "bids.index", "steps"),
        ("wallet", "wallet.show", "wallet"),
    )
    found = []
    for key, endpoint, icon in entries:
        name = seen.t(f"nav.{key}")
        short = seen.t(f"nav.{key}_short") if key in ("leads", "bids") else name
        current = request.blueprint == key
        found.append(Tab(key, name, short, icon, url_for(endpoint), counts.get(key), current))
    order = {"board": 0, "leads": 1, "bids": 2, "wallet": 3}
    return sorted(found, key=lambda tab: order[tab.key])


def dress(app: Flask) -> None:
    """Give every template its surroundings."""

    @app.context_processor
    def surroundings() -> dict[str, object]:
        seen = visit()
        found: dict[str, object] = {
            "t": seen.t,
            "tn": seen.tn,
            "lang": seen.lang,
            "theme": seen.theme,
            "here": request.full_path.rstrip("?") if request.method == "GET" else url_for("board.show"),
            "clock_text": formats.clock_second(seen.now),
            "js_captions": browser_captions(seen.lang),
        }
        if seen.known:
            found |= {"member": seen.user, "tabs": tabs(seen)}
        return found

    app.add_template_filter(lambda cents: visit().money(cents), "money")
