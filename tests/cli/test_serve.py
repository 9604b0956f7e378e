"""The command as it is typed: opens, answers, and stops at once with a stream still open."""

import os
import signal
import socket
import subprocess
import sys
import time
from http.client import HTTPConnection
from pathlib import Path

import pytest
from click.testing import CliRunner

from exchange.cli import main


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


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
