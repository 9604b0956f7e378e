"""The command as it is typed: opens, answers, and stops at once with a stream still open."""

import os
import signal
import subprocess
import sys
import time
from http.client import HTTPConnection
from pathlib import Path

import pytest
from click.testing import CliRunner

from exchange.cli import main
from tests.databases import DATABASES
from tests.ports import free_port


def status(port: int, path: str) -> int:
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    finally:
        connection.close()


def test_serving_answers_and_stops_when_told(tmp_path: Path) -> None:
    places = ["--database", f"sqlite:///{tmp_path / 'house.db'}", "--key-file", str(tmp_path / "house.key")]
    assert CliRunner().invoke(main, ["init", *places]).exit_code == 0
    port = free_port()
    command = [sys.executable, "-c", "from exchange.cli import main; main()", "serve", "--port", str(port), *places]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("EXCHANGE_")}
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as server:
        try:
            for _ in range(600):
                try:
                    assert status(port, "/anmelden") == 200
                    break
                except OSError:
                    time.sleep(0.1)
            else:
                pytest.fail("the server did not open")
            assert status(port, "/markt") == 302
            assert status(port, "/stream") == 401
            assert [status(port, path) for path in ("/healthz", "/readyz", "/metrics")] == [200, 200, 200]
        finally:
            server.send_signal(signal.SIGINT)
            said, complained = server.communicate(timeout=60)
    assert f"http://127.0.0.1:{port}" in said
    assert "Traceback" not in complained


@pytest.mark.postgres
def test_a_public_house_is_not_opened_on_a_database_that_forgets(tmp_path: Path, on_postgres: None) -> None:
    """The tests' own server is one: its fsync is off."""
    environment = {"EXCHANGE_SESSION_KEY": "J3kq0aPz8Wm5Tv2Lx9Rb4Nc7Yd1Fh6Gs"}
    places = ["--database", DATABASES.fresh(), "--key-file", str(tmp_path / "house.key")]
    assert CliRunner().invoke(main, ["init", *places], env=environment).exit_code == 0
    refused = CliRunner().invoke(main, ["serve", "--secure", *places], env=environment)
    assert refused.exit_code != 0
    assert "refused to serve: A power cut can take back sales" in refused.output
    assert "fsync = off" in refused.output
