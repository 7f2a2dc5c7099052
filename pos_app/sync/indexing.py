"""Making the search whole after a large load, behind everything else that the sync does."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from db.errors import StoreUnavailable
from pos_app.checkout import search_index
from pos_app.checkout.search_index import Progress
from pos_app.sync.ports import StoreAccess

log = logging.getLogger("tillwright.sync")

_TURN_SECONDS = 0.25
"""Then it is looked whether something is to be sent."""


class Indexing:
    """Reads articles into the search index, slice by slice, one turn at a time.

    Args:
        stopping: asked between slices.
        told: how far it is, after each slice.
    """

    def __init__(
        self,
        store: StoreAccess,
        stopping: Callable[[], bool],
        told: Callable[[Progress], None],
    ) -> None:
        self._store = store
        self._stopping = stopping
        self._told = told

    def turn(self) -> bool:
        """Work for a moment; True when it can go on at once."""
        try:
            return self._turn()
        except StoreUnavailable as problem:
            log.info("the search waits for the till's database: %s", problem)
            return False

    def _turn(self) -> bool:
        at = self._store.read(search_index.progress).result()
        if at.whole:
            return False
        until = time.monotonic() + _TURN_SECONDS
        while not at.whole and not self._stopping():
            at = self._store.write(search_index.index_slice).result()
            self._told(at)
            if time.monotonic() >= until:
                break
        return not at.whole and not self._stopping()
