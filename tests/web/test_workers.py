"""Processes behind one socket: replaced when they die, ended together; the web's own are in tests/crash/test_web.py."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import IO

from exchange.web.workers import listen
from tests.crash.serving import is_running

SCRIPT = """
import os, signal, sys, time
from exchange.web import workers
from exchange.web.workers import Workers, listen

if "stubborn" in sys.argv:
    workers.GRACE_S = 1.0

def work(place, listening):
    if "stubborn" in sys.argv and place == 0:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    connection, _ = listening.accept()
    connection.sendall(f"{place} {os.getpid()}".encode())
    connection.close()
    if "planted" in sys.argv and place == 0:
        raise RuntimeError("planted")
    time.sleep(60)

listening = listen("127.0.0.1", 0)
print(listening.getsockname()[1], flush=True)
sys.exit(Workers(work, listening, 2).run())
"""


def asked(port: int) -> tuple[str, int]:
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        place, pid = connection.recv(100).split()
    return place.decode(), int(pid)


def begun(*words: str, log: IO[str] | None = None) -> "tuple[subprocess.Popen[str], int]":
    process = subprocess.Popen([sys.executable, "-c", SCRIPT, *words], stdout=subprocess.PIPE, stderr=log, text=True)
    assert process.stdout is not None
    return process, int(process.stdout.readline())


def ended(process: "subprocess.Popen[str]") -> tuple[int, float]:
    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)
    return process.returncode, time.monotonic() - began


def test_each_place_answers_and_all_end_when_told() -> None:
    process, port = begun()
    told = dict(asked(port) for _ in range(2))
    assert set(told) == {"0", "1"}
    code, took_s = ended(process)
    assert (code, took_s < 40) == (0, True)


def test_what_is_accepted_sends_at_once() -> None:
    with listen("127.0.0.1", 0) as listening, socket.create_connection(listening.getsockname()):
        accepted, _ = listening.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_one_that_dies_is_replaced_in_its_place() -> None:
    process, port = begun()
    told = dict(asked(port) for _ in range(2))
    os.kill(told["1"], signal.SIGKILL)
    place, pid = asked(port)  # waits in the queue of the socket until somebody is there
    assert (place, pid != told["1"]) == ("1", True)
    assert ended(process)[0] == 0


def test_one_that_fails_is_replaced_too_but_not_at_full_speed() -> None:
    process, port = begun("planted")
    began, seen = time.monotonic(), []
    while len(seen) < 4:
        seen.append(asked(port))
    assert [place for place, _ in seen].count("0") == 3
    assert time.monotonic() - began > 1.5
    ended(process)


def test_an_orphan_that_does_not_end_when_told_says_where_it_hung_and_ends_itself(tmp_path: Path) -> None:
    with (tmp_path / "log").open("w") as log:
        process, port = begun("stubborn", log=log)
        told = dict(asked(port) for _ in range(2))
        process.kill()
        process.communicate(timeout=60)
        deadline = time.monotonic() + 60
        while any(is_running(pid) for pid in told.values()):
            assert time.monotonic() < deadline, "an orphan lives on"
            time.sleep(0.05)
    assert "in work" in (tmp_path / "log").read_text()
