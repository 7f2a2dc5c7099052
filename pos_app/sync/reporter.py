"""How the sync stands, told to whoever looks: what it is at, what waits, why nothing goes."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace

from pos_app.checkout.search_index import Progress
from pos_app.journal.desk import Desk
from pos_app.sync import push, staging
from pos_app.sync.clock import ClockEstimate, clock_notice
from pos_app.sync.ports import StoreAccess
from pos_app.sync.status import Reach, SyncState, SyncStatus

log = logging.getLogger("tillwright.sync")

Publish = Callable[[SyncStatus], None]


class Reporter:
    """The newest status of one till's sync.

    Args:
        publish: called with every new one.
    """

    def __init__(
        self, store: StoreAccess, desk: Desk, clock: ClockEstimate, publish: Publish
    ) -> None:
        self._store = store
        self._desk = desk
        self._clock = clock
        self._publish = publish
        self.notice = ""
        """A sentence that goes along with every status."""
        self.status = SyncStatus(SyncState.OFFLINE)

    def report(
        self,
        state: SyncState,
        *,
        cause: str = "",
        reach: Reach = Reach.OFFICE,
        total: int = 0,
        last_synced: bool = False,
    ) -> None:
        """Tell a state with what the till's database holds of the queue.

        Args:
            total: how many entries this drain began with.
            last_synced: everything is sent as of now.
        """
        queue = self._store.read(push.queue_state).result()
        synced_at = self._desk.now() if last_synced else self.status.last_synced_at
        self.set(
            SyncStatus(
                state=state,
                queued=queue.entries,
                queued_total=max(total, queue.entries),
                value_minor=queue.value_minor,
                last_synced_at=synced_at or queue.acked_at,
                oldest_at=queue.oldest_at,
                cause=cause,
                notice=self.notice or clock_notice(self.offset_ms()),
                unreadable=self._store.read(staging.unreadable).result(),
                reach=reach,
                backed_up=queue.backed_up,
                indexing_done=self.status.indexing_done,
                indexing_total=self.status.indexing_total,
            )
        )

    def coming(self, done: int, total: int) -> None:
        """A large part of the catalogue is on its way: so many changes of so many."""
        coming = replace(self.status, state=SyncState.SYNCING, cause="", reach=Reach.OFFICE)
        self.set(replace(coming, progress_done=done, progress_total=total))

    def indexed(self, at: Progress) -> None:
        """So many articles are known to the search."""
        self.set(replace(self.status, indexing_done=at.done, indexing_total=at.left_of))

    def offset_ms(self) -> int | None:
        """By how much head office's clock is ahead of this one; None when it is not known."""
        return self._clock.offset_ms(wall_us=self._desk.now_us(), mono_ms=self._desk.mono_ms())

    def set(self, status: SyncStatus) -> None:
        """Tell a status as it is."""
        if status.state is SyncState.ONLINE and self.status.cause:
            log.info("sync: head office is reached again")
        self.status = status
        self._publish(status)
