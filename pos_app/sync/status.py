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


ONLINE_STATES = frozenset({SyncState.ONLINE, SyncState.SYNCING})
"""Head office answered when it was asked last."""


class Reach(StrEnum):
    """How far this till got when it last spoke to head office."""

    OFFICE = "office"
    """There was an answer."""
    UNTRUSTED = "untrusted"
    """Something answers there, but it cannot prove that it is head office."""
    OFFICE_DOWN = "office_down"
    """The way is open, head office does not answer."""
    NO_INTERNET = "no_internet"
    """There is a network, but no way from it to head office."""
    NO_NETWORK = "no_network"
    """The till is in no network: cable, socket, switch."""


@dataclass(frozen=True, slots=True)
class SyncStatus:
    """A snapshot of the sync.

    Attributes:
        queued: entries that head office has not acknowledged; ``queued_total`` how many there
            were when this drain began, for a progress bar.
        backed_up: all that head office has acknowledged is in a backup that was tried.
        progress_done: changes of the catalogue that have come, of ``progress_total``; 0 of 0 while
            nothing large comes.
        indexing_done: articles that the search knows, of ``indexing_total``; 0 of 0 when it knows
            all. Codes and tiles find them meanwhile.
        value_minor: total of the unacknowledged sales.
        unreadable: rows from head office that this till cannot read; with any, what is in force
            is degraded.
        cause: one sentence when the state is not online or syncing.
        notice: one sentence about what somebody should look at, whatever the state.
    """

    state: SyncState
    queued: int = 0
    queued_total: int = 0
    value_minor: int = 0
    last_synced_at: datetime | None = None
    oldest_at: datetime | None = None
    cause: str = ""
    unreadable: int = 0
    reach: Reach = Reach.OFFICE
    backed_up: bool = False
    progress_done: int = 0
    progress_total: int = 0
    indexing_done: int = 0
    indexing_total: int = 0
    notice: str = ""
