"""Mistakes in a script: where, what was found, what was expected."""

from dataclasses import dataclass

from exchange.errors import ExchangeError


@dataclass(frozen=True, slots=True)
class Mistake:
    """One finding in a script; ``line`` counts from 1."""

    file: str
    line: int
    found: str
    expected: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: found {self.found}, expected {self.expected}"


class Mismatch(Exception):
    """A word that does not fit its place; the parser adds file and line."""

    def __init__(self, found: str, expected: str) -> None:
        super().__init__(f"found {found}, expected {expected}")
        self.found = found
        self.expected = expected


class ScriptError(ExchangeError):
    """A script that cannot be played, with every mistake found in it."""

    code = "invalid"

    def __init__(self, mistakes: list[Mistake]) -> None:
        super().__init__("\n".join(str(mistake) for mistake in mistakes))
        self.mistakes = mistakes
