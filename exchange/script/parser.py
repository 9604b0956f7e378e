"""From text to a `Script`, or to every mistake in it. Pure: no clock, no file, no desk."""

from dataclasses import dataclass, field

from exchange.money import BasisPoints
from exchange.script.expectation import Expectation, read_expectation
from exchange.script.mistake import Mismatch, Mistake, ScriptError
from exchange.script.references import wrong_names
from exchange.script.script import Script
from exchange.script.setup import SETUP_LINES, take_rate
from exchange.script.statement import (
    BuyerLine,
    ConsentLine,
    CurveLine,
    SectorLine,
    SetUp,
    SupplierLine,
    Timed,
)
from exchange.script.timed import take_timed
from exchange.script.timeline import Timeline, looks_like_instant
from exchange.script.words import Words, one_of, split

_RATES = ("vat", "fee")


def parse_script(text: str, file: str = "-") -> Script:
    """Read a whole script; raises ScriptError with every line that does not parse.

    Where all lines parse, names are looked at: one used twice for one kind of thing, or not known.
    """
    reading = _Reading()
    mistakes: list[Mistake] = []
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), start=1):
        try:
            reading.read_line(line, number)
        except Mismatch as wrong:
            mistakes.append(Mistake(file, number, wrong.found, wrong.expected))
    script = reading.script(file)
    mistakes = mistakes or wrong_names(script)
    if mistakes:
        raise ScriptError(mistakes)
    return script


@dataclass(slots=True)
class _Reading:
    """What has been read so far."""

    timeline: Timeline = field(default_factory=Timeline)
    many_days: bool = False
    rates: dict[str, BasisPoints] = field(default_factory=dict)
    setup: list[SetUp] = field(default_factory=list)
    statements: list[Timed] = field(default_factory=list)
    expectations: list[Expectation] = field(default_factory=list)
    timed: bool = False

    def read_line(self, line: str, number: int) -> None:
        """One line; an empty one or a comment says nothing."""
        words = split(line)
        if not words:
            return
        first = words[0]
        if first.startswith(">"):
            rest = words[1:] if first == ">" else [first[1:], *words[1:]]
            self.expectations.append(read_expectation(Words(rest), self.timeline, number))
        elif looks_like_instant(first):
            self._read_timed(Words(words), number)
        elif first == "day":
            self._read_day(Words(words))
        else:
            self._read_setup(Words(words), number)

    def _read_timed(self, words: Words, number: int) -> None:
        self.timed = True
        at = self.timeline.read(words.take("an instant"))
        statement = take_timed(words, number, at, self.timeline)
        self.timeline.pass_to(at)
        self.statements.append(statement)

    def _read_day(self, words: Words) -> None:
        words.keyword("day")
        day = words.take("a date like 2026-03-02")
        words.end()
        self.many_days = self.timeline.named_day or self.timed
        self.timeline.turn_day(day)

    def _read_setup(self, words: Words, number: int) -> None:
        kind = words.take("a statement")
        if kind not in (*_RATES, *SETUP_LINES):
            expected = f"an instant, '>', {one_of(('day', *_RATES, *SETUP_LINES))}"
            raise Mismatch(repr(kind), expected)
        if self.timed:
            raise Mismatch(f"{kind!r} after a timed statement", "set-up lines before the first timed statement")
        if kind not in _RATES:
            statement = SETUP_LINES[kind](words, number)
            words.end()
            self.setup.append(statement)
        elif kind in self.rates:
            raise Mismatch(f"{kind!r} a second time", "each rate once")
        else:
            self.rates[kind] = take_rate(words)

    def script(self, file: str) -> Script:
        """Everything read, put together."""
        return Script(
            file=file,
            only_day=None if self.many_days else self.timeline.day,
            vat_bp=self.rates.get("vat", 0),
            fee_bp=self.rates.get("fee", 0),
            curves=tuple(line for line in self.setup if isinstance(line, CurveLine)),
            sectors=tuple(line for line in self.setup if isinstance(line, SectorLine)),
            suppliers=tuple(line for line in self.setup if isinstance(line, SupplierLine)),
            buyers=tuple(line for line in self.setup if isinstance(line, BuyerLine)),
            consents=tuple(line for line in self.setup if isinstance(line, ConsentLine)),
            statements=tuple(self.statements),
            expectations=tuple(self.expectations),
        )
