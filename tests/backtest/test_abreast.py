"""Playings beside each other: every result arrives, what is wrong with the terms too, progress is added up."""

import pytest

from exchange.backtest.abreast import WORTHWHILE, run_abreast
from exchange.errors import Invalid


def counting(name: str):  # type: ignore[no-untyped-def]
    def task(told) -> str:  # type: ignore[no-untyped-def]
        told(2)
        told(3)
        return name * 2

    return task


@pytest.mark.parametrize("orders", [1, WORTHWHILE], ids=["one after the other", "forked"])
def test_every_task_answers(orders: int) -> None:
    heard: list[int] = []
    found = run_abreast({name: counting(name) for name in "abc"}, orders, heard.append)
    assert found == {"a": "aa", "b": "bb", "c": "cc"}
    assert sum(heard) == 15


@pytest.mark.parametrize("orders", [1, WORTHWHILE])
def test_terms_that_cannot_be_are_said(orders: int) -> None:
    def task(_told) -> None:  # type: ignore[no-untyped-def]
        raise Invalid("duration_us", "too short")

    with pytest.raises(Invalid, match="too short") as caught:
        run_abreast({"other": task}, orders, lambda _: None)
    assert caught.value.field == "duration_us"
