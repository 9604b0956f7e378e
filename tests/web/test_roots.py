"""The roots of the days are everybody's: a page and JSON without logging in."""

import json

from exchange.instant import DAY_US
from exchange.jobs.roots import publish_due
from exchange.store.roots import read_roots


def test_anybody_reads_them(market, visitor) -> None:
    client = visitor("")
    assert client.get("/roots").status_code == 200
    market.clock.at_us += 2 * DAY_US
    made = publish_due(market.desk)
    assert made
    page = client.get("/roots").text
    for one in made:
        assert one.root in page
    rows = client.get("/roots.json").json["roots"]
    assert [(row["date"], row["root"], row["size"]) for row in rows] == [
        (one.day.date, one.root, one.day.entries + 1) for one in made
    ]
    assert [json.loads(row["head"])["before"] for row in rows[1:]] == [one.root for one in made[:-1]]
    with market.desk.store.read() as connection:
        assert read_roots(connection) == made
