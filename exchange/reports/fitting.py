"""What a standing bid or a filter wants of a listing, as SQL: the same demands as `exchange.orderbook.filters`."""

from typing import Any

from sqlalchemy import ColumnElement, Numeric, String, and_, case, cast, func, literal, or_, true
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from exchange.instant import Instant
from exchange.orderbook.filters import Condition, Filters, number_of
from exchange.schema import listings

_NUMBER = "^-?[0-9]{1,18}([.][0-9]{1,6})?$"
_AFTER_DIGITS = ":"
"""The character behind ``9``: what begins with a prefix of digits lies below the prefix and this."""


class AnswerTo(FunctionElement[str]):
    """A listing's answer to one question; null where it was not answered."""

    type = String()
    name = "answer_to"
    inherit_cache = True


@compiles(AnswerTo, "sqlite")
def _on_sqlite(element: AnswerTo, compiler: SQLCompiler, **more: Any) -> str:
    answers, key = (compiler.process(clause, **more) for clause in element.clauses)
    return f"""json_extract({answers}, '$."' || {key} || '"')"""


@compiles(AnswerTo, "postgresql")
def _on_postgresql(element: AnswerTo, compiler: SQLCompiler, **more: Any) -> str:
    answers, key = (compiler.process(clause, **more) for clause in element.clauses)
    return f"(CAST({answers} AS JSON) ->> CAST({key} AS TEXT))"


def answer_to(key: str) -> ColumnElement[str]:
    """The answer a listing gives to a question of its sector."""
    return AnswerTo(listings.c.answers, literal(key))


def holds(condition: Condition) -> ColumnElement[bool]:
    """Whether a listing's answer satisfies a condition; numbers compare as numbers, everything else as text."""
    answer = answer_to(condition.key)
    if condition.operator in ("=", "!="):
        same = or_(*(_same(answer, value) for value in condition.values))
        return same if condition.operator == "=" else and_(answer.is_not(None), ~same)
    number = _as_number(answer)
    found = [
        number.op(condition.operator, is_comparison=True)(cast(literal(value), Numeric))
        for value in condition.values
        if number_of(value) is not None
    ]
    return func.coalesce(or_(*found), False) if found else ~true()


def _same(answer: ColumnElement[str], value: str) -> ColumnElement[bool]:
    if number_of(value) is None:
        return func.coalesce(answer == value, False)
    return func.coalesce(or_(answer == value, _as_number(answer) == cast(literal(value), Numeric)), False)


def _as_number(answer: ColumnElement[str]) -> ColumnElement[Any]:
    return case((answer.regexp_match(_NUMBER), cast(answer, Numeric)))


def in_area(prefixes: tuple[str, ...]) -> ColumnElement[bool]:
    """Whether a listing's postcode begins with one of these digits: as ranges, which an index can answer."""
    code = listings.c.postcode
    return or_(*(and_(code >= prefix, code < prefix + _AFTER_DIGITS) for prefix in prefixes))


def fits(filters: Filters, now: Instant) -> ColumnElement[bool]:
    """Whether these filters let a listing in, now."""
    wanted: list[ColumnElement[bool]] = [holds(condition) for condition in filters.conditions]
    if filters.regions is not None:
        wanted.append(listings.c.region.in_(filters.regions))
    if filters.postcodes is not None:
        wanted.append(in_area(filters.postcodes))
    if filters.seats_at_most is not None:
        wanted.append(listings.c.seats <= filters.seats_at_most)
    if filters.age_below_us is not None:
        wanted.append(listings.c.asked_at > now - filters.age_below_us)
    if filters.only_from is not None:
        wanted.append(listings.c.supplier.in_(filters.only_from))
    if filters.not_from:
        wanted.append(listings.c.supplier.not_in(filters.not_from))
    return and_(true(), *wanted)
