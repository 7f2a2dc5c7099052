"""The nets under all tests catch what they are for."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

from tests.shape.rules import ROOT
from tests.support.leaks import left_behind
from tests.support.log_watch import watched

_TIMES = 200
# The interpreter itself takes and gives a few references between two looks.
_TOLERANCE = 5


@pytest.fixture
def held_thread() -> Iterator[tuple[set[threading.Thread], threading.Thread]]:
    release = threading.Event()
    thread = threading.Thread(target=release.wait, name="held")
    before = set(threading.enumerate())
    thread.start()
    yield before, thread
    release.set()
    thread.join()


def test_a_thread_that_runs_on_is_seen(
    held_thread: tuple[set[threading.Thread], threading.Thread],
) -> None:
    before, thread = held_thread
    assert left_behind(before, grace_seconds=0.01) == [thread]


def test_a_thread_that_ends_within_the_grace_is_none() -> None:
    before = set(threading.enumerate())
    threading.Thread(target=str, name="brief").start()
    assert left_behind(before) == []


@pytest.mark.expect_warnings
def test_a_warning_of_the_product_is_seen_and_others_are_not() -> None:
    with watched() as lines:
        logging.getLogger("tillwright.sync").warning("the link is %s", "down")
        logging.getLogger("tillwright.sync").info("the link is up")
        logging.getLogger("other").warning("not ours")
    assert lines == ["WARNING tillwright.sync: the link is down"]


ODD = """
import logging, threading

def test_leaked_thread():
    threading.Thread(target=threading.Event().wait, daemon=True).start()

def test_warned():
    logging.getLogger("tillwright.till").warning("something is odd")
"""


@pytest.mark.parametrize(
    ("name", "message"), [("leaked_thread", "threads still run"), ("warned", "something is odd")]
)
def test_the_nets_fail_the_test(tmp_path: Path, name: str, message: str) -> None:
    (tmp_path / "test_odd.py").write_text(ODD)
    words = [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-p", "no:cacheprovider"]
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    environment.pop("PYTEST_DEBUG_TEMPROOT", None)
    done = subprocess.run(
        [*words, "-c", os.devnull, "--rootdir", str(tmp_path), "-k", name, str(tmp_path)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "1 passed, 1 deselected, 1 error" in done.stdout
    assert message in done.stdout


class _Probe(QObject):
    given = Signal(object)


def test_qt_keeps_the_references_of_none_true_and_false(qapp: QApplication) -> None:
    """PySide6 6.12.0 drops one at each call on CPython 3.11 and aborts within minutes."""
    assert qapp is not None
    probe = _Probe()
    seen: list[object] = []
    probe.given.connect(seen.append)
    before = [sys.getrefcount(value) for value in (None, True, False)]
    for _ in range(_TIMES):
        probe.given.emit(1)
        probe.setObjectName("probe")
    after = [sys.getrefcount(value) for value in (None, True, False)]
    assert len(seen) == _TIMES
    assert [abs(a - b) <= _TOLERANCE for a, b in zip(after, before, strict=True)] == [True] * 3
