"""What an app shows and what counts of it: the vectors of RFC 6238, one step either way, how codes may be typed."""

from base64 import b32encode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.access.codes import (
    BACKUP_CODES,
    address_of,
    code_hash,
    code_of,
    draw_backup_codes,
    fitting_step,
    in_groups,
    new_secret,
    step_of,
    typed,
)
from exchange.instant import SECOND_US

RFC = b32encode(b"12345678901234567890").decode()


@pytest.mark.parametrize(
    ("at_s", "code"),
    [
        (59, "287082"),
        (1_111_111_109, "081804"),
        (1_111_111_111, "050471"),
        (1_234_567_890, "005924"),
        (2_000_000_000, "279037"),
        (20_000_000_000, "353130"),
    ],
)
def test_codes_are_those_of_the_standard(at_s: int, code: str) -> None:
    assert code_of(RFC, step_of(at_s * SECOND_US)) == code


def test_one_step_either_way_and_no_more() -> None:
    at = 1_234_567_890 * SECOND_US
    fits = [fitting_step(RFC, code_of(RFC, step_of(at) + away), at) for away in range(-2, 3)]
    assert fits == [None, *(step_of(at) + away for away in (-1, 0, 1)), None]
    assert fitting_step(RFC, "", at) is None


def test_the_picture_says_who_and_how() -> None:
    address = address_of(RFC, "s.brandt@example.de")
    assert address.startswith("otpauth://totp/Leadb%C3%B6rse:s.brandt%40example.de?")
    for part in (f"secret={RFC}", "digits=6", "period=30", "algorithm=SHA1"):
        assert part in address
    assert in_groups("ABCDEFGHIJ") == "ABCD EFGH IJ"


def test_secrets_and_back_up_codes_are_long_and_differ() -> None:
    assert len({new_secret() for _ in range(50)}) == 50
    assert len(new_secret()) == 32  # 160 bits, five a letter
    codes = draw_backup_codes()
    assert len(set(codes)) == BACKUP_CODES
    assert {len(typed(code)) for code in codes} == {24}  # 120 bits


def test_a_code_is_read_however_it_is_typed() -> None:
    assert typed(" 123 456\n") == "123456"
    code = "0A1B-2C3D-4E5F-6G7H-8J9K-MNPQ"
    same = {code_hash(text) for text in (code, code.lower(), code.replace("-", " "), "oAlB" + code[4:], f" {code}\t")}
    assert same == {code_hash(code)}


@settings(max_examples=40)
@given(st.text(max_size=30))
def test_anything_may_be_typed(text: str) -> None:
    assert len(typed(text)) in (0, 6, 24)
    assert fitting_step(RFC, typed(text), 1_234_567_890 * SECOND_US) is None or len(typed(text)) == 6
