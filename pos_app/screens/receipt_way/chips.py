"""The ways of a receipt side by side."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from pos_app.runtime import theme
from pos_app.runtime.i18n import _
from pos_app.screens.shell.commands import Command
from pos_app.screens.shell.keymap import keys_of
from pos_app.screens.widgets.labels import Label
from pos_app.screens.widgets.segments import Segments
from retail.receipt_ways import ReceiptWay


class WayChips(QWidget):
    """Paper, e-mail or none, one of them chosen; the key goes from one to the next.

    Signals:
        chosen: the :class:`ReceiptWay` that a finger chose.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        now = theme.current()
        self._names = {
            ReceiptWay.PAPER: _("Paper"),
            ReceiptWay.MAIL: _("E-mail"),
            ReceiptWay.NONE: _("None"),
        }
        self.segments = Segments({way.value: name for way, name in self._names.items()})
        self.segments.setAccessibleName(_("Receipt"))
        self.segments.chosen.connect(lambda key: self.chosen.emit(ReceiptWay(key)))
        self._keys = Label("", "hint", tone="text2")
        head = QHBoxLayout()
        head.addWidget(Label(_("Receipt"), "metaStrong", tone="text2"))
        head.addStretch(1)
        head.addWidget(self._keys)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(now.px(4))
        column.addLayout(head)
        column.addWidget(self.segments)
        self.show_keys()
        self.show_way(ReceiptWay.PAPER, required=False)

    def show_keys(self) -> None:
        """Show the key that the command has now."""
        self._keys.setText(keys_of(Command.RECEIPT_WAY))

    def show_way(self, way: ReceiptWay, *, required: bool) -> None:
        """Mark the way that is chosen; where the law wants a receipt none is none."""
        none = self._names[ReceiptWay.NONE]
        self.segments.set_label(ReceiptWay.NONE.value, none, open_=not required)
        self.segments.choose(way.value)
