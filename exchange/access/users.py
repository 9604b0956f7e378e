"""Users: people of a member organisation, or of the house."""

from dataclasses import dataclass, field
from secrets import token_hex
from typing import Any, Literal
from unicodedata import normalize

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import Connection, bindparam, insert, select, update

from exchange.access.preferences import Preferences
from exchange.errors import Invalid
from exchange.instant import Instant
from exchange.money import Cents
from exchange.schema.access import preferences, users
from exchange.schema.house import organisations
from exchange.schema.second_factor import second_factors

Role = Literal["owner", "advisor", "supplier", "operator", "analyst"]

NO_PASSWORD = ""
"""Instead of a hash, until somebody who was invited has set a password."""

BUYING: frozenset[str] = frozenset({"owner", "advisor"})
"""Roles that may buy for their organisation."""


@dataclass(frozen=True, slots=True)
class User:
    """Somebody logged in, with the organisation they act for (empty for the house's own people)."""

    user_id: str
    organisation: str
    group: str
    firm: str
    email: str
    name: str
    role: str
    lang: str
    theme: str
    suspended: bool = False
    buys: bool = True
    sells: bool = False
    daily_limit_cents: Cents | None = None
    preferences: Preferences = field(default_factory=Preferences)
    second_factor: bool = False
    factor_reset_at: Instant | None = None
    """When operators reset their second factor, until they have read so."""

    @property
    def may_buy(self) -> bool:
        return self.role in BUYING and bool(self.organisation) and not self.suspended

    @property
    def is_buyer(self) -> bool:
        """Whether wallet, bids and purchases are theirs to look at; a suspended firm's still are."""
        return self.role in BUYING and bool(self.organisation) and self.buys

    @property
    def initials(self) -> str:
        words = [word for word in self.name.split() if word[0].isalpha()]
        return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


_COLUMNS = (
    users.c.user_id,
    users.c.organisation,
    organisations.c.group_id,
    organisations.c.name.label("firm"),
    organisations.c.suspended,
    organisations.c.buyer,
    organisations.c.supplier,
    users.c.email,
    users.c.name,
    users.c.role,
    users.c.lang,
    users.c.theme,
    users.c.daily_limit_cents,
    preferences.c.density,
    preferences.c.rate,
    preferences.c.say,
    preferences.c["keys"],
    preferences.c.onekey_cents,
    second_factors.c.confirmed_at,
    second_factors.c.reset_at,
)


_BY_ID = (
    select(*_COLUMNS)
    .select_from(
        users.outerjoin(organisations)
        .outerjoin(preferences)
        .outerjoin(second_factors, second_factors.c.user_id == users.c.user_id)
    )
    .where(users.c.user_id == bindparam("wanted"), users.c.disabled_at.is_(None))
)
"""Asked with every request: made once, as making it takes ten times as long as asking it."""


def canonical_email(text: str) -> str:
    """The one spelling of an address, under which it is unique; raises Invalid for what is none."""
    try:
        found = validate_email(normalize("NFKC", text).strip(), check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise Invalid("email", "give an e-mail address like name@firma.example") from error
    return found.normalized.casefold()


def add_user(
    connection: Connection,
    *,
    email: str,
    name: str,
    role: Role,
    organisation: str | None,
    password_hash: str = NO_PASSWORD,
    at: Instant,
    lang: str = "de",
) -> str:
    """A new user's id; raises Invalid where the address is taken or the organisation unknown.

    Without a hash they are let in once a one-time link has set a password.
    """
    email = canonical_email(email)
    if connection.execute(select(users.c.user_id).where(users.c.email == email)).first():
        raise Invalid("email", "is taken by another user")
    if organisation is not None:
        known = select(organisations.c.organisation).where(organisations.c.organisation == organisation)
        if not connection.execute(known).first():
            raise Invalid("organisation", f"there is no member called {organisation}")
    if not name.strip():
        raise Invalid("name", "must not be empty")
    user_id = f"u-{token_hex(6)}"
    row = {"user_id": user_id, "organisation": organisation, "email": email, "name": name.strip(), "role": role}
    looks = {"password_hash": password_hash, "lang": lang, "theme": "system", "created_at": at}
    connection.execute(insert(users).values(**row, **looks))
    return user_id


def password_of(connection: Connection, email: str) -> tuple[str, str] | None:
    """User id and password hash of an address in use; None for one unknown, disabled, or still without a password."""
    try:
        email = canonical_email(email)
    except Invalid:
        return None
    question = select(users.c.user_id, users.c.password_hash).where(
        users.c.email == email, users.c.disabled_at.is_(None), users.c.password_hash != NO_PASSWORD
    )
    found = connection.execute(question).first()
    return None if found is None else (found.user_id, found.password_hash)


def set_password(connection: Connection, user_id: str, password_hash: str) -> None:
    """Replace a password's hash."""
    connection.execute(update(users).where(users.c.user_id == user_id).values(password_hash=password_hash))


def disable_user(connection: Connection, user_id: str, at: Instant) -> None:
    """Let a user in no more; the row stays, for what it did."""
    connection.execute(update(users).where(users.c.user_id == user_id).values(disabled_at=at))


def enable_user(connection: Connection, user_id: str) -> None:
    """Let a user in again, with the password they had."""
    connection.execute(update(users).where(users.c.user_id == user_id).values(disabled_at=None))


def set_look(connection: Connection, user_id: str, *, lang: str | None, theme: str | None) -> None:
    """Keep the language and the theme a user chose."""
    chosen = {name: value for name, value in (("lang", lang), ("theme", theme)) if value is not None}
    if chosen:
        connection.execute(update(users).where(users.c.user_id == user_id).values(**chosen))


def user_by_email(connection: Connection, email: str) -> User | None:
    """A user who may still log in, by address; raises Invalid for what is none."""
    question = select(users.c.user_id).where(users.c.email == canonical_email(email))
    user_id = connection.execute(question).scalar()
    return None if user_id is None else user_by_id(connection, user_id)


def user_by_id(connection: Connection, user_id: str) -> User | None:
    """A user who may still log in."""
    row = connection.execute(_BY_ID, {"wanted": user_id}).first()
    if row is None:
        return None
    return User(
        user_id=row.user_id,
        organisation=row.organisation or "",
        group=row.group_id or "",
        firm=row.firm or "",
        email=row.email,
        name=row.name,
        role=row.role,
        lang=row.lang,
        theme=row.theme,
        suspended=bool(row.suspended),
        buys=bool(row.buyer),
        sells=bool(row.supplier),
        daily_limit_cents=row.daily_limit_cents,
        preferences=_preferences(row),
        second_factor=row.confirmed_at is not None,
        factor_reset_at=row.reset_at,
    )


def _preferences(row: Any) -> Preferences:
    """What a user chose; the defaults where they chose nothing yet."""
    if row.density is None:
        return Preferences()
    keys = row._mapping[preferences.c["keys"]]
    return Preferences(row.density, row.rate, row.say, keys=bool(keys), onekey_cents=row.onekey_cents)
