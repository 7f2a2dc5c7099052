"""What is counted about pushes while this process runs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager

from backoffice.intake.errors import Refused
from backoffice.platform.exposition import Counter, Family, Histogram
from db.errors import StoreUnavailable
from retail.contract.envelope import PushAnswer

_SIZES = (1, 2, 4, 8, 16, 32, 64, 128)
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


class PushMeters:
    """Counts answers and groups; threads may share it."""

    def __init__(self) -> None:
        self._answers = Counter(
            "tillwright_pushes_total", "Pushes of tills, by how they were answered.", "answer"
        )
        self._sizes = Histogram(
            "tillwright_push_group_size", "Pushes journalled in one transaction.", _SIZES
        )
        self._seconds = Histogram(
            "tillwright_push_group_seconds", "Time to journal a group of pushes.", _SECONDS
        )

    def answered(self, answer: Future[PushAnswer]) -> None:
        """A push has its answer: ``accepted``, or the code of the refusal."""
        if answer.cancelled():
            self._answers.add("gone")
            return
        problem = answer.exception(timeout=0)
        if problem is None:
            self._answers.add("accepted")
        elif isinstance(problem, Refused):
            self._answers.add(problem.code)
        else:
            known = isinstance(problem, StoreUnavailable)
            self._answers.add("unavailable" if known else "error")

    @contextmanager
    def group(self, size: int) -> Iterator[None]:
        """A group that is journalled within the block; one that fails is not counted."""
        began = time.monotonic()
        yield
        self._sizes.observe(size)
        self._seconds.observe(time.monotonic() - began)

    def families(self) -> list[Family]:
        """All of it."""
        return [self._answers.family(), self._sizes.family(), self._seconds.family()]
