"""What holds for every test: no display, no leaked thread, no warning that nobody asked for."""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.support import processes
from tests.support.forked import Forked
from tests.support.leaks import left_behind
from tests.support.log_watch import watched
from tests.support.postgres import (  # noqa: F401 (one server for all tests of a worker)
    demo_template,
    head_engine,
    head_server,
    head_template,
    head_url,
)

# A shared machine stalls now and then; an example is not wrong because it was slow.
settings.register_profile("tillwright", deadline=None, max_examples=60)
settings.load_profile("tillwright")
_TEMPORARY = "PYTEST_DEBUG_TEMPROOT"
_MEMORY = Path("/dev/shm")  # noqa: S108 (a folder of our own is made in it)
_ROOM = 4 << 30
_ROOT = Path(__file__).parents[1]
_BYTECODE = _ROOT / ".cache" / "bytecode"
_LONG = (
    "tests/sync/test_crash_points.py",
    "tests/sync/stateful/test_event_histories.py",
    "tests/sync/stateful/test_wire_histories.py",
    "tests/sync/test_backups.py",
    "tests/sync/test_restores.py",
    "tests/sync/test_streams.py",
    "tests/backoffice/test_commands.py",
    "tests/people/test_ten_sales.py",
    "tests/screens/test_focus_matrix.py",
    "tests/store/test_kill.py",
    "tests/store/test_card_kills.py",
    "tests/store/test_verify.py",
)
"""The files that take longest, in their order."""


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Need no display, and give this session's files a root of their own.

    A session that starts closes the root that all share to other users, also under the
    PostgreSQL of a session that runs: started by root, it runs as one of them.
    """
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    processes.start = Forked
    # xdist would begin with the files of many tests, which are the quick ones.
    config.option.loadscopereorder = False
    if _TEMPORARY not in os.environ:
        root = tempfile.TemporaryDirectory(
            prefix="tillwright-tests-", dir=_in_memory(), ignore_cleanup_errors=True
        )
        os.environ[_TEMPORARY] = root.name
        config.add_cleanup(root.cleanup)
    # Where nothing may be written beside the sources, each of some hundred processes would
    # compile every module anew, for longer than it works.
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
        os.environ.setdefault("PYTHONPYCACHEPREFIX", str(_BYTECODE))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the long files: a worker that takes one last works on while the other is idle."""
    places = {_ROOT / name: place for place, name in enumerate(_LONG)}
    items.sort(key=lambda item: places.get(item.path, len(_LONG)))


def _in_memory() -> Path | None:
    """Where files are made and removed at no cost; None where there is no room for them.

    Each test has a database of its own, of two thousand files. What is killed in a test loses
    nothing there: the kernel has it, as it has what a disk was given.
    """
    roomy = _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free >= _ROOM
    return _MEMORY if roomy and os.access(_MEMORY, os.W_OK) else None


@pytest.fixture(autouse=True)
def _no_thread_left(request: pytest.FixtureRequest) -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    if request.node.get_closest_marker("threads"):
        return
    if left := left_behind(before):
        names = ", ".join(sorted(thread.name for thread in left))
        pytest.fail(f"threads still run after the test: {names}", pytrace=False)


@pytest.fixture(autouse=True)
def _no_unexpected_warning(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test that takes ``caplog`` looks at the log itself."""
    with watched() as lines:
        yield
    if request.node.get_closest_marker("expect_warnings") or "caplog" in request.fixturenames:
        return
    if lines:
        pytest.fail("logged unexpectedly:\n" + "\n".join(lines), pytrace=False)
