from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pos_app.runtime.single_instance import SingleInstance
from retail.errors import RetailError

ROOT = Path(__file__).resolve().parents[2]
_HOLD = """
import sys, threading
from pathlib import Path
from pos_app.runtime.single_instance import SingleInstance
one = SingleInstance(Path(sys.argv[1]))
one.acquire()
if sys.argv[2] == "listen":
    one.listen(lambda: print("knocked", flush=True))
print("held", flush=True)
sys.stdin.read()
one.release()
"""


@contextmanager
def _holder(lock: Path, way: str = "listen") -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the lock until its standard input ends."""
    process = subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(lock), way],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert _line(process) == "held"
        yield process
    finally:
        process.communicate(timeout=20)


def _line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def _refused(lock: Path) -> None:
    with pytest.raises(RetailError) as caught:
        SingleInstance(lock).acquire()
    assert caught.value.code == "till.running"


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    return tmp_path / "till.lock"


def test_a_second_process_is_refused_and_the_first_one_knocked(lock: Path) -> None:
    """Complaint 3: two windows give one number twice."""
    with _holder(lock) as first:
        for _ in range(3):
            _refused(lock)
            assert _line(first) == "knocked"


def test_a_holder_without_a_window_is_not_waited_for(lock: Path) -> None:
    with _holder(lock, "silent"):
        _refused(lock)


def test_the_lock_is_free_after_the_end(lock: Path) -> None:
    with _holder(lock):
        pass
    one = SingleInstance(lock)
    one.acquire()
    one.release()


def test_the_lock_of_a_killed_process_is_free(lock: Path) -> None:
    with _holder(lock) as first:
        first.kill()
        first.wait(20)
        one = SingleInstance(lock)
        one.acquire()
        one.release()


def test_only_the_token_knocks(lock: Path) -> None:
    heard = threading.Event()
    one = SingleInstance(lock)
    one.acquire()
    one.listen(heard.set)
    told = json.loads(lock.read_text())
    for sent in (b"", b"GET / HTTP/1.1\r\n\r\n", b"0" * 32):
        with socket.create_connection(("127.0.0.1", told["port"]), 5) as connection:
            connection.sendall(sent)
            connection.shutdown(socket.SHUT_WR)
            assert connection.recv(10) == b""
    assert not heard.is_set()
    _refused(lock)
    assert heard.is_set()
    one.release()
    one.release()


@pytest.mark.parametrize("text", ["", "nonsense", "{}", '{"port": 1, "token": "x"}', "[]", "1"])
def test_a_strange_lock_file_refuses_all_the_same(lock: Path, text: str) -> None:
    one = SingleInstance(lock)
    one.acquire()
    lock.write_text(text)
    _refused(lock)
    one.release()


def test_the_lock_file_is_the_owners_only(lock: Path) -> None:
    one = SingleInstance(lock)
    one.acquire()
    assert lock.stat().st_mode & 0o777 == 0o600
    one.release()


def test_listening_needs_the_lock(lock: Path) -> None:
    with pytest.raises(RuntimeError):
        SingleInstance(lock).listen(lambda: None)
