"""What the sync needs of the rest of the till."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any, Protocol, TypeVar

R = TypeVar("R")


class StoreAccess(Protocol):
    """The till's database: queries beside the writer, and writes in the sync's own lane."""

    def read(self, query: Callable[..., R], *args: Any) -> Future[R]:
        """Run ``query(tx, *args)`` on a read-only connection."""

    def write(self, use_case: Callable[..., R], *args: Any) -> Future[R]:
        """Run ``use_case(tx, *args)`` in one transaction; done after its commit."""

    def replace(self, make: Callable[[Path], Path]) -> Future[bool]:
        """Put what ``make`` completes in the place of the file; False when that is in use."""
