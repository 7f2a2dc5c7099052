"""Returns and refunds joined with the checkout, the window's sheet and its pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from pos_app.runtime.i18n import _
from pos_app.screens.approval.presenter import Act, Approvals
from pos_app.screens.records import Message, Tone
from pos_app.screens.returns.model import ReturnsView
from pos_app.screens.returns.office import ReturnsOffice
from pos_app.screens.returns.payout_presenter import PayoutPresenter
from pos_app.screens.returns.payout_screen import PayoutScreen
from pos_app.screens.returns.presenter import ReturnsPresenter
from pos_app.screens.returns.screen import ReturnsSheet
from pos_app.screens.shell.commands import Command
from pos_app.screens.shell.keymap import CommandMap
from pos_app.screens.shell.navigation import Navigation, Page
from pos_app.screens.widgets.sheet import WIDE
from pos_app.sync.status import ONLINE_STATES
from retail.tender.settlement import TenderKind

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from pos_app.checkout.open_basket import CheckoutView
    from pos_app.screens.checkout.presenter import CheckoutPresenter
    from pos_app.screens.checkout.state import BasketState
    from pos_app.screens.returns.acts import BackAct
    from pos_app.screens.shell.ports import StoreCounter
    from pos_app.screens.task_runner import Done, Failed, TaskRunner
    from pos_app.screens.widgets.sheet import Sheet
    from pos_app.sync.status import SyncStatus


class ReturnsFlow(QObject):
    """Opens the sheet by a key or a scanned receipt, and the page that pays out."""

    def __init__(
        self,
        basket: CheckoutPresenter,
        approvals: Approvals,
        tasks: tuple[TaskRunner, StoreCounter | None],
        ways: tuple[Navigation, Callable[[Command], object]],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._basket = basket
        self._approvals = approvals
        self._navigation, self._run = ways
        self._sheet: Sheet
        runner, counter = tasks
        self.office = ReturnsOffice(lambda: basket.session, runner, counter, self)
        self.presenter = ReturnsPresenter(basket, runner, self.office, self._act, self)
        self.payout = PayoutPresenter(basket, runner, self._act, self)
        self.page = PayoutScreen(self._run)

    def attach(self, sheet: Sheet) -> None:
        """Join with the window's sheet, the basket and the page."""
        self._sheet = sheet
        basket, presenter, payout = self._basket, self.presenter, self.payout
        basket.before_returns_close = self.office.before_close
        basket.payout_asked.connect(payout.start)
        basket.basket_changed.connect(self._show_basket)
        presenter.changed.connect(self._show)
        self.office.asking.connect(self._show_asking)
        self.office.told.connect(basket.told)
        sheet.closed.connect(presenter.give_up)
        presenter.accepted.connect(self._accepted)
        presenter.told.connect(basket.told)
        presenter.taken.connect(self._taken)
        presenter.finished.connect(self._finished)
        payout.changed.connect(self.page.show_payout)
        payout.opened.connect(self._open_page)
        payout.told.connect(basket.told)
        payout.stopped.connect(self._stop)
        payout.closed.connect(basket.take_closed)
        self.page.confirmed.connect(payout.confirm)

    @property
    def opened(self) -> UUID | None:
        """The sale whose receipt is open in the sheet; None for none."""
        return self.presenter.opened if isinstance(self._sheet.content, ReturnsSheet) else None

    def bind(self, commands: CommandMap) -> None:
        """Give the command its handler."""
        commands.bind(Command.RETURNS, self.open)

    def open(self) -> None:
        """Open the sheet with the newest receipts."""
        self._open_sheet()
        self.presenter.start()

    def open_receipt(self, number: str) -> None:
        """Open the sheet with a receipt: its number, or the sale's id from its QR code."""
        self._open_sheet()
        self.presenter.open_code(number if "-" in number else f"TW1.{number}.")

    def open_typed(self, text: str) -> None:
        """Open the sheet, with what was typed already looked for in it."""
        if not text:
            self.open()
            return
        self._open_sheet()
        self.presenter.forget()
        self.presenter.enter(text)

    def scan(self, code: str) -> bool:
        """A code that was scanned while the sheet is open; False leaves it to the basket."""
        return isinstance(self._sheet.content, ReturnsSheet) and self.presenter.scan(code)

    def pay_out(self, kind: TenderKind) -> None:
        """All in cash or to a card, on the page."""
        self.payout.pay_all(kind)

    def back(self) -> None:
        """Esc on the page."""
        if not self.payout.busy:
            self._navigation.go(Page.CHECKOUT)

    def _open_sheet(self) -> None:
        content = ReturnsSheet(self._run)
        presenter = self.presenter
        content.entered.connect(presenter.enter)
        content.typed.connect(presenter.typed)
        content.moved.connect(presenter.move)
        content.stepped.connect(presenter.change_by)
        content.way_chosen.connect(presenter.find_by)
        content.tapped.connect(presenter.choose)
        content.reason_chosen.connect(presenter.set_reason)
        content.place_chosen.connect(presenter.set_place)
        content.took.connect(presenter.take)
        content.took_all.connect(presenter.take_all)
        content.left.connect(presenter.start)
        content.cancelled.connect(presenter.give_up)
        self._sheet.open_with(_("Returns and exchange"), content, width=WIDE)

    def _show(self, view: ReturnsView) -> None:
        content = self._sheet.content
        if isinstance(content, ReturnsSheet):
            content.show_view(view)

    def show_sync(self, status: SyncStatus) -> None:
        """Head office answers, or does not."""
        self.office.show_link(online=status.state in ONLINE_STATES)

    def _show_asking(self, text: str) -> None:
        content = self._sheet.content
        if isinstance(content, ReturnsSheet):
            content.show_asking(text)

    def _accepted(self) -> None:
        content = self._sheet.content
        if isinstance(content, ReturnsSheet):
            content.line.clear()

    def _taken(self, view: CheckoutView, message: Message) -> None:
        self._basket.take_over(view, message)

    def _finished(self) -> None:
        if isinstance(self._sheet.content, ReturnsSheet):
            self._sheet.close_sheet()

    def _show_basket(self, state: BasketState) -> None:
        self.page.show_basket(state.rows, state.totals)
        priced = self._basket.priced
        lines = priced.lines if priced else ()
        self.office.settle(takes_back=any(one.line.returned for one in lines))

    def _open_page(self) -> None:
        self.page.banner.hide()
        self._navigation.go(Page.PAYOUT)

    def _stop(self, text: str) -> None:
        self.page.banner.show_text(text, Tone.ERROR)

    def _act(self, act: BackAct, *, done: Done, failed: Failed) -> None:
        asked = Act(act.name, act.subject, act.extent, act.verb)
        self._approvals.run(self._basket.session, asked, done=done, failed=failed)
