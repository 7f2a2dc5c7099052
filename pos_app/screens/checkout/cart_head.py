"""What stands above the lines of the basket: what is true of all of it, and how many wait."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QHBoxLayout, QWidget

from pos_app.runtime import theme
from pos_app.runtime.i18n import _
from pos_app.screens.shell.commands import Command
from pos_app.screens.shell.keymap import keys_of
from pos_app.screens.widgets.button import AppButton, ButtonKind
from pos_app.screens.widgets.labels import ElideLabel


class CartHead(QWidget):
    """One row of a fixed height, so that nothing moves when something comes to stand in it."""

    def __init__(self, run: Callable[[Command], object], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        now = theme.current()
        self.setFixedHeight(now.height("touch") + now.px(4))
        self._title = ElideLabel(_("Basket"), "strong", colour="text2")
        self.waiting = AppButton("", ButtonKind.GHOST, icon="pause", name=_("Waiting baskets"))
        self.waiting.clicked.connect(lambda: run(Command.WAITING))
        policy = self.waiting.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.waiting.setSizePolicy(policy)
        self.waiting.hide()
        self.coupons = AppButton("", ButtonKind.GHOST, icon="ticket", name=_("Coupons"))
        self.coupons.clicked.connect(lambda: run(Command.COUPONS))
        self.coupons.hide()
        row = QHBoxLayout(self)
        row.setContentsMargins(now.px(16), now.px(2), now.px(8), now.px(2))
        row.setSpacing(now.px(8))
        row.addWidget(self._title, 1)
        row.addWidget(self.coupons)
        row.addWidget(self.waiting)

    @property
    def says(self) -> str:
        """What is said of the whole basket."""
        return self._title.text()

    def show_marks(self, marks: tuple[str, ...]) -> None:
        """Say what is true of the whole basket."""
        self._title.set_text(" · ".join(marks) or _("Basket"))

    def show_coupons(self, label: str) -> None:
        """Name the coupons of the basket; nothing where there are none."""
        name = f"{_('Coupons')}: {label} ({keys_of(Command.COUPONS)})"
        self.coupons.set_label(label, name)
        self.coupons.setVisible(bool(label))

    def show_waiting(self, count: int, text: str) -> None:
        """Tell how many baskets wait; nothing where none does."""
        keys = keys_of(Command.WAITING)
        self.waiting.set_label(text, f"{text} ({keys})")
        self.waiting.setVisible(count > 0)
