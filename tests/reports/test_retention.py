"""The schedule: every column has a rule, every rule a line; years are counted by the calendar."""

import pytest
from sqlalchemy import LargeBinary, Text

from exchange.config import RetentionSettings
from exchange.instant import DAY_US, from_text
from exchange.reports.retention import schedule, years_before
from exchange.schema import metadata
from exchange.schema.personal import FORMS, KEPT, tables_of
from exchange.staging import delivery, posted

RULES = schedule(RetentionSettings(), {"pv": 60 * DAY_US})
NAMES = {rule.name for rule in RULES}


@pytest.mark.parametrize("table", sorted(metadata.tables))
def test_every_column_of_text_or_bytes_is_classified(table: str) -> None:
    columns = {one.name for one in metadata.tables[table].columns if isinstance(one.type, Text | LargeBinary)}
    assert set(KEPT[table].forms) == columns
    assert set(KEPT[table].forms.values()) <= set(FORMS)
    assert set(KEPT[table].rules) <= NAMES | {"none"}


def test_what_is_sealed_goes_by_age_but_secrets_of_living_webhooks() -> None:
    ageless = {rule.name for rule in RULES if rule.limit_us is None}
    sealed = {table for table, kept in KEPT.items() if "sealed" in kept.forms.values() and ageless & {*kept.rules}}
    assert sealed == {"hook_secrets"}
    assert ageless == {"objections", "uses", "firms", "books"}


def test_a_rule_asks_for_rows_of_its_own_tables() -> None:
    for rule in RULES:
        asked = {part.table.name for part in rule.parts} - {"sales"}
        assert asked <= set(tables_of(rule.name)), rule.name
        assert bool(rule.parts) == (rule.limit_us is not None)


def test_what_other_rounds_erase_has_their_limits() -> None:
    limits = {rule.name: rule.limit_us for rule in RULES if rule.elsewhere}
    assert limits == {"uploads": delivery.KEPT_US, "posts": posted.KEPT_US}


@pytest.mark.parametrize(
    ("now", "since"),
    [
        ("2031-11-22T10:00:00Z", "2026-11-21T23:00:00Z"),
        ("2031-07-01T22:30:00Z", "2026-07-01T22:00:00Z"),
        ("2032-02-29T12:00:00Z", "2027-02-27T23:00:00Z"),
    ],
)
def test_five_years_are_whole_days_in_berlin(now: str, since: str) -> None:
    assert years_before(from_text(now)) == from_text(since)
