"""The coupons of the basket: another one is scanned or typed, each can be taken out."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from pos_app.runtime import theme
from pos_app.runtime.i18n import _
from pos_app.screens.coupons.records import CouponRow
from pos_app.screens.widgets.button import AppButton, ButtonKind
from pos_app.screens.widgets.labels import Label, Rule
from pos_app.screens.widgets.notices import EmptyState
from pos_app.screens.widgets.search_bar import SearchScanBar


class CouponsSheet(QWidget):
    """A line for a code above the coupons that are in the basket.

    Signals:
        entered: the code of another coupon.
        removed: the code of one that is not wanted any more.
    """

    entered = Signal(str)
    removed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        now = theme.current()
        self.line = SearchScanBar(_("Scan or type the coupon …"))
        self.line.entered.connect(self._enter)
        self.setFocusProxy(self.line)
        self._hint = Label("", "body", tone="danger")
        self._hint.setWordWrap(True)
        self._hint.hide()
        self._empty = EmptyState("ticket", _("No coupons"), _("Scan one, or type its code."))
        self._rows = QVBoxLayout()
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(now.px(4))
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(self._rows)
        column.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setWidget(inner)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(now.px(12))
        outer.addWidget(self.line)
        outer.addWidget(self._hint)
        outer.addWidget(self._empty, 1)
        outer.addWidget(self._scroll, 1)
        self.show_rows(())

    def show_rows(self, rows: tuple[CouponRow, ...]) -> None:
        """Show the coupons of the basket."""
        while self._rows.count():
            item = self._rows.takeAt(0)
            old = item.widget() if item is not None else None
            if old is not None:
                old.hide()
                old.deleteLater()
        for row in rows:
            self._rows.addWidget(self._row(row))
        self._empty.setVisible(not rows)
        self._scroll.setVisible(bool(rows))
        self._hint.hide()
        self.line.clear()
        self.line.setFocus()

    def show_refusal(self, sentence: str) -> None:
        """Say why a coupon was not taken."""
        self._hint.setText(sentence)
        self._hint.show()
        self.line.selectAll()
        self.line.setFocus()

    def take_code(self, code: str) -> None:
        """Take a scanned code."""
        self.line.setText(code)
        self._enter(code)

    def _enter(self, text: str) -> None:
        if text.strip():
            self._hint.hide()
            self.entered.emit(text.strip())

    def _row(self, row: CouponRow) -> QWidget:
        now = theme.current()
        box = QWidget()
        words = QVBoxLayout()
        words.setSpacing(now.px(2))
        words.addWidget(Label(row.code, "row"))
        given = Label(row.given, "meta", tone="text2")
        given.setWordWrap(True)
        words.addWidget(given)
        name = _("Take out coupon %(code)s") % {"code": row.code}
        off = AppButton("", ButtonKind.GHOST, icon="x", name=name)
        off.setFixedWidth(now.height("touch"))
        off.clicked.connect(lambda: self.removed.emit(row.code))
        line = QHBoxLayout()
        line.setContentsMargins(0, now.px(4), 0, now.px(4))
        line.addLayout(words, 1)
        line.addWidget(off)
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(line)
        column.addWidget(Rule())
        return box
