"""Webhooks: addresses of a firm, what is sent to them, what came of it. What they are sent is in docs/webhooks.md."""

from marshmallow import fields
from marshmallow.validate import Length, OneOf, Range, Regexp

from exchange.hooks.history import STATES
from exchange.hooks.hook import TOPICS_OF
from exchange.hooks.target import MOST_LETTERS
from exchange.web.door.shapes.fields import At, Form, View, WholeText, at, flag, one_of, text, whole

SIDES = tuple(TOPICS_OF)
TOPICS = tuple(dict.fromkeys(topic for topics in TOPICS_OF.values() for topic in topics))
URL_PATTERN = (
    r"^https?://[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?"
    r"(/[A-Za-z0-9._~!$&'()*+,;=:@%/-]*)?(\?[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*)?$"
)
"""What `hooks.target` reads; http is for houses under development."""
MESSAGE_PATTERN = r"^[0-9]{1,19}~[0-9a-f-]{36}$"


def _url() -> fields.String:
    told = "An https address with a full host name, without credentials; one webhook an address, ten a firm."
    shown = {"description": told, "example": "https://hooks.example.de/leads"}
    form = Regexp(URL_PATTERN, error="An https address with a full host name.")
    return fields.String(required=True, validate=[Length(1, MOST_LETTERS), form], metadata=shown)


def _topics() -> fields.List[str]:
    word = fields.String(validate=OneOf(TOPICS))
    told = {"description": "What it is told of: topics of its side.", "example": ["claim.upheld", "claim.rejected"]}
    return fields.List(word, required=True, validate=Length(1, len(TOPICS)), metadata=told)


class MakeHookForm(Form):
    """A new webhook."""

    url = _url()
    topics = _topics()
    side = one_of("As what the firm is told: of its deliveries or of its purchases.", *SIDES)


class ChangeHookForm(Form):
    """A webhook as it shall be."""

    url = _url()
    topics = _topics()
    on = flag("Whether messages are sent; otherwise they wait, for up to 30 days.")


class ReplayForm(Form):
    """From when on what failed is sent again."""

    since = At(required=True, metadata={"description": "An instant.", "format": "date-time"})


class MessagesQuery(Form):
    """Which page of messages."""

    state = fields.String(validate=OneOf(tuple(STATES)), metadata={"description": "Only those."})
    after = fields.String(
        validate=Regexp(MESSAGE_PATTERN), metadata={"description": "``next`` of the page before this one."}
    )
    size = WholeText(load_default=50, validate=Range(1, 200), metadata={"description": "Messages a page."})


class HookView(View):
    """One webhook."""

    id = text(attribute="hook_id")
    side = one_of("As what the firm is told.", *SIDES)
    url = text()
    topics = fields.List(fields.String(metadata={"enum": list(TOPICS)}), required=True)
    state = one_of("Whether messages are sent.", "on", "off")
    why = text("Why it is off: `owner`, `failing` for three days, `gone` (410); empty where it is on.")
    made_at = at("When it was made.")
    off_at = at("Since when it is off; null where it is on.", allow_none=True)
    fails = whole("Calls in a row that failed.")
    failing_since_at = at("Since when; null where the last call was taken.", allow_none=True)


class HooksView(View):
    """All of them, the oldest first."""

    webhooks = fields.List(fields.Nested(HookView), required=True)


class MadeHookView(View):
    """The new webhook and its secret, which no other answer says."""

    webhook = fields.Nested(HookView, required=True)
    secret = text("`whsec_` and base64: what signatures are made with.")


class SecretView(View):
    """The new secret, which no other answer says."""

    secret = text("`whsec_` and base64: what signatures are made with.")
    overlap_until = at("Until when older secrets sign too.", allow_none=True)


class RemovedView(View):
    """What was forgotten."""

    id = text()


class SentView(View):
    """The message that is on its way."""

    message_id = text("Its `webhook-id`.")


class ReplayedView(View):
    """How many messages are on their way."""

    count = whole("Messages.")


class MessageView(View):
    """One message and what came of it."""

    id = text("Its `webhook-id`, however often it is sent.", attribute="post_id")
    topic = text()
    state = one_of("What became of it.", *STATES)
    attempts = whole("Calls so far.")
    posted_at = at("When what it tells of happened.")
    tried_at = at("The last call; null before it.", allow_none=True)
    next_at = at("When it is tried next at the earliest; null once it is delivered or given up.", allow_none=True)
    sent_at = at("When it was taken; null before that.", allow_none=True)
    status = whole("Status of the last answer; null where there was none.", allow_none=True)
    error = text("Why the last call failed, as in docs/webhooks.md; empty where it did not.")
    excerpt = text("The beginning of the last answer.")
    body = text("What is sent, to the byte.")


class MessagesView(View):
    """Messages, the latest first."""

    messages = fields.List(fields.Nested(MessageView), required=True)
    next = text("Asks for the page after this one; null at the end.", allow_none=True)
