"""The attached customer above the search: who it is, what they have, what they bought last."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from pos_app.runtime import theme
from pos_app.runtime.i18n import _
from pos_app.screens.customers.standing_words import StandingView
from pos_app.screens.widgets.button import AppButton, ButtonKind
from pos_app.screens.widgets.labels import Label, Rule
from pos_app.screens.widgets.painting import RIGHT


class AttachedCustomer(QWidget):
    """Facts come when the store has answered; the buttons are there at once.

    Signals:
        change_asked: change what is known of the customer.
        detach_asked: take the customer off the basket.
    """

    change_asked = Signal()
    detach_asked = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        now = theme.current()
        self._name = Label(name, "h2")
        self._standing = QWidget()
        change = AppButton(_("Edit"), ButtonKind.SECONDARY, icon="pencil")
        change.clicked.connect(self.change_asked)
        off = AppButton(_("Take off the basket"), ButtonKind.SECONDARY, icon="x")
        off.clicked.connect(self.detach_asked)
        buttons = QHBoxLayout()
        buttons.setSpacing(now.px(8))
        buttons.addWidget(change)
        buttons.addWidget(off)
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(now.px(8))
        column.addWidget(self._name)
        column.addWidget(self._standing)
        column.addLayout(buttons)
        column.addWidget(Rule())

    @property
    def says(self) -> str:
        """All that is said of the customer."""
        said = (self._name, *self._standing.findChildren(Label))
        texts = [label.text() for label in said]
        return " ".join(text for text in texts if text)

    def show_standing(self, view: StandingView) -> None:
        """Say what is known, instead of what was known before."""
        before, self._standing = self._standing, _standing(view)
        self._column.replaceWidget(before, self._standing)
        before.hide()
        before.deleteLater()


def _standing(view: StandingView) -> QWidget:
    now, shown = theme.current(), QWidget()
    grid = QGridLayout(shown)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(now.px(12))
    grid.setVerticalSpacing(now.px(4))
    grid.setColumnStretch(1, 1)
    for row, (name, text) in enumerate(view.facts):
        grid.addWidget(Label(name, "meta", tone="text2"), row, 0)
        fact = Label(text, "body")
        fact.setWordWrap(True)
        grid.addWidget(fact, row, 1)
    if not view.purchases:
        return shown
    first = len(view.facts)
    grid.addWidget(Label(view.bought, "metaStrong", tone="text2"), first, 0, 1, 2)
    for row, (when, total) in enumerate(view.purchases, first + 1):
        line = QHBoxLayout()
        what = Label(when, "meta")
        what.setWordWrap(True)
        line.addWidget(what, 1)
        line.addWidget(Label(total, "meta", align=RIGHT))
        grid.addLayout(line, row, 0, 1, 2)
    return shown
