from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from db.embedded import EmbeddedPostgres
from db.engine import open_head
from db.errors import StoreUnavailable
from db.transaction import begin
from tests.shape.rules import ROOT
from tests.support.waiting import wait_until

_START = (
    "import sys, pathlib; from db.embedded import EmbeddedPostgres as E; "
    "print(E(pathlib.Path(sys.argv[1])).start())"
)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    for lock in tmp_path.rglob("postgres.lock"):
        EmbeddedPostgres(lock.parent).stop()


def _run(server: EmbeddedPostgres, *statements: str) -> object:
    """Run statements in one transaction; the last one's single value."""
    engine = open_head(server.url)
    try:
        with begin(engine) as tx:
            results = [tx.execute(text(statement)) for statement in statements]
            return results[-1].scalar_one() if results[-1].returns_rows else None
    finally:
        engine.dispose()


def _pid(server: EmbeddedPostgres) -> int:
    return int((server.cluster / "postmaster.pid").read_text().split("\n", 1)[0])


def test_a_server_starts_is_adopted_stops_and_keeps_its_data(folder: Path) -> None:
    first, second = EmbeddedPostgres(folder), EmbeddedPostgres(folder)
    assert not first.running()
    assert not first.stop()
    assert first.start()
    assert not second.start()
    assert second.running()
    _run(first, "CREATE TABLE kept (n int)", "INSERT INTO kept VALUES (7)")
    assert _run(second, "SELECT n FROM kept") == 7
    assert second.stop()
    assert not first.running()
    assert not first.stop()
    assert first.start()
    assert _run(second, "SELECT n FROM kept") == 7


def test_a_killed_server_starts_again_with_everything_committed(folder: Path) -> None:
    server = EmbeddedPostgres(folder)
    server.start()
    _run(server, "CREATE TABLE kept (n int)", "INSERT INTO kept VALUES (7)")
    killed = _pid(server)
    os.kill(killed, signal.SIGKILL)
    assert wait_until(lambda: not server.running())
    assert server.start()
    assert _pid(server) != killed
    assert _run(server, "SELECT n FROM kept") == 7


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux syncs a whole file system")
def test_after_a_crash_the_folder_is_synced_in_one_call(folder: Path) -> None:
    server = EmbeddedPostgres(folder)
    server.start()
    server._run("pg_ctl", "stop", "-D", str(server.cluster), "-m", "immediate", "-w")
    server.start()
    assert server._psql("-tAc", "SHOW recovery_init_sync_method").strip() == "syncfs"
    server.stop()


def test_a_zombie_is_not_taken_for_a_running_server(folder: Path) -> None:
    server = EmbeddedPostgres(folder)
    server.start()
    server.stop()
    program = folder / "postgres-of-another" / "postgres"
    program.parent.mkdir()
    shutil.copy(shutil.which("sleep") or "/bin/sleep", program)
    with subprocess.Popen([program, "0"]) as zombie:
        os.waitid(os.P_PID, zombie.pid, os.WEXITED | os.WNOWAIT)
        (server.cluster / "postmaster.pid").write_text(f"{zombie.pid}\n")
        assert not server.running()
        assert server.start()
        assert _run(server, "SELECT 1") == 1
    shutil.rmtree(program.parent)


def test_a_pid_taken_by_another_program_is_not_taken_for_the_server(folder: Path) -> None:
    server = EmbeddedPostgres(folder)
    server.start()
    server.stop()
    (server.cluster / "postmaster.pid").write_text(f"{os.getpid()}\n")
    assert not server.running()
    assert server.start()


def test_a_deep_folder_does(folder: Path) -> None:
    deep = folder.joinpath(*["a folder with a long name"] * 5)
    assert len(str(deep)) > 108
    server = EmbeddedPostgres(deep)
    assert server.start()
    assert _run(server, "SELECT 1") == 1
    assert server.stop()


def test_two_programs_that_start_at_once_share_one_server(folder: Path) -> None:
    words = [sys.executable, "-c", _START, str(folder)]
    started = [
        subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    said = sorted(process.communicate(timeout=60)[0].strip() for process in started)
    assert said == ["False", "True"]
    assert _run(EmbeddedPostgres(folder), "SELECT 1") == 1


def test_a_first_start_that_was_killed_is_made_again(folder: Path) -> None:
    server = EmbeddedPostgres(folder)
    server.cluster.mkdir()
    (server.cluster / "base").mkdir()
    (server.cluster / "pg_hba.conf").write_text("half")
    assert server.start()
    assert _run(server, "SELECT 1") == 1


def test_a_server_that_cannot_start_is_named_in_its_own_words(folder: Path) -> None:
    server = EmbeddedPostgres(folder)
    server.start()
    server.stop()
    (server.cluster / "postgresql.conf").write_text("no_such_setting = 1\n")
    with pytest.raises(StoreUnavailable) as caught:
        server.start()
    assert caught.value.code == "cannot_open"
    assert "pg_ctl" in caught.value.detail
    assert not server.running()


def test_nobody_else_may_connect(folder: Path) -> None:
    server = EmbeddedPostgres(folder)
    server.start()
    assert _run(server, "SHOW listen_addresses") == ""
    assert server._socket_dir().stat().st_mode & 0o077 == 0
