"""Who was turned away is said in the log: at the log-in, for want of a right, a form token or a sound file.

A line names the way in by its endpoint, since an address may hold a one-time link, and the user by id; never what was
typed, never where from. What the market's rules refuse is on the tape and no matter of this log.
"""

import logging

from flask import Response, g, request

from exchange.web.visit import visit

log = logging.getLogger("exchange.doors")

_LOOKING = ("GET", "HEAD", "OPTIONS")


def say_turned_away(response: Response) -> Response:
    """After each request."""
    if _is_said(response.status_code):
        asked = (request.method, request.endpoint or "nowhere")
        log.warning("turned away: %d at %s %s, user %s", response.status_code, *asked, _who() or "unknown")
    return response


def _is_said(status: int) -> bool:
    if status in (403, 429):
        return True
    if status == 401:
        return request.method not in _LOOKING or "Authorization" in request.headers
    if status == 404:  # somebody else's, or nobody's: the answer is the same, and so is the line
        return bool(request.view_args) and bool(_who())
    if request.method in _LOOKING or request.blueprint == "api" or not 400 <= status < 500:
        return False
    stale = status == 400 and not g.get("csrf_valid")  # Flask-WTF's word that the form's token was sound
    return stale or request.mimetype == "multipart/form-data"


def _who() -> str:
    """The id of who is logged in, where that was asked already: a line asks no database."""
    return visit().user.user_id if "visit" in g and visit().known else ""
