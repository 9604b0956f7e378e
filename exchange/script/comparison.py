"""Lays what was expected beside what happened. Pure."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import chain

from exchange.script.expectation import Check, OutcomeLine

SAME, MISSING, UNEXPECTED, LEFT_OUT = " ", "-", "+", "…"

_CONTEXT = 3
"""Equal lines shown around a difference."""

Placed = tuple[OutcomeLine, str]
"""A line with the name of its sector, by which lines of one instant are ordered."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a comparison: in both, expected but not found, found but not expected, or a gap."""

    mark: str
    line: OutcomeLine | Check | None


def in_order(expected: Sequence[OutcomeLine], sector_of: Callable[[OutcomeLine], str]) -> list[OutcomeLine]:
    """Expected lines by instant, then sector name; as written where both are equal."""
    return sorted(expected, key=lambda line: (line.at, sector_of(line)))


def compare(expected: Sequence[OutcomeLine], found: Sequence[OutcomeLine]) -> list[Row]:
    """Both lists, in order, laid side by side; empty where they are equal.

    Only kinds the script mentions count: what is found of another kind is left out.
    """
    kinds = {line.kind for line in expected}
    counted = [line for line in found if line.kind in kinds]
    if list(expected) == counted:
        return []
    matcher = SequenceMatcher(a=list(expected), b=counted, autojunk=False)
    groups = [_rows(group, expected, counted) for group in matcher.get_grouped_opcodes(_CONTEXT)]
    gap = [Row(LEFT_OUT, None)]
    return list(chain(*((gap if number else []) + rows for number, rows in enumerate(groups))))


def _rows(
    group: Sequence[tuple[str, int, int, int, int]], expected: Sequence[OutcomeLine], found: Sequence[OutcomeLine]
) -> list[Row]:
    rows: list[Row] = []
    for tag, first, last, found_first, found_last in group:
        if tag == "equal":
            rows += [Row(SAME, line) for line in expected[first:last]]
        else:
            rows += [Row(MISSING, line) for line in expected[first:last]]
            rows += [Row(UNEXPECTED, line) for line in found[found_first:found_last]]
    return rows


def compare_checks(expected: Sequence[Check], found: Sequence[Check]) -> Iterator[Row]:
    """Each answer that is not the expected one, with the one that is."""
    for wanted, given in zip(expected, found, strict=True):
        if wanted != given:
            yield Row(MISSING, wanted)
            yield Row(UNEXPECTED, given)
