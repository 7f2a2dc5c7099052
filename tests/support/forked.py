"""Commands that begin where their imports end.

To import a command takes longer than what it does, and tests of crashes start hundreds of them.
Here a process that has imported the product, and does nothing else, forks each: a process with a
pid, an environment and streams of its own, which dies as any other. That a command also starts
from nothing is shown by the tests of the command lines.
"""

from __future__ import annotations

import multiprocessing
import os
import runpy
import subprocess
import sys
import warnings
from collections.abc import Mapping, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parents[2]
IMPORTED = (
    "pos_app.bootstrap.simulation",
    "pos_app.journal.verify",
    "pos_app.sync.faults",
    "backoffice.commands",
    "backoffice.serving",
)
_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(list(IMPORTED))


class Forked:
    """``python -m words``, with what :class:`subprocess.Popen` offers of it."""

    def __init__(self, words: Sequence[str], environment: Mapping[str, str]) -> None:
        self._words = words
        theirs_in, ours_in = os.pipe()
        ours_out, theirs_out = os.pipe()
        ours_err, theirs_err = os.pipe()
        self.stdin: IO[str] = os.fdopen(ours_in, "w", encoding="utf-8")
        self.stdout: IO[str] = os.fdopen(ours_out, encoding="utf-8")
        self.stderr: IO[str] = os.fdopen(ours_err, encoding="utf-8")
        streams = [Connection(fd) for fd in (theirs_in, theirs_out, theirs_err)]
        self._process = _context.Process(target=_become, args=(words, dict(environment), streams))
        self._process.start()
        for stream in streams:
            stream.close()

    @property
    def pid(self) -> int:
        """The process's id."""
        assert self._process.pid is not None
        return self._process.pid

    def poll(self) -> int | None:
        """How it ended; None while it runs."""
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        """Send a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end.

        Raises:
            subprocess.TimeoutExpired: it runs for longer.
        """
        self._process.join(timeout)
        code = self.poll()
        if code is None:
            raise subprocess.TimeoutExpired(list(self._words), timeout or 0.0)
        return code


def _become(
    words: Sequence[str], environment: Mapping[str, str], streams: list[Connection]
) -> None:
    """In the new process: take its streams and environment, and run the command."""
    for number, stream in enumerate(streams):
        os.dup2(stream.fileno(), number)
        stream.close()
    sys.stdin = os.fdopen(0, encoding="utf-8", closefd=False)
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = os.fdopen(2, "w", buffering=1, encoding="utf-8", closefd=False)
    os.environ.clear()
    os.environ.update(environment)
    if environment.get("PYTHONWARNINGS") == "error":
        warnings.simplefilter("error")
    os.chdir(ROOT)
    sys.argv = list(words)
    runpy.run_module(words[0], run_name="__main__", alter_sys=True)
