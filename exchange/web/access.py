"""Sessions on the server behind Flask and Flask-Login, form tokens, security headers.

Flask-Login only loads the user; what a cookie means is our own table's business. The cookie
holds a random token. Before log-in it exists only to bind form tokens to the browser; the row begins at log-in,
with a new token.
"""

from hashlib import sha256
from typing import Any, cast

from flask import Flask, Request, Response, request, session
from flask.sessions import SessionInterface, SessionMixin
from flask_login import LoginManager
from flask_wtf import CSRFProtect

from exchange.access.sessions import new_token
from exchange.access.users import User
from exchange.web.premises import Premises, premises

CSP = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "object-src 'none'",
        "frame-ancestors 'none'",
    )
)

HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}

csrf = CSRFProtect()
login = LoginManager()


class BrowserSession(dict[str, Any], SessionMixin):
    """What Flask calls the session: the token, and the form secret that follows from it."""

    def __init__(self, token: str | None) -> None:
        super().__init__()
        self.fresh = token is None
        self.ended = False
        self.begin(token or new_token())

    def begin(self, token: str) -> None:
        """Go on under another token: at log-in, so that nobody can have planted the old one."""
        self.fresh = self.fresh or token != getattr(self, "token", token)
        self.token = token
        dict.__setitem__(self, "csrf_token", sha256(f"form:{token}".encode()).hexdigest())


class BrowserSessions(SessionInterface):
    """The cookie is the token and nothing else; ``__Host-`` where there is TLS."""

    def __init__(self, *, secure: bool) -> None:
        self.secure = secure
        self.cookie = "__Host-session" if secure else "session"

    def open_session(self, app: Flask, request: Request) -> BrowserSession:
        return BrowserSession(request.cookies.get(self.cookie))

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if not isinstance(session, BrowserSession):
            return
        if session.ended:
            response.delete_cookie(self.cookie, path="/", secure=self.secure, httponly=True, samesite="Lax")
        elif session.fresh and request.endpoint != "static":
            response.set_cookie(self.cookie, session.token, path="/", secure=self.secure, httponly=True, samesite="Lax")


class LoggedIn:
    """A user in the form Flask-Login asks for."""

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def __init__(self, user: User) -> None:
        self.user = user

    def get_id(self) -> str:
        return self.user.user_id


@login.request_loader
def load_user(_asked: Request) -> LoggedIn | None:
    """Who the cookie's token stands for, if its session holds."""
    ours = browser_session()
    user = None if ours.fresh else premises().entrance.user_of(ours.token)
    return None if user is None else LoggedIn(user)


def browser_session() -> BrowserSession:
    """The current request's session in its own type."""
    return cast(BrowserSession, session._get_current_object())  # type: ignore[attr-defined]


def protect(app: Flask, ours: Premises) -> None:
    """Sessions, log-in, form tokens and headers for an application."""
    app.session_interface = BrowserSessions(secure=ours.secure)
    app.config.update(WTF_CSRF_SECRET_KEY=ours.secret, WTF_CSRF_TIME_LIMIT=None, WTF_CSRF_SSL_STRICT=ours.secure)
    csrf.init_app(app)
    login.session_protection = None
    login.login_view = "auth.login"
    login.login_message = None
    login.init_app(app, add_context_processor=False)
    app.before_request(_same_site)
    app.after_request(_headers)


def _same_site() -> Response | None:
    """A second line beside the form token: browsers say where a request comes from."""
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return None
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return Response("cross-site request refused", status=403, mimetype="text/plain")
    return None


def _headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if premises().secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    return response
