"""The vault: contact data and proofs of consent, sealed one by one, bound to their row, erasable.

Every sealed text has a data key of its own (AES-256-GCM), wrapped by the house's key. The house's keys carry
version numbers: a new one seals from now on, old ones still open until everything is rewrapped. Enquirers are
found again by keyed hashes under a key of its own, which no rotation touches.
"""

import os
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from exchange.errors import ConfigError, ExchangeError

ENVIRONMENT = "EXCHANGE_KEY"
"""Names the variable that holds the key lines, separated by commas; it goes before a key file."""

ALGORITHM = "aes-256-gcm/1"
_KEY_BYTES = 32
_NONCE_BYTES = 12
_PRINTS = "fingerprint"


class Broken(ExchangeError):
    """A sealed text does not open: changed, moved to another row, or sealed under a key we do not have."""

    code = "vault"


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed text as its row keeps it; nonces stand before what they encrypted."""

    algorithm: str
    key_version: int
    wrapped_key: bytes = field(repr=False)
    sealed: bytes = field(repr=False)

    @classmethod
    def of(cls, row: Any) -> "Sealed":
        """What a row keeps, whatever else it has."""
        return cls(row.algorithm, row.key_version, bytes(row.wrapped_key), bytes(row.sealed))

    @property
    def columns(self) -> dict[str, int | str | bytes]:
        """Itself as the columns of a row."""
        return {name: getattr(self, name) for name in self.__slots__}


class Vault:
    """Seals and opens texts. Never shows its keys."""

    def __init__(self, keys: Mapping[int, bytes], prints: bytes | None = None) -> None:
        """``keys`` by version, 32 bytes each; the highest seals. Without ``prints`` the lowest derives it."""
        if not keys or any(version < 1 for version in keys):
            raise ConfigError(f"{ENVIRONMENT}: give at least one key, versions count from 1")
        if any(len(key) != _KEY_BYTES for key in (*keys.values(), *([prints] if prints else []))):
            raise ConfigError(f"{ENVIRONMENT}: a key is {_KEY_BYTES} bytes in base64")
        self._wrappers = {version: AESGCM(_derived(key, "wrap")) for version, key in keys.items()}
        self._prints = HMAC(_derived(prints or keys[min(keys)], _PRINTS), SHA256())
        self.key_version = max(keys)

    def __repr__(self) -> str:
        return f"<Vault, keys {sorted(self._wrappers)}>"

    def seal(self, place: str, text: str) -> Sealed:
        """Seal a text for one place, ``table|row id``; it opens nowhere else."""
        drawn = os.urandom(_KEY_BYTES + 2 * _NONCE_BYTES)
        data_key, nonces = drawn[:_KEY_BYTES], drawn[_KEY_BYTES:]
        return Sealed(
            ALGORITHM,
            self.key_version,
            self._wrap(place, data_key, self.key_version, nonces[:_NONCE_BYTES]),
            _encrypt(AESGCM(data_key), text.encode(), _bound(place), nonces[_NONCE_BYTES:]),
        )

    def open(self, place: str, sealed: Sealed) -> str:
        """The text; raises Broken unless it was sealed for this place by one of our keys."""
        if sealed.algorithm != ALGORITHM:
            raise Broken(f"{place}: sealed by {sealed.algorithm}, not {ALGORITHM}")
        data_key = self._unwrap(place, sealed)
        return _decrypt(AESGCM(data_key), sealed.sealed, _bound(place), place).decode()

    def rewrap(self, place: str, sealed: Sealed) -> Sealed:
        """The same under the newest key; the text itself is not touched."""
        data_key = self._unwrap(place, sealed)
        wrapped = self._wrap(place, data_key, self.key_version, os.urandom(_NONCE_BYTES))
        return Sealed(sealed.algorithm, self.key_version, wrapped, sealed.sealed)

    def fingerprint(self, text: str) -> str:
        """A keyed hash of one canonical text (a phone number in E.164, an address in lower case)."""
        keyed = self._prints.copy()
        keyed.update(text.encode())
        return keyed.finalize().hex()

    def _wrap(self, place: str, data_key: bytes, version: int, nonce: bytes) -> bytes:
        return _encrypt(self._wrappers[version], data_key, _bound(place, version), nonce)

    def _unwrap(self, place: str, sealed: Sealed) -> bytes:
        wrapper = self._wrappers.get(sealed.key_version)
        if wrapper is None:
            raise Broken(f"{place}: sealed under key version {sealed.key_version}, which is not here")
        return _decrypt(wrapper, sealed.wrapped_key, _bound(place, sealed.key_version), place)


def _derived(key: bytes, purpose: str) -> bytes:
    return HKDF(SHA256(), _KEY_BYTES, salt=None, info=f"exchange/{purpose}".encode()).derive(key)


def _bound(place: str, version: int | None = None) -> bytes:
    """What a ciphertext is bound to: algorithm and place, for a wrapped key its version too."""
    return (f"{ALGORITHM}|{place}" if version is None else f"{ALGORITHM}|{place}|key {version}").encode()


def _encrypt(cipher: AESGCM, data: bytes, bound: bytes, nonce: bytes) -> bytes:
    return nonce + cipher.encrypt(nonce, data, bound)


def _decrypt(cipher: AESGCM, data: bytes, bound: bytes, place: str) -> bytes:
    try:
        return cipher.decrypt(data[:_NONCE_BYTES], data[_NONCE_BYTES:], bound)
    except (InvalidTag, ValueError) as error:
        raise Broken(f"{place}: the seal is broken") from error


# --- keys --------------------------------------------------------------------------------------------------


def open_vault(key_file: Path | None = None) -> Vault:
    """The vault of this house: keys from the environment, else from the key file; raises ConfigError."""
    text = os.environ.get(ENVIRONMENT)
    if text is None:
        if key_file is None or not key_file.exists():
            raise ConfigError(f"no key: set {ENVIRONMENT}, or make a key file with `exchange init`")
        if key_file.stat().st_mode & 0o077:
            raise ConfigError(f"key file {key_file.name}: others may read it; run chmod 600")
        text = key_file.read_text()
    return Vault(*read_keys(text))


def read_keys(text: str) -> tuple[dict[int, bytes], bytes | None]:
    """Lines ``VERSION BASE64`` and ``fingerprint BASE64`` (or separated by commas), or one key alone."""
    keys: dict[int, bytes] = {}
    prints: bytes | None = None
    for line in text.replace(",", "\n").splitlines():
        parts = line.split("#")[0].split()
        if not parts:
            continue
        name, key = parts if len(parts) == 2 else ("1", parts[0])
        if name == _PRINTS:
            prints = _base64(key)
        elif name.isdecimal():
            keys[int(name)] = _base64(key)
        else:
            raise ConfigError(f"{ENVIRONMENT}: a line begins with a version number or the word {_PRINTS}")
    return keys, prints


def _base64(key: str) -> bytes:
    try:
        return b64decode(key, validate=True)
    except ValueError as error:
        raise ConfigError(f"{ENVIRONMENT}: a key is {_KEY_BYTES} bytes in base64") from error


def make_key_file(path: Path) -> None:
    """Write fresh keys, readable by the owner only; raises FileExistsError rather than overwrite."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [f"{name} {b64encode(os.urandom(_KEY_BYTES)).decode()}" for name in (_PRINTS, "1")]
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write("\n".join(["# keys of the exchange's vault: whoever has them reads all contact data", *lines, ""]))


def development_vault() -> Vault:
    """A vault that lives as long as the process: rehearsals and tests."""
    return Vault({1: os.urandom(_KEY_BYTES)})
