"""Webhooks over JSON: the same as on their pages."""

from collections.abc import Iterator
from contextlib import contextmanager

from exchange.errors import ExchangeError, Forbidden, Invalid
from exchange.hooks.history import posts_of
from exchange.web.allowance import TooOften
from exchange.web.captions import caption
from exchange.web.door.doorway import Call, Reply
from exchange.web.filters import after_text
from exchange.web.premises import premises

_TAKEN = {("url", "known"), ("url", "many"), ("test", "off"), ("secret", "often")}
"""Wrong because of what is there already, not of what was sent."""
_OTHER_SIDE = ("topics", "unknown")


class Taken(ExchangeError):
    """What the firm's webhooks are does not allow this now."""

    code = "conflict"


@contextmanager
def _in_words(*taken: tuple[str, str]) -> Iterator[None]:
    """What is wrong, said as the pages say it. Raises Invalid, Forbidden, Taken, TooOften."""
    try:
        yield
    except Invalid as error:
        if (error.field, error.reason) in {*_TAKEN, *taken}:
            raise Taken(f"{error.field}: {error.reason}") from None
        if error.field == "side":
            raise Forbidden("this user keeps no webhooks of that side") from None
        if (error.field, error.reason) == ("test", "often"):
            raise TooOften("tests of a webhook") from None
        raise Invalid(error.field, caption("en", f"webhooks.error.{error.field}.{error.reason}")) from None


def list_webhooks(call: Call) -> Reply:
    """Those the user keeps."""
    return Reply({"webhooks": premises().webhooks.of(call.seen.user)})


def make_webhook(call: Call) -> Reply:
    """A new one."""
    body = call.body
    with _in_words():
        secret, hook = premises().webhooks.make(
            call.seen.user, side=body["side"], url=body["url"], topics=body["topics"]
        )
    return Reply({"webhook": hook, "secret": secret})


def show_webhook(call: Call, hook_id: str) -> Reply:
    """One of them."""
    return Reply(premises().webhooks.one(call.seen.user, hook_id))


def change_webhook(call: Call, hook_id: str) -> Reply:
    """As the body says."""
    user, body, mine = call.seen.user, call.body, premises().webhooks
    with _in_words(_OTHER_SIDE):
        mine.change(user, hook_id, url=body["url"], topics=body["topics"])
    if body["on"] != (mine.one(user, hook_id).state == "on"):
        mine.switch(user, hook_id, on=body["on"])
    return Reply(mine.one(user, hook_id))


def remove_webhook(call: Call, hook_id: str) -> Reply:
    """Forget it."""
    premises().webhooks.remove(call.seen.user, hook_id)
    return Reply({"id": hook_id})


def renew_secret(call: Call, hook_id: str) -> Reply:
    """Another secret."""
    user, mine = call.seen.user, premises().webhooks
    with _in_words():
        secret = mine.renew_secret(user, hook_id)
    return Reply({"secret": secret, "overlap_until": mine.overlap_until(user, hook_id)})


def test_webhook(call: Call, hook_id: str) -> Reply:
    """A message that tells of nothing."""
    with _in_words():
        return Reply({"message_id": premises().webhooks.test(call.seen.user, hook_id)})


def list_messages(call: Call, hook_id: str) -> Reply:
    """What went to it."""
    premises().webhooks.one(call.seen.user, hook_id)
    query = call.query
    at, _, post_id = query.get("after", "").partition("~")
    with premises().reading() as connection:
        rows, more = posts_of(
            connection,
            hook_id,
            state=query.get("state", ""),
            after=(int(at), post_id) if at else None,
            size=query["size"],
        )
    return Reply({"messages": rows, "next": None if more is None else after_text(more)})


def replay_message(call: Call, hook_id: str, post_id: str) -> Reply:
    """One of them again."""
    premises().webhooks.again(call.seen.user, hook_id, post_id)
    return Reply({"message_id": post_id})


def replay_failed(call: Call, hook_id: str) -> Reply:
    """What failed, again."""
    return Reply({"count": premises().webhooks.again_since(call.seen.user, hook_id, call.body["since"])})
