"""The words of one line, taken from left to right; every taker raises Mismatch with what it expected."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from exchange.script.mistake import Mismatch

Value = TypeVar("Value")

_WORD = re.compile(r'"[^"]*"|[^\s"#]+')
_NAME = re.compile(r"[A-Za-z0-9_-]+(~2)?", re.ASCII)
"""The end is that of a converted lead's second listing."""

END = "the end of the line"


def split(line: str) -> list[str]:
    """Words separated by blanks, up to a comment; text in quotes is one word and keeps its quotes."""
    words: list[str] = []
    at = 0
    while at < len(line) and line[at] != "#":
        if line[at].isspace():
            at += 1
            continue
        match = _WORD.match(line, at)
        if match is None:
            raise Mismatch(repr(line[at:].rstrip()), "a closing quotation mark")
        words.append(match.group())
        at = match.end()
        if at < len(line) and not (line[at].isspace() or line[at] == "#"):
            raise Mismatch(repr(line[at:].rstrip()), "a blank between words and quoted text")
    return words


def one_of(words: Iterable[str]) -> str:
    """``'a', 'b' or 'c'`` for messages."""
    return _or([repr(word) for word in words])


def _or(choices: list[str]) -> str:
    return choices[0] if len(choices) == 1 else f"{', '.join(choices[:-1])} or {choices[-1]}"


def read_name(word: str, expected: str) -> str:
    """A name: letters, digits, ``_`` and ``-``."""
    if not _NAME.fullmatch(word):
        raise Mismatch(repr(word), f"{expected} (letters, digits, _ and -)")
    return word


class Words:
    """A cursor over the words of a line."""

    def __init__(self, words: list[str]) -> None:
        self._words = words
        self._next = 0

    @property
    def next(self) -> str | None:
        """The word that comes next, or None at the end."""
        return self._words[self._next] if self._next < len(self._words) else None

    def take(self, expected: str) -> str:
        """The next word, whatever it is."""
        word = self.next
        if word is None:
            raise Mismatch(END, expected)
        self._next += 1
        return word

    def keyword(self, *keywords: str) -> str:
        """One of these words."""
        word = self.take(one_of(keywords))
        if word not in keywords:
            raise Mismatch(repr(word), one_of(keywords))
        return word

    def name(self, expected: str) -> str:
        """A name, like ``L1``."""
        return read_name(self.take(expected), expected)

    def names(self, expected: str) -> tuple[str, ...]:
        """Names with commas and without blanks, each once."""
        return self.items(expected, lambda word: read_name(word, expected))

    def items(self, expected: str, read: Callable[[str], str]) -> tuple[str, ...]:
        """A list with commas and without blanks, each item once."""
        items = tuple(read(item) for item in self.take(expected).split(","))
        for position, item in enumerate(items):
            if item in items[:position]:
                raise Mismatch(f"{item!r} a second time", "each once")
        return items

    def text(self, expected: str) -> str:
        """Text in quotation marks."""
        word = self.take(expected)
        if not word.startswith('"'):
            raise Mismatch(repr(word), expected)
        return word[1:-1]

    def read(self, reader: Callable[[str, str], Value], expected: str) -> Value:
        """The next word by a reader of `measure`."""
        return reader(self.take(expected), expected)

    def end(self) -> None:
        """Nothing may follow."""
        if self.next is not None:
            raise Mismatch(repr(self.next), END)

    def options(self, readers: Mapping[str, Callable[["Words"], Any]], *, repeatable: str = "") -> dict[str, Any]:
        """Options up to the end of the line, in any order, each once; the repeatable one gives a tuple."""
        found: dict[str, Any] = {}
        while self.next is not None:
            keyword = self.take(END)
            if keyword not in readers:
                raise Mismatch(repr(keyword), _or([*map(repr, readers), END]))
            if keyword in found and keyword != repeatable:
                raise Mismatch(f"{keyword!r} a second time", "each option once")
            value = readers[keyword](self)
            found[keyword] = (*found.get(keyword, ()), value) if keyword == repeatable else value
        return found
