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
from werkzeug.middleware.proxy_fix import ProxyFix

from exchange.access.sessions import new_token
from exchange.access.users import User
from exchange.web.allowance import caller, presented, tell_allowance
from exchange.web.premises import Premises, premises
from exchange.web.roles import guard, log_in_first
from exchange.web.turned_away import say_turned_away

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

NO_COOKIE = " "
"""Flask-Login's remember-me cookie is not ours; no browser can send one of this name."""

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
        elif session.fresh and request.endpoint != "static" and not presented():
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
    """Who the request's key stands for, else the cookie's token, if its session holds."""
    if presented():
        found = caller()
        return None if found is None else LoggedIn(found.user)
    ours = browser_session()
    user = None if ours.fresh else premises().entrance.user_of(ours.token)
    return None if user is None else LoggedIn(user)


def browser_session() -> BrowserSession:
    """The current request's session in its own type."""
    return cast(BrowserSession, session._get_current_object())  # type: ignore[attr-defined]


def protect(app: Flask, ours: Premises) -> None:
    """Proxies, sessions, log-in, form tokens, roles and headers for an application."""
    app.session_interface = BrowserSessions(secure=ours.secure)
    app.config.update(
        WTF_CSRF_SECRET_KEY=ours.secret,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=ours.secure,
        WTF_CSRF_CHECK_DEFAULT=False,
        TRUSTED_HOSTS=list(ours.hosts) or None,
        REMEMBER_COOKIE_NAME=NO_COOKIE,
    )
    if ours.proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=ours.proxies, x_proto=ours.proxies, x_host=0
        )
    csrf.init_app(app)
    login.session_protection = None
    login.unauthorized_handler(log_in_first)
    login.init_app(app, add_context_processor=False)
    app.before_request(_same_site)
    app.before_request(_form_token)
    app.before_request(guard)
    app.after_request(say_turned_away)
    app.after_request(tell_allowance)
    app.after_request(_headers)


def _same_site() -> Response | None:
    """A second line beside the form token: browsers say where a request comes from."""
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return None
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return Response("cross-site request refused", status=403, mimetype="text/plain")
    return None


def _form_token() -> None:
    """Whatever changes something by the right of a cookie; a key is its own proof, no other site can send it."""
    if not presented():
        csrf.protect(apply_exemptions=True)


def _headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if premises().secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    return response
