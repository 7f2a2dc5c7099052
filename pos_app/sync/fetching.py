"""What comes down: checkpoints of the catalogue, the daily comparison, spare value."""

from __future__ import annotations

import logging
from collections.abc import Callable

from pos_app.checkout import campaigns
from pos_app.journal.desk import Desk
from pos_app.sync import compare, learned
from pos_app.sync.client import HeadOffice
from pos_app.sync.errors import Rejected, SyncError
from pos_app.sync.indexing import Indexing
from pos_app.sync.ports import StoreAccess
from pos_app.sync.pull import Puller
from pos_app.sync.value_office import refill
from pos_app.sync.watch import Watch
from retail.errors import RetailError

log = logging.getLogger("tillwright.sync")

_MERGED_AWAY = "chunk"


class Fetching:
    """Brings what head office changed into force, and knows whether something is due.

    Args:
        watch: waits for news while nothing is due; started and stopped from here.
        stopping: asked between requests.
    """

    def __init__(
        self,
        store: StoreAccess,
        desk: Desk,
        watch: Watch,
        puller: Puller,
        indexing: Indexing,
        stopping: Callable[[], bool],
    ) -> None:
        self._store = store
        self._desk = desk
        self._watch = watch
        self._puller = puller
        self._indexing = indexing
        self._stopping = stopping
        self._unindexed = True
        self._upgraded = True
        self._etag = ""
        self.behind = True
        """Something is to be fetched as soon as it can be."""
        self.withheld: SyncError | RetailError | None = None
        """Why nothing comes down; None while it does."""

    def start(self) -> None:
        """Start the thread that waits for news."""
        self._watch.start()

    def stop(self) -> None:
        """End waiting for news; safe to call twice."""
        self._watch.stop()

    def wait_for_news(self) -> None:
        """Let the other thread wait for what is newer than what is in force."""
        if self.withheld is None:
            self._watch.watch(self._etag)

    def look_again(self) -> None:
        """Head office has been greeted: fetch, also what it withheld before."""
        self.behind, self.withheld = True, None

    def start_over(self) -> None:
        """What is in force is another store's."""
        self._etag = ""

    def withhold(self, problem: SyncError | RetailError) -> None:
        """Go on without what head office withholds, until it is greeted again."""
        log.warning("sync: nothing comes down: %s", problem)
        # News and a position of before a restore would be refused for ever.
        self._watch.take()
        self._etag = ""
        self.behind, self.withheld = False, problem

    def fetch(self, client: HeadOffice) -> bool:
        """Fetch what is due; True when something new is in force.

        Raises:
            NoAnswer, Rejected, RetailError: nothing changed but what is staged.
        """
        behind, newer = self.behind, False
        if behind:
            newer = self._pull(client)
        refill(client, self._store, self._desk)
        if behind:
            # Behind the first refill, which brings the company's key.
            now_us = self._desk.now_us()
            self._store.write(lambda tx: campaigns.keep_leases(tx, now_us)).result()
            refill(client, self._store, self._desk)
        return newer

    def index(self) -> bool:
        """Let the search know what a large load brought, for a moment; True when there is more."""
        if self._unindexed:
            self._unindexed = self._indexing.turn()
        return self._unindexed

    def _pull(self, client: HeadOffice) -> bool:
        """Bring the newest checkpoint into force, if there is one, and compare what is due."""
        if self._upgraded:
            self._store.write(learned.fetch_learnt).result()
            self._upgraded = False
        received = self._watch.take() or client.manifest(self._etag)
        if received is not None:
            try:
                self._unindexed = True
                if not self._puller.pull(client, received.manifest):
                    return False
            except Rejected as refusal:
                if refusal.problem.code != _MERGED_AWAY:
                    raise
                # Chunks were merged since the manifest was read; the next round has a new one.
                return False
            self._etag = received.etag
        self.behind = compare.check(client, self._store, self._desk, self._stopping)
        if self.behind:
            self._etag = ""
        return received is not None
