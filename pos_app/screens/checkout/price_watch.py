"""Watches whether articles of the open basket have another price by now; no line changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from pos_app.checkout import shelf_prices
from pos_app.runtime.i18n import _, money, sentence
from pos_app.runtime.sounds import Sound
from pos_app.screens.checkout.views import keeps_its_price
from pos_app.screens.records import Message, Tone
from pos_app.screens.shell.commands import Command
from pos_app.screens.shell.keymap import CommandMap
from retail.errors import RetailError

if TYPE_CHECKING:
    from pos_app.checkout.open_basket import CheckoutView
    from pos_app.checkout.shelf_prices import Priced
    from pos_app.screens.checkout.presenter import CheckoutPresenter
    from pos_app.screens.task_runner import TaskRunner

PAUSE_MS = 400
"""Asked once the scanning pauses, so that no scan waits for it."""
AGAIN_MS = 10_000
"""And again, because prices change while nobody does anything."""


class PriceWatch(QObject):
    """Asks beside the selling, and takes a new price when somebody wants it.

    Signals:
        told: a :class:`Message`.
    """

    told = Signal(object)

    def __init__(self, basket: CheckoutPresenter, tasks: TaskRunner, parent: QObject) -> None:
        super().__init__(parent)
        self._basket = basket
        self._tasks = tasks
        self._asked: frozenset[Priced] = frozenset()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.look)
        basket.basket_changed.connect(lambda _state: self._follow())

    def bind(self, commands: CommandMap) -> None:
        """Give the command its handler."""
        commands.bind(Command.NEW_PRICE, self.take)

    def look(self) -> None:
        """Ask for the prices of what is in the basket."""
        asked = self._articles()
        if not asked:
            return
        self._timer.start(AGAIN_MS)
        session = self._basket.session
        self._tasks.read(
            shelf_prices.shelf_prices,
            session.store,
            asked,
            session.desk.now_us(),
            done=self._basket.show_shelf_prices,
            failed=lambda error: self._basket.stopped.emit(sentence(error)),
        )

    def take(self) -> None:
        """Give the selected line the price of the shelf."""
        number = self._basket.selected
        if number is None:
            self.told.emit(Message(_("Select a line first."), Tone.WARN))
            return
        self._tasks.run(
            shelf_prices.take_price,
            self._basket.session,
            number,
            done=lambda view: self._taken(view, number),
            failed=self._failed,
        )

    def _taken(self, view: CheckoutView, number: int) -> None:
        said = None
        for line in view.priced.basket.lines:
            if line.line == number and line.item is not None:
                price = money(line.item.unit_price_minor, view.priced.basket.currency)
                text = _("%(name)s costs %(price)s now") % {"name": line.item.name, "price": price}
                said = Message(text, undo=True)
        self._basket.take_over(view, said)

    def _failed(self, error: Exception) -> None:
        self._basket.heard.emit(Sound.RESTRICTED)
        if isinstance(error, RetailError):
            self.told.emit(Message(sentence(error), Tone.WARN))
        else:
            self._basket.stopped.emit(sentence(error))

    def _follow(self) -> None:
        articles = self._articles()
        if not articles:
            self._timer.stop()
        elif articles != self._asked:
            self._timer.start(PAUSE_MS)
        self._asked = articles

    def _articles(self) -> frozenset[Priced]:
        priced = self._basket.priced
        return frozenset(
            (line.item.sku, line.item.pack_thousandths)
            for line in (priced.basket.lines if priced else ())
            if line.item is not None and keeps_its_price(line)
        )
