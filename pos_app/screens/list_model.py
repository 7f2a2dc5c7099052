"""The one list model: frozen records, changed row by row and never reset while in use."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

Record = TypeVar("Record")
RECORD_ROLE = int(Qt.ItemDataRole.UserRole)
_NOWHERE = QModelIndex()


class RecordListModel(QAbstractListModel, Generic[Record]):
    """A tuple of records as a list.

    Args:
        key: tells which record is which between two states.
        text: the text of a record for copying and plain views.
        spoken: the sentence a screen reader says; the text when left out.
        parent: Qt parent.
    """

    def __init__(
        self,
        *,
        key: Callable[[Record], Hashable],
        text: Callable[[Record], str],
        spoken: Callable[[Record], str] | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._key = key
        self._text = text
        self._spoken = spoken or text
        self._rows: tuple[Record, ...] = ()

    @property
    def records(self) -> tuple[Record, ...]:
        """All records in order."""
        return self._rows

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _NOWHERE) -> int:
        """Number of records; a record has no children."""
        return 0 if parent.isValid() else len(self._rows)

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """The record, its text or its spoken sentence."""
        if not index.isValid() or not 0 <= index.row() < len(self._rows):
            return None
        record = self._rows[index.row()]
        if role == RECORD_ROLE:
            return record
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(record)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(record)
        return None

    def row_of(self, key: Hashable) -> int:
        """The row of the record with that key, -1 when there is none."""
        return next((i for i, row in enumerate(self._rows) if self._key(row) == key), -1)

    def replace(self, rows: Sequence[Record]) -> None:
        """Show other records; only the rows that differ are touched."""
        new = tuple(rows)
        old_keys = [self._key(row) for row in self._rows]
        new_keys = [self._key(row) for row in new]
        shared = min(len(old_keys), len(new_keys))
        head = next((i for i in range(shared) if old_keys[i] != new_keys[i]), shared)
        shared -= head
        tail = next((i for i in range(shared) if old_keys[-1 - i] != new_keys[-1 - i]), shared)
        old_end, new_end = len(old_keys) - tail, len(new_keys) - tail
        if old_end > head:
            self.beginRemoveRows(_NOWHERE, head, old_end - 1)
            self._rows = self._rows[:head] + self._rows[old_end:]
            self.endRemoveRows()
        if new_end > head:
            self.beginInsertRows(_NOWHERE, head, new_end - 1)
            self._rows = self._rows[:head] + new[head:new_end] + self._rows[head:]
            self.endInsertRows()
        self._update(new)

    def _update(self, new: tuple[Record, ...]) -> None:
        changed = [i for i, row in enumerate(new) if row != self._rows[i]]
        self._rows = new
        for row in changed:
            index = self.index(row)
            self.dataChanged.emit(index, index)
