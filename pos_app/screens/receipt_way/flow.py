"""The receipt's way joined with the basket: shown for each basket, changed by key and touch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from pos_app.checkout import receipt_ways
from pos_app.checkout.receipt_ways import Standing
from pos_app.runtime.i18n import N_, _, sentence
from pos_app.screens.mailing.sheet import AddressSheet
from pos_app.screens.records import Message, Tone
from pos_app.screens.shell.commands import Command
from pos_app.screens.shell.keymap import CommandMap
from retail.errors import RetailError
from retail.receipt_ways import ReceiptWay

if TYPE_CHECKING:
    from uuid import UUID

    from pos_app.screens.checkout.presenter import CheckoutPresenter
    from pos_app.screens.receipt_way.chips import WayChips
    from pos_app.screens.task_runner import TaskRunner
    from pos_app.screens.widgets.sheet import Sheet
    from retail.basket.model import Basket

_NEXT = {
    ReceiptWay.PAPER: ReceiptWay.NONE,
    ReceiptWay.NONE: ReceiptWay.MAIL,
    ReceiptWay.MAIL: ReceiptWay.PAPER,
}
_SAID = {
    ReceiptWay.PAPER: N_("The receipt will be printed."),
    ReceiptWay.MAIL: N_("The receipt will go out by e-mail."),
    ReceiptWay.NONE: N_("No receipt will be printed."),
}


class ReceiptWayFlow(QObject):
    """Knows where the receipt of the open basket goes, and asks for an address where one lacks."""

    def __init__(
        self, basket: CheckoutPresenter, chips: WayChips, tasks: TaskRunner, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._basket = basket
        self._chips = chips
        self._tasks = tasks
        self._sheet: Sheet
        self._content: AddressSheet | None = None
        self._about: tuple[UUID, object] | None = None
        self._standing = Standing(ReceiptWay.PAPER)
        basket.basket_changed.connect(lambda _state: self._follow())
        chips.chosen.connect(self.choose)

    def attach(self, sheet: Sheet) -> None:
        """Join with the window's sheet."""
        self._sheet = sheet
        sheet.closed.connect(self._left)

    def bind(self, commands: CommandMap) -> None:
        """Give the command its handler."""
        commands.bind(Command.RECEIPT_WAY, self.turn)

    def turn(self) -> None:
        """Go on to the next way that is open here."""
        after = _NEXT[self._standing.way]
        if after is ReceiptWay.NONE and self._standing.required:
            after = ReceiptWay.MAIL
        self.choose(after)

    def choose(self, way: ReceiptWay) -> None:
        """Let the receipt go a way; by e-mail the address is asked for unless it is known."""
        if self._open_basket() is None or self._basket.closing:
            self._show()
        elif way is not ReceiptWay.MAIL:
            self._keep(way, "")
        elif self._standing.known:
            self._keep(way, self._standing.known)
        else:
            self._content = AddressSheet(self._standing.address)
            self._content.entered.connect(lambda address: self._keep(way, address))
            self._sheet.open_with(_("Receipt by e-mail"), self._content)

    def _open_basket(self) -> Basket | None:
        priced = self._basket.priced
        return priced.basket if priced else None

    def _follow(self) -> None:
        """Ask anew for another basket or customer."""
        basket = self._open_basket()
        about = (basket.basket_id, basket.customer) if basket else None
        if basket is None or about == self._about:
            return
        self._about = about
        self._tasks.read(
            receipt_ways.standing,
            self._basket.session,
            basket,
            done=lambda found: self._know(about, found),
            failed=self._failed,
        )

    def _know(self, about: object, found: Standing) -> None:
        if about == self._about:
            self._standing = found
            self._show()

    def _keep(self, way: ReceiptWay, address: str) -> None:
        basket = self._open_basket()
        if basket is None:
            return
        self._tasks.run(
            receipt_ways.choose,
            self._basket.session,
            basket,
            way,
            address,
            done=self._kept,
            failed=self._failed,
        )

    def _kept(self, found: Standing) -> None:
        self._standing = found
        content, self._content = self._content, None
        if content is not None and self._sheet.content is content:
            self._sheet.close_sheet()
        self._show()
        if not self._chips.isVisible():
            self._basket.told.emit(Message(_(_SAID[found.way])))

    def _left(self) -> None:
        """Esc on the address: on paper, so that the next key does not ask again."""
        if self._content is not None:
            self._content = None
            if self._standing.way is ReceiptWay.NONE:
                self._keep(ReceiptWay.PAPER, "")
            self._show()

    def _show(self) -> None:
        self._chips.show_way(self._standing.way, required=self._standing.required)

    def _failed(self, error: Exception) -> None:
        if self._content is not None and self._sheet.content is self._content:
            self._content.show_refusal(sentence(error))
            return
        self._show()
        if isinstance(error, RetailError):
            self._basket.told.emit(Message(sentence(error), Tone.WARN))
        else:
            self._basket.stopped.emit(sentence(error))
