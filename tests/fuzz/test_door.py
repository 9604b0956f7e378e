"""A small budget of what `make fuzz-api` does at length."""

from collections.abc import Iterator

import pytest

from tests.fuzz.door import CALLERS, concerning, fuzz, running
from tests.running import Running

SMALL = ("--phases", "examples,fuzzing", "--seed", "1", "-n")
LEAST = ("--phases", "fuzzing", *SMALL[2:])


@pytest.fixture(scope="module")
def exchange(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("fuzz")) as found:
        yield found


@pytest.mark.xdist_group("fuzz")
@pytest.mark.parametrize("caller", CALLERS)
def test_nothing_is_found(exchange: Running, caller: str) -> None:
    aims = [word for one in concerning(caller) for word in ("--include-operation-id", one.name)]
    budget = LEAST if caller == "operator" else SMALL
    ran = fuzz(exchange, caller, *budget, "2" if caller == "buyer" else "1", *aims)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert f"Tested: {len(aims) // 2}\n" in ran.stdout


def test_the_fuzzer_finds_what_is_wrong(exchange: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    """A door that answers otherwise than its document says does not pass."""
    monkeypatch.setattr("exchange.web.door.wallet.wallet_of", lambda *_: {})
    ran = fuzz(exchange, "buyer", *SMALL, "3", "--include-path", "/api/v1/wallet")
    assert ran.returncode != 0
    assert "required property" in ran.stdout
