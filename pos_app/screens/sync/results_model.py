"""What became of records at head office, as rows of a list."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QObject

from pos_app.runtime.i18n import N_, _, clock_time, day_and_time
from pos_app.screens.list_model import RecordListModel
from pos_app.screens.sync.words import record_words

if TYPE_CHECKING:
    from datetime import datetime

    from pos_app.sync.results import Told


class ListState(StrEnum):
    """What the list shows."""

    LOADING = "loading"
    EMPTY = "empty"
    FILLED = "filled"
    ERROR = "error"
    NO_RIGHTS = "no_rights"


class Which(StrEnum):
    """What the list is narrowed to."""

    UNREAD = "unread"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One record.

    Attributes:
        title: what it is and when it was made.
        state: one or two words, on a pill in ``tone``.
        sentence: what head office says.
        own: the record is in this till's journal, so that it can be saved as a file.
    """

    rid: UUID
    title: str
    when: str
    state: str
    tone: str
    sentence: str
    seen: bool
    own: bool

    @property
    def spoken(self) -> str:
        """All of it as one sentence."""
        read = _("read") if self.seen else _("not read yet")
        return f"{self.title}, {self.when}, {self.state}. {self.sentence} {read}"


@dataclass(frozen=True, slots=True)
class ResultsView:
    """The list, the state it is in, and how many rows nobody has read."""

    state: ListState
    rows: tuple[ResultRow, ...] = ()
    unread: int = 0
    sentence: str = ""


_STATES = {
    "applied": (N_("Booked after all"), "success"),
    "waiting": (N_("Waits"), "warn"),
    "parked": (N_("Waits for an update"), "warn"),
    "review": (N_("Under review"), "warn"),
    "quarantined": (N_("Not booked"), "danger"),
    "refused": (N_("Sent as bytes"), "danger"),
    "exception": (N_("Case opened"), "danger"),
}
_WITHOUT_WORDS = {
    "applied": N_("Head office has booked it; nothing is left to do."),
    "waiting": N_("It waits for another record and is booked when that comes."),
    "parked": N_("Head office has it and books it after its next update."),
}


def result_row(told: Told, zone: str, now: datetime) -> ResultRow:
    """A record's row in the store's time."""
    words, tone = _STATES.get(told.state, (told.state, "plain"))
    when = ""
    if told.at is not None:
        today = (now - told.at).total_seconds() < 12 * 3600
        when = clock_time(told.at, zone) if today else day_and_time(told.at, zone)
    sentence = told.detail or _(_WITHOUT_WORDS.get(told.state, N_("Head office gave no reason.")))
    return ResultRow(
        rid=told.rid,
        title=record_words(told.type),
        when=when,
        state=_(words),
        tone=tone,
        sentence=sentence,
        seen=told.seen,
        own=bool(told.type),
    )


class ResultsModel(RecordListModel[ResultRow]):
    """Rows by their record."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(
            key=lambda row: row.rid,
            text=lambda row: f"{row.title} {row.when}: {row.state}. {row.sentence}",
            spoken=lambda row: row.spoken,
            parent=parent,
        )
