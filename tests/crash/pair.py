"""Two PostgreSQL servers: one takes writes, the other has them before they are acknowledged; an operator for both."""

import os
import signal
import time

from tests.ports import free_ports
from tests.postgres import DURABLE, own_postgres

_REPLICATED = (
    *DURABLE,
    "wal_level=replica",
    "max_wal_senders=10",
    "wal_keep_size=256MB",
    "wal_retrieve_retry_interval=500ms",
)
NAMES = ("one", "two")
_MOST_S = 60


class Pair:
    """``primary`` takes writes; ``standby`` follows it synchronously, or lies dead after a failover."""

    def __init__(self) -> None:
        ports = free_ports(len(NAMES))
        self.primary = own_postgres(_REPLICATED, port=ports[0], name=NAMES[0], in_memory=True)
        second = {"port": ports[1], "name": NAMES[1], "in_memory": True}
        try:
            self.standby = own_postgres(_REPLICATED, copy_of=self.primary, **second)
        except BaseException:
            self.primary.stop()
            raise
        self.replicate()

    def url(self, database: str = "market") -> str:
        """Both servers; whoever connects finds the one that takes writes."""
        hosts = ",".join(
            f"127.0.0.1:{one.port}" for one in sorted((self.primary, self.standby), key=lambda one: one.name)
        )
        return f"postgresql+psycopg://postgres@/{database}?host={hosts}&target_session_attrs=read-write"

    def replicate(self) -> None:
        """From now on nothing is acknowledged that the standby has not on its disk; waits until that is so."""
        names = f"ALTER SYSTEM SET synchronous_standby_names = 'FIRST 1 ({', '.join(NAMES)})'"
        self.primary.tell(names, "SELECT pg_reload_conf()")
        for _ in range(_MOST_S * 20):
            if self.primary.tell("SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync'"):
                return
            time.sleep(0.05)
        raise AssertionError("the standby does not follow")

    def stop_sender(self) -> None:
        """The standby hears nothing more, and nobody is told: orders wait from now on."""
        for (pid,) in self.primary.tell("SELECT pid FROM pg_stat_replication"):
            os.kill(pid, signal.SIGSTOP)

    def fail_over(self) -> None:
        """The primary dies, is fenced, and the standby takes its place; there is no standby then.

        Fenced: its data say that it is a standby, so that it takes no writes, whoever starts it.
        """
        self.primary.kill()
        (self.primary.data / "standby.signal").touch()
        alone = "ALTER SYSTEM SET synchronous_standby_names = ''"
        self.standby.tell(alone, "SELECT pg_reload_conf()", "SELECT pg_promote()")
        self.primary, self.standby = self.standby, self.primary

    def rejoin(self) -> None:
        """What was the primary begins anew as a standby."""
        self.standby.follow(self.primary)
        self.replicate()

    def stop(self) -> None:
        """End both; a primary that is asked politely waits for its standby."""
        for server in (self.primary, self.standby):
            server.kill()
            server.stop()
