"""Users: people of a member organisation, or of the house."""

from dataclasses import dataclass
from secrets import token_hex
from typing import Literal
from unicodedata import normalize

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import Connection, insert, select, update

from exchange.errors import Invalid
from exchange.instant import Instant
from exchange.schema.access import users
from exchange.schema.house import organisations

Role = Literal["owner", "advisor", "supplier", "operator", "analyst"]

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

    @property
    def may_buy(self) -> bool:
        return self.role in BUYING and bool(self.organisation) and not self.suspended

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
    users.c.email,
    users.c.name,
    users.c.role,
    users.c.lang,
    users.c.theme,
)


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
    password_hash: str,
    at: Instant,
    lang: str = "de",
) -> str:
    """A new user's id; raises Invalid where the address is taken or the organisation unknown."""
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
    """User id and password hash of an address in use; None for an unknown or a disabled one."""
    try:
        email = canonical_email(email)
    except Invalid:
        return None
    question = select(users.c.user_id, users.c.password_hash).where(
        users.c.email == email, users.c.disabled_at.is_(None)
    )
    found = connection.execute(question).first()
    return None if found is None else (found.user_id, found.password_hash)


def set_password(connection: Connection, user_id: str, password_hash: str) -> None:
    """Replace a password's hash."""
    connection.execute(update(users).where(users.c.user_id == user_id).values(password_hash=password_hash))


def disable_user(connection: Connection, user_id: str, at: Instant) -> None:
    """Let a user in no more; the row stays, for what it did."""
    connection.execute(update(users).where(users.c.user_id == user_id).values(disabled_at=at))


def set_look(connection: Connection, user_id: str, *, lang: str | None, theme: str | None) -> None:
    """Keep the language and the theme a user chose."""
    chosen = {name: value for name, value in (("lang", lang), ("theme", theme)) if value is not None}
    if chosen:
        connection.execute(update(users).where(users.c.user_id == user_id).values(**chosen))


def user_by_id(connection: Connection, user_id: str) -> User | None:
    """A user who may still log in."""
    question = (
        select(*_COLUMNS)
        .select_from(users.outerjoin(organisations))
        .where(users.c.user_id == user_id, users.c.disabled_at.is_(None))
    )
    row = connection.execute(question).first()
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
    )
