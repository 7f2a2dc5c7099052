"""Category chips in one row; what does not fit waits in a second place of its own."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from pos_app.runtime import theme
from pos_app.runtime.i18n import _
from pos_app.screens.records import ChipView
from pos_app.screens.widgets.button import AppButton, ButtonKind


class CategoryChips(QWidget):
    """One chip per category, the rest behind a button at the end.

    Signals:
        chosen: key of the category, empty for the favourites.
        more_asked: the button for all categories was pressed.
    """

    chosen = Signal(str)
    more_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chips: list[AppButton] = []
        self._views: tuple[ChipView, ...] = ()
        self._key = ""
        self._more = AppButton(
            "", ButtonKind.CHIP, icon="layout-grid", name=_("All categories"), parent=self
        )
        self._more.clicked.connect(self.more_asked)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_categories(self, views: Sequence[ChipView]) -> None:
        """Show these categories in order."""
        self._views = tuple(views)
        for chip in self._chips:
            chip.hide()
            chip.deleteLater()
        self._chips = [self._chip(view) for view in self._views]
        self.choose(self._key)
        self._place()

    def choose(self, key: str) -> None:
        """Mark a category as the one shown."""
        self._key = key
        for chip, view in zip(self._chips, self._views, strict=True):
            chip.setChecked(view.key == key)
        self._place()

    @property
    def views(self) -> tuple[ChipView, ...]:
        """The categories in order."""
        return self._views

    def sizeHint(self) -> QSize:
        """One row."""
        now = theme.current()
        return QSize(now.px(400), now.height("chip"))

    def minimumSizeHint(self) -> QSize:
        """Room for two chips and the button behind which the others are."""
        now = theme.current()
        return QSize(now.px(240), now.height("chip"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place the chips anew."""
        super().resizeEvent(event)
        self._place()

    def _chip(self, view: ChipView) -> AppButton:
        label = f"★ {view.label}" if not view.key else view.label
        chip = AppButton(label, ButtonKind.CHIP, name=view.label, parent=self)
        chip.setCheckable(True)
        chip.clicked.connect(lambda: self._choose(view.key))
        return chip

    def _choose(self, key: str) -> None:
        self.choose(key)
        self.chosen.emit(key)

    def _place(self) -> None:
        now = theme.current()
        gap, height = now.px(8), now.height("chip")
        more = self._more.sizeHint().width()
        limit = self.width() - more - gap
        x, full = 0, False
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        for chip in self._chips:
            width = chip.sizeHint().width()
            full = full or x + width > limit
            chip.setVisible(not full or chip.isChecked())
            if full and chip.isChecked():
                x = self._make_room(chip, limit)
            if chip.isVisibleTo(self):
                left = self.width() - x - width if rtl else x
                chip.setGeometry(left, 0, width, height)
                x += width + gap
        self._more.setVisible(len(self._chips) > 1)
        left = 0 if rtl else self.width() - more
        self._more.setGeometry(left, 0, more, height)

    def _make_room(self, chosen: AppButton, limit: int) -> int:
        """Hide chips from the end until the chosen one fits; where it starts."""
        gap = theme.current().px(8)
        shown = [c for c in self._chips if c.isVisibleTo(self) and c is not chosen]
        used = sum(c.sizeHint().width() + gap for c in shown)
        while shown and used + chosen.sizeHint().width() > limit:
            last = shown.pop()
            last.hide()
            used -= last.sizeHint().width() + gap
        return used
