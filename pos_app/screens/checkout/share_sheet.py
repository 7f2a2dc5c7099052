"""How the rest is split: evenly, by the amounts people name, or by what each of them had."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QStackedWidget, QVBoxLayout, QWidget

from pos_app.runtime import theme
from pos_app.runtime.i18n import _
from pos_app.screens.checkout.share_amounts import ShareAmounts
from pos_app.screens.checkout.share_lines import ShareLines
from pos_app.screens.checkout.split_model import MOST_PEOPLE, ToSplit
from pos_app.screens.widgets.button import AppButton, ButtonKind
from pos_app.screens.widgets.labels import Label
from pos_app.screens.widgets.segments import Segments
from retail.tender.splitting import evenly

EVENLY, AMOUNTS, LINES = "evenly", "amounts", "lines"
_PAYERS = range(2, MOST_PEOPLE + 1)
_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


class ShareSheet(QWidget):
    """The three ways side by side; left and right choose between them.

    Signals:
        chosen: the shares in minor units, in the order in which they are paid.
    """

    chosen = Signal(object)

    def __init__(self, what: ToSplit, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ways = [EVENLY, AMOUNTS, *([LINES] if what.lines else [])]
        labels = {EVENLY: _("Evenly"), AMOUNTS: _("By amount"), LINES: _("By article")}
        self.ways = Segments(labels)
        self.ways.set_label(LINES, labels[LINES], open_=bool(what.lines))
        self.ways.setAccessibleName(_("How it is split"))
        self.ways.chosen.connect(self.choose)
        self.amounts, self.lines = ShareAmounts(what), ShareLines(what)
        self._even = _EvenShares()
        self._even.chosen.connect(lambda n: self.chosen.emit(evenly(what.due_minor, n)))
        self._takers = {
            EVENLY: self._even.take_key,
            AMOUNTS: self.amounts.take_key,
            LINES: self.lines.take_key,
        }
        self._stack = QStackedWidget()
        for part in (self._even, self.amounts, self.lines):
            self._stack.addWidget(part)
        for asking in (self.amounts, self.lines):
            asking.chosen.connect(self.chosen)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.current().px(12))
        column.addWidget(self.ways)
        column.addWidget(self._stack, 1)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.choose(EVENLY)

    def choose(self, way: str) -> None:
        """Split in another way."""
        self._way = way
        self.ways.choose(way)
        self._stack.setCurrentIndex((EVENLY, AMOUNTS, LINES).index(way))
        self.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right choose the way; its own keys do the rest."""
        step = _STEPS.get(Qt.Key(event.key()))
        if step is not None:
            place = self._ways.index(self._way) + step
            self.choose(self._ways[min(max(place, 0), len(self._ways) - 1)])
            return
        if not self._takers[self._way](event):
            event.ignore()


class _EvenShares(QWidget):
    """A key for each number of people; their digits do the same."""

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        now = theme.current()
        detail = Label(
            _("Each payment is then proposed in turn; it may be changed."), "body", tone="text2"
        )
        detail.setWordWrap(True)
        grid = QGridLayout()
        grid.setSpacing(now.px(8))
        for place, payers in enumerate(_PAYERS):
            key = AppButton(str(payers), ButtonKind.KEY, name=_("%(n)d people") % {"n": payers})
            key.clicked.connect(lambda _on=False, n=payers: self.chosen.emit(n))
            grid.addWidget(key, place // 4, place % 4)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(now.px(12))
        column.addWidget(Label(_("How many people pay?"), "h2"))
        column.addWidget(detail)
        column.addLayout(grid)
        column.addStretch(1)

    def take_key(self, event: QKeyEvent) -> bool:
        """A digit chooses."""
        digit = event.text()
        if not (digit.isdecimal() and digit.isascii() and int(digit) in _PAYERS):
            return False
        self.chosen.emit(int(digit))
        return True
