"""Every message has its letter, in both languages, and says nothing that it does not name."""

import pytest

from exchange.courier.letters import _DE, _EN, letter
from exchange.delivery import TOPICS, Message

NAMES = {"listing": "L-17", "sale": "pv-4711", "bid": "B-3", "webhook": "7f0c", "into": "L-17~2"}


def test_every_topic_has_a_letter_in_both_languages_for_each_side_it_tells():
    assert _DE.keys() == _EN.keys()
    assert {topic for topic, _ in _DE} == set(TOPICS)


@pytest.mark.parametrize("lang", ["de", "en"])
@pytest.mark.parametrize(("topic", "side"), sorted(_DE))
def test_a_letter_names_the_thing_and_where_to_log_in(topic, side, lang):
    said = letter(Message("id", topic, "brandt", side, "pv", 7, 0, NAMES), lang, "https://market.example")
    assert any(name in said.subject for name in NAMES.values())
    assert "https://market.example" in said.text
    assert "{" not in said.subject + said.text
    assert "\n" not in said.subject


def test_the_supplier_is_not_told_of_the_bid():
    assert "B-3" not in "".join(letter(Message("id", "lead.sold", "nord", "supplier", "pv", 7, 0, NAMES), "de", ""))
