"""A database of several hosts: all are named, and the one that takes writes is found."""

import pytest

from exchange.store.engine import connect

WRITES = "target_session_attrs=read-write"


@pytest.mark.parametrize(
    ("url", "hosts", "ports"),
    [
        (f"postgresql+psycopg://u@/db?host=a:5432,b:5433&{WRITES}", "a,b", "5432,5433"),
        (f"postgresql://u@/db?host=a:5432&host=b:5433&{WRITES}", "a,b", "5432,5433"),
        (f"postgresql://u@/db?host=a,b&port=5432,5433&{WRITES}", "a,b", "5432,5433"),
        (f"postgresql://u@a,b/db?{WRITES}", "a,b", None),
    ],
)
def test_every_way_to_name_several_hosts_reaches_libpq(url: str, hosts: str, ports: str | None) -> None:
    engine = connect(url)
    _, told = engine.dialect.create_connect_args(engine.url)
    assert (told["host"], told.get("port"), told["target_session_attrs"]) == (hosts, ports, "read-write")


def test_what_the_url_says_of_the_wire_goes_before_our_own_patience() -> None:
    engine = connect("postgresql://u@a/db?connect_timeout=30")
    _, told = engine.dialect.create_connect_args(engine.url)
    assert told["connect_timeout"] == "30"
