"""One key, sixteen requests at once: one sale, and sixteen times the same answer."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.request import Request, urlopen

from tests.fuzz.door import key_of, running
from tests.web.people import OWNER


def test_sixteen_requests_with_one_key_are_one_sale(tmp_path: Path) -> None:
    with running(tmp_path) as exchange:
        headers = {
            "Authorization": f"Bearer {key_of(exchange, OWNER)}",
            "Idempotency-Key": "one-key-for-all",
            "Content-Type": "application/json",
        }

        def buy(_: int) -> tuple[int, bytes]:
            url = f"{exchange.url}/api/v1/leads/7A1PV/buy"
            with urlopen(Request(url, b'{"most_cents": 9900}', headers)) as answer:  # noqa: S310 - our own server
                return answer.status, answer.read()

        with ThreadPoolExecutor(16) as many:
            answers = list(many.map(buy, range(16)))
        assert len(set(answers)) == 1
        assert answers[0][0] == 200
        assert exchange.desk.row_of("listing", "7A1PV")["sold"] == 1
