"""The customer's screen joined with the sale at hand."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from pos_app.runtime.i18n import _, money
from pos_app.screens.checkout.done_words import done_view
from pos_app.screens.customer_display.model import QrModules, SaleShown, ThanksShown, for_customer
from pos_app.screens.customer_display.screen import CustomerDisplay
from pos_app.screens.shell.navigation import Page

if TYPE_CHECKING:
    from pos_app.checkout.closing import ClosedSale
    from pos_app.screens.checkout.state import BasketState
    from pos_app.screens.checkout.tender_view import TenderView
    from pos_app.screens.shell.navigation import Navigation
    from pos_app.screens.shell.selling import SellingFlow
    from pos_app.screens.task_runner import TaskRunner

_log = logging.getLogger("tillwright.screens")
Modules = Callable[[Any, str], QrModules]
"""A query ``(tx, text)`` for the modules of a QR code; it runs beside the window."""


class CustomerDisplayFlow(QObject):
    """Follows basket, payment and page; nothing of the cashier's waits for it.

    Args:
        selling: whose sale is shown.
        modules: makes the code of a receipt.
    """

    def __init__(
        self,
        screen: CustomerDisplay,
        selling: SellingFlow,
        navigation: Navigation,
        tasks: TaskRunner,
        modules: Modules,
    ) -> None:
        super().__init__(screen)
        self.screen = screen
        self._selling = selling
        self._navigation = navigation
        self._tasks = tasks
        self._modules = modules
        self._state: BasketState | None = None
        self._left = ""
        selling.basket.basket_changed.connect(self._keep)
        selling.payment.changed.connect(self._keep_payment)
        selling.basket.closed.connect(self._thank)
        navigation.changed.connect(lambda _page: self._show())

    def _keep(self, state: BasketState) -> None:
        self._state = state
        self._show()

    def _keep_payment(self, view: TenderView) -> None:
        self._left = view.due if view.taken else ""
        self._show()

    def _show(self) -> None:
        state, page = self._state, self._navigation.page
        if page is Page.DONE:
            return
        rows = for_customer(state.rows) if state is not None else ()
        if state is None or not rows or page in {Page.LOGIN, Page.OPEN_SHIFT}:
            self.screen.show_welcome()
            return
        priced = self._selling.basket.priced
        who = priced.basket.customer if priced else None
        greeting = _("Hello, %(name)s") % {"name": who.name.split()[0]} if who else ""
        left = self._left if page is Page.TENDER else ""
        self.screen.show_sale(SaleShown(rows, state.totals, greeting, left))

    def _thank(self, sale: ClosedSale) -> None:
        self._left = ""
        view = done_view(sale)
        total = f"{_('Total')} {money(sale.total_minor, sale.currency)}"
        self.screen.show_thanks(ThanksShown(view.headline, view.amount, total))
        if sale.proof:
            show = self.screen.show_code
            self._tasks.read(self._modules, sale.proof, done=show, failed=_no_code)


def _no_code(error: Exception) -> None:
    # The receipt on paper bears the same code.
    _log.warning("The receipt's code cannot be shown: %s", error)
