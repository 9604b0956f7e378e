"""Signatures after Standard Webhooks: HMAC-SHA256 over id, instant and body, one for each secret that holds."""

from base64 import b64decode, b64encode
from collections.abc import Sequence
from hmac import digest
from secrets import token_bytes

MARK = "whsec_"
"""What a secret begins with; the rest is base64."""
_BYTES = 32


def make_secret() -> str:
    """A new secret: 256 random bits."""
    return MARK + b64encode(token_bytes(_BYTES)).decode()


def sign(secret: str, message_id: str, at_s: int, body: bytes) -> str:
    """One signature of version 1; ``at_s`` is in seconds since the epoch."""
    key = b64decode(secret.removeprefix(MARK))
    signed = f"{message_id}.{at_s}.".encode() + body
    return "v1," + b64encode(digest(key, signed, "sha256")).decode()


def headers(secrets: Sequence[str], message_id: str, at_s: int, body: bytes) -> dict[str, str]:
    """What a receiver verifies a message by; signed once with each secret, blanks between."""
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(at_s),
        "webhook-signature": " ".join(sign(secret, message_id, at_s, body) for secret in secrets),
    }
