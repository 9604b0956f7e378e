"""Signatures: the published vector, and the verifier of the documents against what a stranger may change."""

import re
from pathlib import Path

import pytest

from exchange.hooks.signature import headers, make_secret, sign

SECRET, OTHER = make_secret(), make_secret()
BODY = b'{"type":"lead.sold"}'
AT_S = 1_772_438_400
DOCUMENT = Path(__file__).parents[2] / "docs" / "webhooks.md"


def verifier():
    """The receiver's side, as docs/webhooks.md gives it."""
    (code,) = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    found = {}
    exec(code, found)  # noqa: S102
    return found["verify"]


VERIFY = verifier()


def test_the_vector_of_standard_webhooks():
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    signed = sign(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_secret_is_256_random_bits():
    assert re.fullmatch(r"whsec_[A-Za-z0-9+/]{43}=", SECRET)
    assert SECRET != OTHER


def test_the_documents_verifier_takes_what_we_send():
    told = headers([SECRET], "id-1", AT_S, BODY)
    assert VERIFY([SECRET], told, BODY, now=AT_S + 300) == "id-1"
    assert VERIFY([SECRET], told, BODY, now=AT_S - 300) == "id-1"


def test_while_a_secret_is_changed_either_of_them_will_do():
    told = headers([OTHER, SECRET], "id-1", AT_S, BODY)
    assert len(told["webhook-signature"].split()) == 2
    for known in ([SECRET], [OTHER], [SECRET, OTHER]):
        assert VERIFY(known, told, BODY, now=AT_S) == "id-1"


def tampered():
    """What was changed, with headers, body and the receiver's clock."""
    told = headers([SECRET], "id-1", AT_S, BODY)
    signed = told["webhook-signature"]
    yield "a byte of the body", told, BODY.replace(b"sold", b"solc"), AT_S
    yield "a byte more", told, BODY + b" ", AT_S
    yield "no body", told, b"", AT_S
    yield "the id", told | {"webhook-id": "id-2"}, BODY, AT_S
    yield "the timestamp", told | {"webhook-timestamp": str(AT_S + 1)}, BODY, AT_S
    yield "sent again 301 s later", told, BODY, AT_S + 301
    yield "sent 301 s too early", told, BODY, AT_S - 301
    yield "sent again with a new timestamp", told | {"webhook-timestamp": str(AT_S + 900)}, BODY, AT_S + 900
    yield "a shorter signature", told | {"webhook-signature": signed[:-4]}, BODY, AT_S
    yield "no signature", told | {"webhook-signature": ""}, BODY, AT_S
    yield "another version", told | {"webhook-signature": signed.replace("v1,", "v2,")}, BODY, AT_S
    yield "another secret", headers([OTHER], "id-1", AT_S, BODY), BODY, AT_S


@pytest.mark.parametrize(("told", "body", "now"), [pytest.param(*rest, id=what) for what, *rest in tampered()])
def test_the_documents_verifier_refuses_everything_else(told, body, now):
    with pytest.raises(ValueError, match=r"too old|wrong signature"):
        VERIFY([SECRET], told, body, now=now)
