"""How somebody likes the pages: kept with the account, so that it is the same on every machine."""

from dataclasses import asdict, dataclass

from sqlalchemy import Connection, update

from exchange.access.once import insert_once
from exchange.errors import Invalid
from exchange.money import Cents
from exchange.schema.access import preferences

DENSITIES = ("compact", "default", "comfortable")
RATES = ("live", "calm", "hand")
"""How often the list takes in what happened: at once, every few seconds, when asked."""
ANNOUNCEMENTS = ("none", "results", "leads")
"""What a screen reader is told: nothing, results of one's own orders, new leads too."""
MOST_ONEKEY_CENTS = 1_000_000


@dataclass(frozen=True, slots=True)
class Preferences:
    """``onekey_cents``: up to this net ask one key buys without asking again; None for never."""

    density: str = "default"
    rate: str = "live"
    say: str = "results"
    keys: bool = True
    onekey_cents: Cents | None = None


def set_preferences(connection: Connection, user_id: str, wanted: Preferences) -> None:
    """Keep them; raises Invalid naming what is none of the choices."""
    for name, value, choices in (
        ("density", wanted.density, DENSITIES),
        ("rate", wanted.rate, RATES),
        ("say", wanted.say, ANNOUNCEMENTS),
    ):
        if value not in choices:
            raise Invalid(name, f"one of {', '.join(choices)}")
    if wanted.onekey_cents is not None and not 0 < wanted.onekey_cents <= MOST_ONEKEY_CENTS:
        raise Invalid("onekey_cents", f"1 to {MOST_ONEKEY_CENTS} cents, or nothing")
    ours = preferences.c.user_id == user_id
    if connection.execute(update(preferences).where(ours).values(**asdict(wanted))).rowcount == 0:
        insert_once(connection, preferences, {"user_id": user_id, **asdict(wanted)})
