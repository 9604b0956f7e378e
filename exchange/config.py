"""Settings: one TOML file into frozen values; what is unknown or of the wrong type is refused by its full path.

Every key and its default stand in config.example.toml. Secrets never stand in the file: they come from the environment.
"""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields, is_dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

from exchange.errors import ConfigError

ENVIRONMENT = "EXCHANGE_CONFIG"
"""Names the file where no path is given; without it `USUAL` is read if it is there."""
SESSION_KEY = "EXCHANGE_SESSION_KEY"
MAIL_PASSWORD = "EXCHANGE_MAIL_PASSWORD"  # noqa: S105 - the variable's name
USUAL = Path("config.toml")

EXAMPLE_IBAN, EXAMPLE_BIC = "DE89370400440532013000", "COBADEFFXXX"
"""The account every text book shows; a house that browsers reach over TLS takes no money by it."""

_Table = TypeVar("_Table")


def _number(default: int, least: int, most: int) -> int:
    """A whole number within bounds, both allowed."""
    return field(default=default, metadata={"least": least, "most": most})


def _one_of(*words: str) -> str:
    """One of some words; the first is the default."""
    return field(default=words[0], metadata={"words": words})


@dataclass(frozen=True, slots=True)
class DatabaseSettings:
    """Where everything lies: ``sqlite:///FILE`` or ``postgresql://USER@HOST/NAME``.

    ``most_back_s`` is how far its clock may lie behind what was settled before nothing is done any more.
    ``wait_s`` is how long `serve` and `jobs`, when they start, wait for a server that nobody opens at.
    """

    url: str = "sqlite:///data/exchange.db"
    most_back_s: int = _number(2, 0, 604_800)
    wait_s: int = _number(60, 0, 3_600)


@dataclass(frozen=True, slots=True)
class VaultSettings:
    """Where the keys of contact data lie, unless EXCHANGE_KEY holds them."""

    key_file: Path = Path("data/exchange.key")


@dataclass(frozen=True, slots=True)
class WebSettings:
    """The door for browsers. ``secure``: browsers reach it over TLS, ended by a proxy in front.

    ``monitors`` are the networks that may read /metrics and why a process is not ready; ``most_late_s`` is how late a
    sector may be while it is. ``workers`` is how many processes serve on the port. Browsers come through exactly
    ``proxies`` of ours and under one of the names in ``hosts``, with blanks between (``*`` for any). A session ends
    after ``idle_minutes`` without a sign of life and after ``session_hours`` whatever happens.
    """

    host: str = "127.0.0.1"
    port: int = _number(8400, 1, 65_535)
    workers: int = _number(1, 1, 64)
    secure: bool = False
    proxies: int = _number(0, 0, 8)
    hosts: str = "*"
    idle_minutes: int = _number(30, 5, 480)
    session_hours: int = _number(8, 1, 12)
    monitors: str = "127.0.0.0/8 ::1/128"
    most_late_s: int = _number(60, 1, 86_400)


@dataclass(frozen=True, slots=True)
class AccessSettings:
    """Whose log-in needs a code beside the password, whether they want it or not; everybody may."""

    second_factor: str = _one_of("operators", "optional")

    @property
    def factor_for(self) -> frozenset[str]:
        """The roles that must have a second factor."""
        return frozenset({"operator"} if self.second_factor == "operators" else ())


@dataclass(frozen=True, slots=True)
class JobsSettings:
    """The alarm clock: least and most time between two rounds."""

    pause_ms: int = _number(200, 1, 60_000)
    look_again_ms: int = _number(1_000, 10, 600_000)


@dataclass(frozen=True, slots=True)
class CourierSettings:
    """What leaves the house, and how; every process of a house has the same.

    ``spool`` is the file carrier's folder, ``mail_*`` the mail server, ``link`` where a mail says to log in. Without a
    carrier and without ``hooks`` no message is written. ``mail_password`` is None where the server asks for none.
    Webhooks may point to ``hook_ports``, and with ``hooks_local`` also to this machine by http: for development.
    """

    carrier: str = _one_of("none", "file", "mail")
    spool: Path = Path("data/outbox")
    mail_host: str = "localhost"
    mail_port: int = _number(25, 1, 65_535)
    mail_security: str = _one_of("starttls", "tls", "plain")
    mail_user: str = "exchange"
    mail_password: str | None = field(default=None, repr=False, metadata={"secret": MAIL_PASSWORD})
    mail_from: str = "boerse@leadboerse.example"
    link: str = "http://127.0.0.1:8400"
    hooks: bool = False
    hook_ports: str = "443"
    hooks_local: bool = False

    @property
    def carries(self) -> bool:
        """Whether anything leaves the house."""
        return self.carrier != "none" or self.hooks


@dataclass(frozen=True, slots=True)
class MarketSettings:
    """What a sector is opened with unless the command says otherwise; basis points of the net price."""

    vat_bp: int = _number(1_900, 0, 10_000)
    fee_bp: int = _number(1_000, 0, 10_000)


@dataclass(frozen=True, slots=True)
class PaymentSettings:
    """The account firms pay into; one operator's word is enough for a deposit, a payout, a credit line below
    ``four_eyes_cents``."""

    payee: str = "Leadbörse"
    iban: str = EXAMPLE_IBAN
    bic: str = EXAMPLE_BIC
    four_eyes_cents: int = _number(500_000, 0, 100_000_000_000)


@dataclass(frozen=True, slots=True)
class IntakeSettings:
    """Supplier files: further column names, each with the field or question it means."""

    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AnalysisSettings:
    """Where back-tests and exports of pages lie, while they run and a week longer; every worker has the same."""

    backtests: Path = Path("data/backtests")
    exports: Path = Path("data/exports")


