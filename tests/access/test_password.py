import pytest
from argon2 import PasswordHasher

from exchange.access.password import Passwords, passwords
from exchange.errors import Invalid

CHEAP = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


def test_a_password_fits_its_hash_and_no_other() -> None:
    kept = CHEAP.hash("falling prices 42")
    assert CHEAP.verify(kept, "falling prices 42")
    assert not CHEAP.verify(kept, "falling prices 43")


def test_equal_passwords_have_different_hashes() -> None:
    assert CHEAP.hash("falling prices 42") != CHEAP.hash("falling prices 42")


def test_nobodys_password_never_fits() -> None:
    assert not CHEAP.verify(None, "nobody has this password")


def test_a_broken_hash_is_no_entrance() -> None:
    assert not CHEAP.verify("", "falling prices 42")
    assert not CHEAP.verify("$argon2id$nonsense", "falling prices 42")


@pytest.mark.parametrize("password", ["", "eleven char", "x" * 257])
def test_short_and_absurd_passwords_are_refused(password: str) -> None:
    with pytest.raises(Invalid):
        CHEAP.hash(password)


def test_long_passwords_and_blanks_are_welcome() -> None:
    phrase = "a phrase of many words, with ümläuts and 64 letters or more of them"
    assert CHEAP.verify(CHEAP.hash(phrase), phrase)


def test_weaker_parameters_are_noticed() -> None:
    assert passwords().outdated(CHEAP.hash("falling prices 42"))


def test_the_houses_own_parameters_are_strong() -> None:
    kept = passwords().hash("falling prices 42")
    assert kept.startswith("$argon2id$")
    memory = int(kept.split("m=")[1].split(",")[0])
    assert memory >= 19 * 1024
