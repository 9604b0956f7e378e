"""What a file is written in: its type by the first bytes, its encoding, its digest, in one pass over the bytes."""

import codecs
import hashlib
from dataclasses import dataclass
from pathlib import Path

from exchange.intake.unusable import Unusable

_CHUNK = 1 << 20
_MAGIC = (
    (b"PK\x03\x04", "workbook"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "workbook"),
    (b"PK\x05\x06", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"BZh", "archive"),
    (b"7z\xbc\xaf\x27\x1c", "archive"),
    (b"\xfd7zXZ\x00", "archive"),
    (b"Rar!", "archive"),
    (b"%PDF", "pdf"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
)
_WORKBOOK_MARKS = (b"[Content_Types].xml", b"mimetype", b"xl/", b"_rels/")
_UNDEFINED_1252 = bytes((0x81, 0x8D, 0x8F, 0x90, 0x9D))


@dataclass(frozen=True, slots=True)
class Written:
    """How a file is encoded, and the SHA-256 of its bytes in hexadecimal."""

    encoding: str
    digest: str


def written(path: Path) -> Written:
    """Look at every byte once; raises Unusable for a file that is no text table."""
    with path.open("rb") as file:
        head = file.read(_CHUNK)
        _refuse_other_types(head)
        wide = _wide_encoding(head)
        digest, judge = hashlib.sha256(), _Judge()
        while head:
            digest.update(head)
            if wide is None:
                judge.feed(head)
            head = file.read(_CHUNK)
    return Written(wide or judge.verdict(), digest.hexdigest())


def _refuse_other_types(head: bytes) -> None:
    for magic, cause in _MAGIC:
        if head.startswith(magic):
            is_archive = magic == b"PK\x03\x04" and not any(mark in head[:4096] for mark in _WORKBOOK_MARKS)
            raise Unusable("archive" if is_archive else cause)
    text = head.lstrip(codecs.BOM_UTF8 + b" \t\r\n")[:64].lower()
    if text.startswith((b"<!doctype", b"<html", b"<?xml")):
        raise Unusable("markup")
    if text.startswith((b"{", b"[")):
        raise Unusable("json")
    if not text:
        raise Unusable("empty")


def _wide_encoding(head: bytes) -> str | None:
    """UTF-16 by its mark, or by the NULs between plain letters where the mark is missing."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    even, odd = head[0:400:2], head[1:400:2]
    if odd and odd.count(0) > 0.8 * len(odd) and not even.count(0):
        return "utf-16-le"
    if even and even.count(0) > 0.8 * len(even) and not odd.count(0):
        return "utf-16-be"
    return None


class _Judge:
    """UTF-8 as long as every byte so far fits, else Windows-1252."""

    def __init__(self) -> None:
        self._utf8 = codecs.getincrementaldecoder("utf-8")()
        self._is_utf8 = True
        self._odd_byte: int | None = None
        self._seen = 0

    def feed(self, chunk: bytes) -> None:
        if 0 in chunk:
            raise Unusable("nul")
        if self._is_utf8:
            try:
                self._utf8.decode(chunk)
            except UnicodeDecodeError:
                self._is_utf8 = False
        if self._odd_byte is None:
            rest = chunk.translate(None, delete=_UNDEFINED_1252)
            if len(rest) < len(chunk):
                self._odd_byte = self._seen + min(i for b in _UNDEFINED_1252 if (i := chunk.find(b)) >= 0)
        self._seen += len(chunk)

    def verdict(self) -> str:
        if self._is_utf8:
            try:
                self._utf8.decode(b"", final=True)
            except UnicodeDecodeError:
                self._is_utf8 = False
        if self._is_utf8:
            return "utf-8-sig"
        if self._odd_byte is not None:
            raise Unusable("encoding", str(self._odd_byte))
        return "cp1252"
