"""The rows of the table of operations that are about webhooks."""

from exchange.web.door.operation import SELLERS, Operation
from exchange.web.door.shapes import hooks

_ONE = "/webhooks/{hook_id}"

HOOK_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "list_webhooks", "GET", "/webhooks", "hooks", "webhooks", "Webhooks of the firm", (hooks.HooksView,),
        roles=SELLERS,
    ),
    Operation(
        "make_webhook", "POST", "/webhooks", "hooks", "webhooks",
        "Have an address told; its secret is in this answer and never again", (hooks.MadeHookView,),
        body=hooks.MakeHookForm, codes=("conflict",), roles=SELLERS,
    ),
    Operation("show_webhook", "GET", _ONE, "hooks", "webhooks", "One webhook", (hooks.HookView,), roles=SELLERS),
    Operation(
        "change_webhook", "PUT", _ONE, "hooks", "webhooks", "Another address, other topics, on or off: all of them",
        (hooks.HookView,), body=hooks.ChangeHookForm, codes=("conflict",), roles=SELLERS,
    ),
    Operation(
        "remove_webhook", "POST", f"{_ONE}/remove", "hooks", "webhooks", "Forget a webhook with all that waits for it",
        (hooks.RemovedView,), roles=SELLERS,
    ),
    Operation(
        "renew_secret", "POST", f"{_ONE}/secret", "hooks", "webhooks",
        "Another secret, in this answer only; the one before also signs for 24 hours", (hooks.SecretView,),
        codes=("conflict",), roles=SELLERS,
    ),
    Operation(
        "test_webhook", "POST", f"{_ONE}/test", "hooks", "webhooks", "Send a message that tells of nothing",
        (hooks.SentView,), codes=("conflict",), roles=SELLERS,
    ),
    Operation(
        "list_messages", "GET", f"{_ONE}/messages", "hooks", "webhooks",
        "What went to a webhook and what came of it, the latest first", (hooks.MessagesView,),
        query=hooks.MessagesQuery, roles=SELLERS,
    ),
    Operation(
        "replay_message", "POST", f"{_ONE}/messages/{{post_id}}/replay", "hooks", "webhooks",
        "Send one message again, under its id", (hooks.SentView,), roles=SELLERS,
    ),
    Operation(
        "replay_failed", "POST", f"{_ONE}/replay", "hooks", "webhooks",
        "Send again what failed of all that happened since an instant", (hooks.ReplayedView,),
        body=hooks.ReplayForm, roles=SELLERS,
    ),
)  # fmt: skip
