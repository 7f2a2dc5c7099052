"""What people see of the sync: one state, its cause, and what is at stake."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class SyncState(StrEnum):
    """The pill's states."""

    ONLINE = "online"
    SYNCING = "syncing"
    OFFLINE = "offline"
    DOWN = "down"
    ACTION = "action"


@dataclass(frozen=True, slots=True)
class SyncStatus:
    """A snapshot of the sync.

    Attributes:
        queued: entries that head office has not acknowledged; ``queued_total`` how many there
            were when this drain began, for a progress bar.
        value_minor: total of the unacknowledged sales.
        unreadable: rows from head office that this till cannot read; with any, what is in force
            is degraded.
        cause: one sentence when the state is not online or syncing.
    """

    state: SyncState
    queued: int = 0
    queued_total: int = 0
    value_minor: int = 0
    last_synced_at: datetime | None = None
    oldest_at: datetime | None = None
    cause: str = ""
    unreadable: int = 0
