"""“Why this price?” joined: its panel slides over the tiles, and the basket stays in use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from pos_app.runtime.i18n import _
from pos_app.screens.checkout.why_panel import WhyPanel
from pos_app.screens.checkout.why_presenter import Scope, WhyPresenter
from pos_app.screens.widgets.sheet import WIDE, Sheet

if TYPE_CHECKING:
    from pos_app.screens.checkout.presenter import CheckoutPresenter
    from pos_app.screens.checkout.screen import CheckoutScreen
    from pos_app.screens.checkout.state import BasketState
    from pos_app.screens.task_runner import TaskRunner


class WhySide(QObject):
    """Opens and closes the panel, and keeps it in step with the basket.

    Signals:
        leave_out_asked: id and name of a promotion that is to be taken out.
        let_in_asked: id and name of one that may hold again.
    """

    leave_out_asked = Signal(str, str)
    let_in_asked = Signal(str, str)

    def __init__(
        self,
        screen: CheckoutScreen,
        basket: CheckoutPresenter,
        tasks: TaskRunner,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._screen = screen
        self._basket = basket
        self._selected: int | None = None
        self.presenter = WhyPresenter(tasks, self)
        self.presenter.leave_out_asked.connect(self.leave_out_asked)
        self.presenter.let_in_asked.connect(self.let_in_asked)
        self.sheet = Sheet(screen.articles, alone=False)
        self.sheet.closed.connect(self._closed)
        basket.basket_changed.connect(self._show_basket)

    @property
    def is_open(self) -> bool:
        """True while the panel is on the screen."""
        return self.sheet.content is not None

    @property
    def panel(self) -> WhyPanel | None:
        """The panel on the screen."""
        content = self.sheet.content
        return content if isinstance(content, WhyPanel) else None

    def toggle(self) -> None:
        """Open it for the whole basket, or close it."""
        if self.is_open:
            self.close()
        else:
            self.open(Scope.BASKET)

    def open_line(self) -> None:
        """Open it for the selected line."""
        self.open(Scope.LINE)

    def open(self, scope: Scope) -> None:
        """Open it, or show something else in it."""
        presenter = self.presenter
        if self.is_open:
            presenter.choose(scope)
            return
        presenter.open(self._basket.session, scope)
        panel = WhyPanel()
        presenter.changed.connect(panel.show_view)
        presenter.answered.connect(panel.announce)
        panel.scope_chosen.connect(presenter.choose)
        panel.acted.connect(presenter.act)
        panel.retried.connect(presenter.retry)
        self._screen.search.hide()
        self.sheet.open_with(_("Why this price?"), panel, width=WIDE)
        presenter.show_basket(self._basket.priced, self._selected)

    def close(self) -> None:
        """Close it if it is open."""
        self.sheet.close_sheet()

    def _closed(self) -> None:
        self.presenter.close()
        if self._screen.isVisible():
            self._screen.setFocus()

    def _show_basket(self, state: BasketState) -> None:
        self._selected = state.selected
        self.presenter.show_basket(self._basket.priced, state.selected)
