"""The family of errors. Each carries a stable code (rules.md §10) and ids, never personal data.

A refusal that is an outcome of the market is a value (`orderbook.outcome.Refused`), not an exception; these
are for what is answered at the door, and for programming or configuration mistakes.
"""


class ExchangeError(Exception):
    """Base of all our errors: a stable ``code`` and a sentence that says what to do."""

    code = "error"


class Invalid(ExchangeError):
    """The form of an order is wrong; nothing was changed. ``field`` names what to correct."""

    code = "invalid"

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


class Unknown(ExchangeError):
    """No such thing, or it belongs to someone else: the two answers are the same."""

    code = "unknown"

    def __init__(self, kind: str, name: object) -> None:
        super().__init__(f"unknown {kind}: {name}")
        self.kind = kind
        self.name = name


class Forbidden(ExchangeError):
    """The role or the state of the member does not allow this."""

    code = "forbidden"


class KeyReused(ExchangeError):
    """An idempotency key came again with another request."""

    code = "key_reused"


class Duplicate(ExchangeError):
    """A lead of the sector, within its duplicate window, has the same enquirer; nothing was changed."""

    code = "duplicate"


class Suppressed(ExchangeError):
    """The enquirer objected to any use; nothing was changed."""

    code = "suppressed"

    def __init__(self) -> None:
        super().__init__("the enquirer objected to any use of their data")


class DayFull(ExchangeError):
    """The supplier's leads of the day are listed (``per_day``); nothing was changed, tomorrow it may be."""

    code = "cap_reached"

    def __init__(self, per_day: int) -> None:
        super().__init__(f"no more than {per_day} leads of this supplier are listed a day")
        self.per_day = per_day


class Unlicensed(Forbidden):
    """The sector asks for one of these permits (``kinds``), and the firm has none that holds now."""

    def __init__(self, organisation: str, sector: str, kinds: tuple[str, ...]) -> None:
        named = " or ".join(f"§ {kind} GewO" if kind[:1].isdigit() else kind for kind in kinds)
        super().__init__(
            f"{organisation} needs a valid permit ({named}) to trade in {sector}: send its number to the operator, "
            "who registers it"
        )
        self.kinds = kinds
        self.named = named


class ConfigError(ExchangeError):
    """The configuration cannot be used; the message names the key by its full path."""

    code = "config"


class TapeBroken(ExchangeError):
    """The tape or the ledger does not say what the rules say; names sector and sequence number."""

    code = "tape_broken"
