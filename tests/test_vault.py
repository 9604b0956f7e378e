"""Sealed texts, their keys, and keyed fingerprints."""

import os
import stat
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from hmac import new as keyed

import pytest

from exchange.errors import ConfigError
from exchange.vault import ENVIRONMENT, Broken, Vault, _derived, make_key_file, open_vault, read_keys

ONE, TWO, PRINTS = (bytes([n]) * 32 for n in (1, 2, 3))
PLACE = "contacts|L1"


def test_what_is_sealed_opens_again_and_never_looks_the_same() -> None:
    vault = Vault({1: ONE})
    first, second = vault.seal(PLACE, "+49 30 23125 017"), vault.seal(PLACE, "+49 30 23125 017")
    assert vault.open(PLACE, first) == vault.open(PLACE, second) == "+49 30 23125 017"
    assert first.sealed != second.sealed
    assert b"23125" not in first.sealed + first.wrapped_key


def test_a_seal_moved_to_another_row_does_not_open() -> None:
    vault = Vault({1: ONE})
    with pytest.raises(Broken, match=r"contacts\|L2"):
        vault.open("contacts|L2", vault.seal(PLACE, "secret"))
    with pytest.raises(Broken):
        vault.open("consents|L1", vault.seal(PLACE, "secret"))


@pytest.mark.parametrize("part", ["sealed", "wrapped_key"])
def test_any_flipped_bit_is_found(part: str) -> None:
    vault = Vault({1: ONE})
    sealed = vault.seal(PLACE, "secret")
    data = getattr(sealed, part)
    for at in range(len(data)):
        flipped = bytearray(data)
        flipped[at] ^= 1 << (at % 8)
        with pytest.raises(Broken):
            vault.open(PLACE, replace(sealed, **{part: bytes(flipped)}))


def test_another_algorithm_or_a_short_text_is_refused() -> None:
    vault = Vault({1: ONE})
    sealed = vault.seal(PLACE, "secret")
    with pytest.raises(Broken, match="rot13"):
        vault.open(PLACE, replace(sealed, algorithm="rot13"))
    with pytest.raises(Broken):
        vault.open(PLACE, replace(sealed, sealed=b""))


def test_a_new_key_seals_and_the_old_one_still_opens_until_all_is_rewrapped() -> None:
    old, both, new = Vault({1: ONE}), Vault({1: ONE, 2: TWO}, PRINTS), Vault({2: TWO}, PRINTS)
    sealed = old.seal(PLACE, "secret")
    assert both.open(PLACE, sealed) == "secret"
    with pytest.raises(Broken, match="key version 1, which is not here"):
        new.open(PLACE, sealed)
    rewrapped = both.rewrap(PLACE, sealed)
    assert (rewrapped.key_version, rewrapped.sealed) == (2, sealed.sealed)
    assert new.open(PLACE, rewrapped) == "secret"


def test_fingerprints_are_keyed_and_outlive_a_rotation() -> None:
    first, rotated = Vault({1: ONE}, PRINTS), Vault({1: ONE, 2: TWO}, PRINTS)
    assert first.fingerprint("+493023125017") == rotated.fingerprint("+493023125017")
    assert first.fingerprint("+493023125017") != first.fingerprint("+493023125018")
    assert first.fingerprint("x") != Vault({1: ONE}, TWO).fingerprint("x")
    assert first.fingerprint("x") != keyed(PRINTS, b"x", sha256).hexdigest(), "keys are derived, never used as they are"
    assert first.fingerprint("x") == keyed(_derived(PRINTS, "fingerprint"), b"x", sha256).hexdigest()


def test_keys_show_in_no_representation() -> None:
    vault = Vault({1: ONE, 2: TWO})
    assert repr(vault) == "<Vault, keys [1, 2]>"
    assert "wrapped_key" not in repr(vault.seal(PLACE, "secret"))


def test_a_key_file_is_its_owners_alone_and_never_overwritten(tmp_path, monkeypatch) -> None:
    monkeypatch.delenv(ENVIRONMENT, raising=False)
    path = tmp_path / "keys" / "exchange.key"
    make_key_file(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    sealed = open_vault(path).seal(PLACE, "secret")
    assert open_vault(path).open(PLACE, sealed) == "secret"
    with pytest.raises(FileExistsError):
        make_key_file(path)
    os.chmod(path, 0o640)
    with pytest.raises(ConfigError, match="chmod 600"):
        open_vault(path)


def test_the_environment_goes_before_the_file(tmp_path, monkeypatch) -> None:
    make_key_file(tmp_path / "exchange.key")
    monkeypatch.setenv(ENVIRONMENT, b64encode(ONE).decode())
    assert Vault({1: ONE}).open(PLACE, open_vault(tmp_path / "exchange.key").seal(PLACE, "x")) == "x"


def test_several_keys_on_lines_or_between_commas() -> None:
    one, two, prints = (b64encode(key).decode() for key in (ONE, TWO, PRINTS))
    wanted = ({1: ONE, 2: TWO}, PRINTS)
    assert read_keys(f"# ours\nfingerprint {prints}\n1 {one}\n2 {two}  # since May\n") == wanted
    assert read_keys(f"fingerprint {prints}, 1 {one}, 2 {two}") == wanted
    assert read_keys(one) == ({1: ONE}, None)


@pytest.mark.parametrize(
    "text", ["", "# nothing", "1 abc", "one abcd", f"1 {b64encode(b'short').decode()}", "0 " + "A" * 43 + "="]
)
def test_what_is_no_key_is_said_without_showing_it(text: str, monkeypatch) -> None:
    monkeypatch.setenv(ENVIRONMENT, text)
    with pytest.raises(ConfigError) as wrong:
        open_vault()
    assert ENVIRONMENT in str(wrong.value)
    assert not text or text not in str(wrong.value)


def test_without_any_key_nothing_opens(tmp_path, monkeypatch) -> None:
    monkeypatch.delenv(ENVIRONMENT, raising=False)
    for path in (None, tmp_path / "no.key"):
        with pytest.raises(ConfigError, match="exchange init"):
            open_vault(path)
