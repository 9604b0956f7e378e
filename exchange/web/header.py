"""What stands around every page: tabs, the user, the language, the time, and what the scripts are told."""

from flask import Flask, request, url_for

from exchange.reports.register import notices_now
from exchange.web import formats
from exchange.web.captions import browser_captions
from exchange.web.navigation import tabs
from exchange.web.premises import premises
from exchange.web.roles import home
from exchange.web.visit import Visit, visit


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
            "home": home(seen.user) if seen.known else url_for("board.show"),
            "clock_text": formats.clock_second(seen.now),
            "js_captions": browser_captions(seen.lang),
            "told": told(seen),
        }
        if seen.known:
            found |= {"member": seen.user, "tabs": tabs(seen), "notices": _notices(seen)}
        return found

    app.add_template_filter(lambda cents: visit().money(cents), "money")


def _notices(seen: Visit) -> list[str]:
    """What operators tell everybody now."""
    with premises().reading() as connection:
        return [notice.text for notice in notices_now(connection, seen.now)]


def told(seen: Visit) -> dict[str, str]:
    """What somebody chose in their settings, as ``data-`` attributes of the body, for scripts and style sheets.

    ``density`` (compact, default, comfortable), ``rate`` (live, calm, hand), ``say`` (none, results, leads), ``keys``
    (1 or 0), ``onekey-cents`` (net cents, missing where one key never buys), ``user`` (whose page it is).
    """
    if not seen.known:
        return {}
    chosen = seen.user.preferences
    found = {"density": chosen.density, "rate": chosen.rate, "say": chosen.say, "keys": "1" if chosen.keys else "0"}
    if chosen.onekey_cents is not None and seen.user.may_buy:
        found["onekey-cents"] = str(chosen.onekey_cents)
    return found | {"user": seen.user.user_id, "email": seen.user.email}
