"""The bar at the top of a page that is left again: the way back, the title, the link's pill."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from pos_app.runtime import theme
from pos_app.screens.widgets.button import AppButton, ButtonKind
from pos_app.screens.widgets.labels import Card, Label
from pos_app.screens.widgets.painting import CENTRE
from pos_app.screens.widgets.pill import SyncPill


class PageHead(Card):
    """The title stands in the middle, however wide its sides are.

    Args:
        back: text of the button that leaves the page, ``hint`` its key.
        leave: called by that button.
    """

    def __init__(
        self, title: str, pill: SyncPill, *, back: str, hint: str, leave: Callable[[], object]
    ) -> None:
        super().__init__("strip")
        now = theme.current()
        self.setFixedHeight(now.height("topBar"))
        row = QHBoxLayout(self)
        row.setContentsMargins(now.px(8), 0, now.px(16), 0)
        button = AppButton(back, ButtonKind.GHOST, icon="chevron-left", hint=hint)
        button.clicked.connect(leave)
        left, right = QWidget(), QWidget()
        for side in (left, right):
            side.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        start, end = QHBoxLayout(left), QHBoxLayout(right)
        for part in (start, end):
            part.setContentsMargins(0, 0, 0, 0)
        start.addWidget(button)
        start.addStretch(1)
        end.addStretch(1)
        end.addWidget(pill)
        row.addWidget(left, 1)
        row.addWidget(Label(title, "h2", align=CENTRE))
        row.addWidget(right, 1)
