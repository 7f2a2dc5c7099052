"""Codes scanned while a payment has begun: they wait for the next sale."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from pos_app.runtime.i18n import ngettext
from pos_app.screens.records import Message

if TYPE_CHECKING:
    from pos_app.screens.checkout.presenter import CheckoutPresenter


class NextSale(QObject):
    """What the next customer's basket begins with.

    Signals:
        told: a :class:`Message` with how many wait.
    """

    told = Signal(object)

    def __init__(self, basket: CheckoutPresenter, parent: QObject) -> None:
        super().__init__(parent)
        self._basket = basket
        self._codes: list[str] = []
        basket.closed.connect(lambda _sale: self._begin())

    def add(self, code: str) -> None:
        """Keep a code until the present sale is closed."""
        self._codes.append(code)
        count = len(self._codes)
        text = ngettext("Next sale: %(n)d item waits.", "Next sale: %(n)d items wait.", count)
        self.told.emit(Message(text))

    def _begin(self) -> None:
        codes, self._codes = self._codes, []
        for code in codes:
            self._basket.scan(code)
