"""A failpoint tells whoever armed it, and otherwise nobody."""

import pytest

from exchange.failpoint import arm, failpoint


@pytest.fixture(autouse=True)
def disarmed():
    yield
    arm(None)


def test_unarmed_it_does_nothing():
    failpoint("write.tape")


def test_armed_it_says_what_has_just_been_done():
    passed = []
    arm(passed.append)
    failpoint("write.tape")
    failpoint("commit.before")
    arm(None)
    failpoint("commit.after")
    assert passed == ["write.tape", "commit.before"]
