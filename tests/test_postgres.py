"""The throw-away server: gone with the process that started it, however that ends."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = [pytest.mark.postgres, pytest.mark.xdist_group("servers"), pytest.mark.usefixtures("own_servers")]

DYING = """
import os, signal
from tests.postgres import own_postgres
server = own_postgres()
print(server.folder, (server.data / "postmaster.pid").read_text().split()[0], flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_server_ends_and_its_data_go_when_the_tests_were_killed() -> None:
    ended = subprocess.run([sys.executable, "-c", DYING], capture_output=True, text=True, timeout=120, check=False)
    assert ended.returncode == -9, ended.stderr
    folder, pid = ended.stdout.split()
    for _ in range(200):
        if not Path(folder).exists():
            break
        time.sleep(0.1)
    assert not Path(folder).exists()
    state = Path(f"/proc/{pid}/stat")
    assert not state.exists() or ") Z " in state.read_text()
