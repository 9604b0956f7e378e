"""What receivers write into Retry-After."""

import pytest

from exchange.hooks.retry_after import MOST_S, seconds_asked

DATE = "Mon, 02 Mar 2026 08:00:00 GMT"


@pytest.mark.parametrize(
    ("asked", "date", "wait_s"),
    [
        ("120", None, 120),
        (" 0 ", None, 0),
        ("3601", None, MOST_S),
        ("9" * 5_000, None, MOST_S),
        ("-5", None, 0),
        ("1.5", None, 0),
        ("\u0663", None, 0),
        ("Mon, 02 Mar 2026 08:00:30 GMT", DATE, 30),
        ("Mon, 02 Mar 2026 09:00:30 +0100", DATE, 30),
        ("Tue, 03 Mar 2026 08:00:00 GMT", DATE, MOST_S),
        ("Mon, 02 Mar 2026 07:00:00 GMT", DATE, 0),
        ("Mon, 02 Mar 2026 08:00:30 GMT", None, 0),
        ("Mon, 02 Mar 2026 08:00:30", DATE, 0),
        ("later", DATE, 0),
        (None, None, 0),
    ],
)
def test_what_is_asked_is_read_and_bounded(asked, date, wait_s):
    assert seconds_asked(asked, date) == wait_s
