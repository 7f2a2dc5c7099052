"""The basket's rows as a model."""

from __future__ import annotations

from PySide6.QtCore import QObject

from pos_app.screens.list_model import RecordListModel
from pos_app.screens.records import BasketRow


class BasketModel(RecordListModel[BasketRow]):
    """Rows by line number, oldest first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(
            key=lambda row: row.line,
            text=lambda row: row.name,
            spoken=lambda row: row.spoken,
            parent=parent,
        )
