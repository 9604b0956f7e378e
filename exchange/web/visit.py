"""What is worked out once per request: the instant, the user, language and theme."""

from typing import Literal, cast

from flask import g, request
from flask_login import current_user

from exchange.access.users import User
from exchange.instant import Instant
from exchange.money import Cents
from exchange.reports.question import Viewer
from exchange.web import formats
from exchange.web.captions import caption, counted
from exchange.web.formats import Lang
from exchange.web.premises import premises

LOOK_COOKIES = {"lang": ("de", "en"), "theme": ("system", "light", "dark")}


class Visit:
    """One request. Instants are the exchange's clock, read once."""

    def __init__(self, *, stranger: bool = False) -> None:
        """A ``stranger`` is nobody without asking the database: for pages that say that it does not answer."""
        self.now: Instant = premises().clock.now()
        user = current_user if not stranger and current_user and current_user.is_authenticated else None
        self._user = user.user if user is not None else None

    @property
    def user(self) -> User:
        """Who is logged in; only for pages that ask for a log-in."""
        if self._user is None:
            raise PermissionError("this page needs a log-in")
        return cast(User, self._user)

    @property
    def known(self) -> bool:
        return self._user is not None

    @property
    def viewer(self) -> Viewer:
        """The firm that looks at the market."""
        return Viewer(self.user.organisation, self.user.group)

    @property
    def lang(self) -> Lang:
        """The account's language; before log-in the cookie's, else the browser's."""
        if self._user is not None:
            return cast(Lang, self._user.lang)
        chosen = request.cookies.get("lang")
        if chosen in formats.LANGS:
            return chosen
        return cast(Lang, request.accept_languages.best_match(formats.LANGS) or "de")

    @property
    def theme(self) -> Literal["system", "light", "dark"]:
        chosen = self._user.theme if self._user is not None else request.cookies.get("theme")
        return cast(Literal["system", "light", "dark"], chosen if chosen in LOOK_COOKIES["theme"] else "system")

    def t(self, key: str, **blanks: object) -> str:
        """A caption in the visitor's language."""
        return caption(self.lang, key, **blanks)

    def tn(self, key: str, n: int, **blanks: object) -> str:
        """A caption that counts."""
        return counted(self.lang, key, n, **blanks)

    def money(self, cents: Cents) -> str:
        return formats.money(cents, self.lang)


def visit() -> Visit:
    """The current request's."""
    if "visit" not in g:
        g.visit = Visit()
    return cast(Visit, g.visit)
