"""The approval on the screen: what is asked, who allows it, their PIN."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QScrollArea,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from pos_app.runtime import theme
from pos_app.runtime.i18n import _
from pos_app.screens.approval.pin_entry import PinView
from pos_app.screens.approval.pin_page import PinPage
from pos_app.screens.approval.presenter import Question
from pos_app.screens.widgets.button import AppButton, ButtonKind
from pos_app.screens.widgets.labels import Card, Label
from pos_app.screens.widgets.notices import EmptyState
from pos_app.screens.widgets.pill import IconMark

_COLUMNS = 2
_ROWS_SHOWN = 2


class ApprovalSheet(PinPage):
    """What is asked, and who allows it; Esc is the sheet's."""

    def __init__(self, question: Question, parent: QWidget | None = None) -> None:
        allow = AppButton(_("Allow"), ButtonKind.PRIMARY, icon="shield-check", hint="↵")
        asks = _("The PIN of who allows it, then Enter")
        super().__init__(allow, asks=asks, columns=_COLUMNS, parent=parent)
        now = theme.current()
        self.people.setSpacing(now.px(8))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(now.px(10))
        column.addWidget(_asked(question))
        holder = QWidget()
        self._stack = QStackedLayout(holder)
        self._stack.addWidget(self._build_entry())
        nobody = _("Nobody else at this till may allow this")
        self._stack.addWidget(
            EmptyState("shield-alert", nobody, _("Esc goes back; nothing was changed."))
        )
        column.addWidget(holder, 1)

    def show_pin(self, view: PinView) -> None:
        """Show people, dots and hint, or that nobody may allow it."""
        super().show_pin(view)
        self._stack.setCurrentIndex(0 if view.staff else 1)
        rows = min(-(-len(self.tiles) // _COLUMNS), _ROWS_SHOWN)
        self._list.setFixedHeight(max(rows, 1) * theme.current().px(80))

    def _build_entry(self) -> QWidget:
        now = theme.current()
        entry = QWidget()
        column = QVBoxLayout(entry)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(now.px(10))
        inner = QWidget()
        across = QVBoxLayout(inner)
        across.setContentsMargins(0, 0, 0, 0)
        across.addLayout(self.people)
        across.addStretch(1)
        self._list = QScrollArea()
        self._list.setWidget(inner)
        self._list.setWidgetResizable(True)
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column.addWidget(self._list)
        column.addStretch(1)
        column.addWidget(self.dots)
        column.addWidget(self._hint)
        column.addWidget(self.keypad)
        column.addStretch(1)
        column.addWidget(self.act)
        return entry


def _asked(question: Question) -> Card:
    """What is asked, of whom, and how far it goes."""
    now = theme.current()
    act = question.act
    card = Card()
    row = QHBoxLayout(card)
    row.setContentsMargins(now.px(16), now.px(12), now.px(16), now.px(12))
    row.setSpacing(now.px(14))
    row.addWidget(IconMark("shield-alert", 32, "warn"))
    words = QVBoxLayout()
    words.setSpacing(now.px(2))
    asks = _("%(name)s asks: %(act)s") % {"name": question.asker, "act": act.name}
    told = ((asks, "meta", "text2"), (act.subject, "row", ""), (act.extent, "h2", ""))
    for text, role, tone in told:
        if text:
            label = Label(text, role, tone=tone)
            label.setWordWrap(True)
            words.addWidget(label)
    row.addLayout(words, 1)
    card.setAccessibleName(f"{asks}, {act.subject}, {act.extent}")
    return card
