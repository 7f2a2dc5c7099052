"""What holds for every test: no display, no leaked thread, no warning that nobody asked for."""

from __future__ import annotations

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import threading
from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.support.leaks import left_behind
from tests.support.log_watch import watched
from tests.support.postgres import (  # noqa: F401 (one server for all tests of a worker)
    head_engine,
    head_server,
    head_template,
    head_url,
)

# A shared machine stalls now and then; an example is not wrong because it was slow.
settings.register_profile("tillwright", deadline=None, max_examples=60)
settings.load_profile("tillwright")


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
