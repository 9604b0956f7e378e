"""Codes beside a password: six digits an app reads off a secret and the clock (RFC 6238), and back-up codes.

A back-up code has 120 random bits, so its plain hash is all that must be kept (as of an API key).
"""

from base64 import b32decode, b32encode
from hashlib import sha256
from hmac import compare_digest
from secrets import choice, token_bytes

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from exchange.instant import SECOND_US, Instant

ISSUER = "Leadbörse"
DIGITS = 6
STEP_S = 30
DRIFT_STEPS = 1
"""So many steps a clock may be ahead or behind: 30 seconds either way."""
BACKUP_CODES = 10
_SECRET_BYTES = 20
_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's 32: none looks like another."""
_GROUPS, _GROUP = 6, 4
_READ_AS = str.maketrans("OIL", "011")


def new_secret() -> str:
    """A secret for an app, 160 random bits in base32."""
    return b32encode(token_bytes(_SECRET_BYTES)).decode()


def step_of(at: Instant) -> int:
    """The number of the 30 seconds an instant lies in, counted from the epoch."""
    return at // (STEP_S * SECOND_US)


def code_of(secret: str, step: int) -> str:
    """What an app shows in a step."""
    return _reader(secret).generate(step * STEP_S).decode()


def fitting_step(secret: str, code: str, at: Instant) -> int | None:
    """The step near an instant whose code it is; None for a wrong one. Every step is compared, whatever fits."""
    now, found = step_of(at), None
    for step in range(now - DRIFT_STEPS, now + DRIFT_STEPS + 1):
        if compare_digest(code_of(secret, step).encode(), code.encode()):
            found = step
    return found


def address_of(secret: str, email: str) -> str:
    """What the picture for an app says: ``otpauth://totp/...``."""
    return _reader(secret).get_provisioning_uri(email, ISSUER)


def _reader(secret: str) -> TOTP:
    return TOTP(b32decode(secret), DIGITS, SHA1(), STEP_S)  # noqa: S303 - what every app computes (RFC 6238)


def in_groups(text: str) -> str:
    """The same in groups of four, for people who type it."""
    return " ".join(text[first : first + _GROUP] for first in range(0, len(text), _GROUP))


def draw_backup_codes() -> list[str]:
    """Ten new ones, as they are shown."""
    return [
        "-".join("".join(choice(_SIGNS) for _ in range(_GROUP)) for _ in range(_GROUPS)) for _ in range(BACKUP_CODES)
    ]


def typed(text: str) -> str:
    """What somebody typed or pasted without the blanks and strokes; empty for what can be no code of either kind."""
    plain = "".join(text.split()).replace("-", "").upper()
    if not plain.isascii() or not plain.isalnum() or len(plain) not in (DIGITS, _GROUPS * _GROUP):
        return ""
    return plain if plain.isdecimal() and len(plain) == DIGITS else plain.translate(_READ_AS)


def code_hash(code: str) -> str:
    """What is kept of a back-up code, however it was typed."""
    return sha256(typed(code).encode()).hexdigest()
