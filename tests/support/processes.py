"""The programs of the product as real processes: started, watched, killed."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Protocol

ROOT = Path(__file__).resolve().parents[2]
_SECONDS = 60.0


class Child(Protocol):
    """A process as :class:`subprocess.Popen` offers it."""

    @property
    def pid(self) -> int: ...
    @property
    def stdin(self) -> IO[str] | None: ...
    @property
    def stdout(self) -> IO[str] | None: ...
    @property
    def stderr(self) -> IO[str] | None: ...
    def poll(self) -> int | None: ...
    def send_signal(self, number: int, /) -> None: ...
    def wait(self, timeout: float | None = None) -> int: ...


def started(words: Sequence[str], environment: Mapping[str, str]) -> Child:
    """``python -m words`` as people start it."""
    return subprocess.Popen(
        [sys.executable, "-m", *words],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


start: Callable[[Sequence[str], Mapping[str, str]], Child] = started
"""How processes are started; tests fork them instead."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def last_line(self) -> str:
        """The last line of its output."""
        return self.out.strip().splitlines()[-1]

    def json(self) -> Any:
        """Its output as JSON."""
        return json.loads(self.out)


class Running:
    """A process whose output can be waited for, line by line."""

    def __init__(self, words: Sequence[str | Path], env: Mapping[str, str] | None = None) -> None:
        self._process = start([str(word) for word in words], {**os.environ, **(env or {})})
        self._out: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._lines: list[str] = []
        self._errors: list[str] = []
        self._readers = [
            threading.Thread(target=self._read_out, name="process-output"),
            threading.Thread(target=self._read_err, name="process-errors"),
        ]
        for reader in self._readers:
            reader.start()

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._process.pid

    @property
    def running(self) -> bool:
        """True until it has ended."""
        return self._process.poll() is None

    def line(self, *, seconds: float = _SECONDS) -> str:
        """The next line of output; empty when there is none any more."""
        try:
            found = self._out.get(timeout=seconds)
        except queue.Empty:
            raise AssertionError(f"no output within {seconds} s:\n{self.errors}") from None
        return found or ""

    def say(self, line: str) -> None:
        """Give it a line of input."""
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    @property
    def errors(self) -> str:
        """What it wrote to its standard error so far."""
        return "".join(self._errors)

    def kill(self) -> None:
        """End it at once, as a power cut would; wait until it is gone."""
        if self.running:
            self._process.send_signal(signal.SIGKILL)
        self._process.wait()
        self._close()

    def terminate(self, *, seconds: float = _SECONDS) -> Ended:
        """Ask it to end and wait."""
        if self.running:
            self._process.send_signal(signal.SIGTERM)
        return self.wait(seconds=seconds)

    def wait(self, *, seconds: float = _SECONDS) -> Ended:
        """Wait for its end."""
        try:
            code = self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"still running after {seconds} s:\n{self.errors}") from None
        self._close()
        return Ended(code, "".join(self._lines), self.errors)

    def _close(self) -> None:
        for reader in self._readers:
            reader.join()
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            if stream is not None and not stream.closed:
                stream.close()

    def _read_out(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.append(line)
            self._out.put(line.rstrip("\n"))
        self._out.put(None)

    def _read_err(self) -> None:
        assert self._process.stderr is not None
        self._errors.extend(self._process.stderr)


@contextmanager
def running(*words: str | Path, env: Mapping[str, str] | None = None) -> Iterator[Running]:
    """``python -m words`` until the block ends; killed then if it still runs."""
    process = Running(words, env)
    try:
        yield process
    finally:
        process.kill()


def run(*words: str | Path, env: Mapping[str, str] | None = None, seconds: float = 60.0) -> Ended:
    """``python -m words`` to its end."""
    with running(*words, env=env) as process:
        return process.wait(seconds=seconds)


def done(*words: str | Path, env: Mapping[str, str] | None = None, seconds: float = 60.0) -> Ended:
    """As :func:`run`, and it must end well."""
    ended = run(*words, env=env, seconds=seconds)
    assert ended.code == 0, f"{words}: {ended.code}\n{ended.out}\n{ended.err}"
    return ended


@dataclass
class HeadProcess:
    """A head office that is served by a real process; killed and started again on one port."""

    place: tuple[str, str | Path]
    url: str = ""
    _served: Running | None = field(default=None)

    def start(self) -> None:
        """Serve, on the port of the first time; returns when it answers."""
        port = self.url.rpartition(":")[2] or "0"
        self._served = Running(["backoffice", "serve", *self.place, "--port", port])
        self.url = self._served.line()
        assert self.url.startswith("http://"), self._served.errors

    def kill(self) -> None:
        """End the server at once; its PostgreSQL goes on, as after a crash."""
        if self._served is not None:
            self._served.kill()

    def command(self, name: str, *words: str) -> Ended:
        """A command of the head office beside it."""
        return done("backoffice", name, *self.place, *words)

    def totals(self) -> dict[tuple[str, int], dict[str, Any]]:
        """Totals by store and till."""
        rows = self.command("totals", "--json").json()
        return {(row["store"], row["till"]): row for row in rows}


@contextmanager
def head_process(*place: str | Path) -> Iterator[HeadProcess]:
    """A served head office; ``place`` is ``--data DIR`` or ``--db URL``."""
    head = HeadProcess((str(place[0]), place[1]))
    head.start()
    try:
        yield head
    finally:
        head.kill()