@dataclass(frozen=True, slots=True)
class RetentionSettings:
    """After how many days personal data goes: contact data of leads that ended unsold, and of sold ones counted from
    their last sale; names and addresses of a firm's people whose access has ended."""

    unsold_days: int = _number(30, 1, 30)
    sold_days: int = _number(90, 30, 730)
    staff_days: int = _number(1_095, 30, 3_650)

    @property
    def days(self) -> tuple[int, int, int]:
        """Unsold, sold, staff."""
        return self.unsold_days, self.sold_days, self.staff_days


@dataclass(frozen=True, slots=True)
class Config:
    """All settings of one process. ``session_key`` signs form tokens; None where the environment has none."""

    database: DatabaseSettings = field(default_factory=DatabaseSettings)
    vault: VaultSettings = field(default_factory=VaultSettings)
    web: WebSettings = field(default_factory=WebSettings)
    access: AccessSettings = field(default_factory=AccessSettings)
    jobs: JobsSettings = field(default_factory=JobsSettings)
    courier: CourierSettings = field(default_factory=CourierSettings)
    market: MarketSettings = field(default_factory=MarketSettings)
    payments: PaymentSettings = field(default_factory=PaymentSettings)
    intake: IntakeSettings = field(default_factory=IntakeSettings)
    analysis: AnalysisSettings = field(default_factory=AnalysisSettings)
    retention: RetentionSettings = field(default_factory=RetentionSettings)
    session_key: str | None = field(default=None, repr=False, metadata={"secret": SESSION_KEY})


def load(path: Path | None = None) -> Config:
    """The settings in a file, else in the one EXCHANGE_CONFIG names, else in ./config.toml, else the defaults.

    Raises ConfigError naming the file and the key's full path.
    """
    named = path or (Path(os.environ[ENVIRONMENT]) if os.environ.get(ENVIRONMENT) else None)
    file = named or USUAL
    tables = _parse(file) if named or file.exists() else {}
    config = _read(Config, tables, file.name, ())
    return _overridden(config, os.environ)


def _overridden(config: Config, environment: Mapping[str, str]) -> Config:
    """What the environment says goes before the file; secrets come from nowhere else."""
    url, key_file = environment.get("EXCHANGE_DATABASE"), environment.get("EXCHANGE_KEY_FILE")
    return replace(
        config,
        database=replace(config.database, url=url) if url else config.database,
        vault=replace(config.vault, key_file=Path(key_file)) if key_file else config.vault,
        courier=replace(config.courier, mail_password=environment.get(MAIL_PASSWORD) or None),
        session_key=environment.get(SESSION_KEY) or None,
    )


def _parse(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file}: is no TOML: {error}") from None


def _read(kind: type[_Table], table: object, file: str, path: tuple[str, ...]) -> _Table:
    """One table into its dataclass; what it does not name keeps its default."""
    if not isinstance(table, dict):
        raise _wrong(file, path, "is a table: write its keys below it in brackets", table)
    known = {one.name: one for one in fields(kind)}  # type: ignore[arg-type]
    for key in table:
        if key not in known or "secret" in known[key].metadata:
            raise _unknown(file, (*path, key), known)
    types = get_type_hints(kind)
    return kind(**{key: _value(types[key], known[key], value, file, (*path, key)) for key, value in table.items()})


def _value(kind: Any, one: "Field[Any]", value: object, file: str, path: tuple[str, ...]) -> Any:
    if is_dataclass(kind):
        return _read(kind, value, file, path)  # type: ignore[arg-type]
    if kind is Path:
        return Path(_text(value, file, path))
    if kind is bool:
        if not isinstance(value, bool):
            raise _wrong(file, path, "is true or false", value)
        return value
    if kind is int:
        return _bounded(one, value, file, path)
    if kind is str:
        return _word(one, value, file, path)
    return _names(value, file, path)


def _text(value: object, file: str, path: tuple[str, ...]) -> str:
    if not isinstance(value, str) or not value:
        raise _wrong(file, path, "is a text in quotes", value)
    return value


def _word(one: "Field[Any]", value: object, file: str, path: tuple[str, ...]) -> str:
    words = one.metadata.get("words")
    if words and value not in words:
        raise _wrong(file, path, f"is one of {', '.join(words)}", value)
    return _text(value, file, path)


def _bounded(one: "Field[Any]", value: object, file: str, path: tuple[str, ...]) -> int:
    least, most = one.metadata["least"], one.metadata["most"]
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise _wrong(file, path, f"is a whole number from {least} to {most}", value)
    return value


def _names(value: object, file: str, path: tuple[str, ...]) -> dict[str, str]:
    if not isinstance(value, dict):
        raise _wrong(file, path, 'is a table of lines like "Tel. privat" = "phone"', value)
    return {key: _text(meaning, file, (*path, key)) for key, meaning in value.items()}


def _unknown(file: str, path: tuple[str, ...], known: Mapping[str, "Field[Any]"]) -> ConfigError:
    secret = known[path[-1]].metadata["secret"] if path[-1] in known else None
    if secret:
        return ConfigError(f"{file}: {_dotted(path)} is a secret: set the variable {secret} instead")
    near = get_close_matches(path[-1], [name for name in known if "secret" not in known[name].metadata], 1)
    hint = f"; did you mean {_dotted((*path[:-1], near[0]))}?" if near else ""
    return ConfigError(f"{file}: {_dotted(path)} is no setting{hint}")


def _wrong(file: str, path: tuple[str, ...], expected: str, value: object) -> ConfigError:
    return ConfigError(f"{file}: {_dotted(path)} {expected}, not {value!r}")


def _dotted(path: tuple[str, ...]) -> str:
    return ".".join(path)
