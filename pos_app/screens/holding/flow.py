"""Hold and recall joined with the checkout, its line and the window's sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from pos_app.runtime.i18n import _
from pos_app.screens.holding.presenter import HoldingPresenter
from pos_app.screens.holding.waiting_list import WaitingSheet
from pos_app.screens.holding.words import WaitingRow, waiting_text
from pos_app.screens.shell.commands import Command
from pos_app.screens.shell.keymap import CommandMap
from pos_app.screens.widgets.sheet import WIDE
from pos_app.sync.status import ONLINE_STATES

if TYPE_CHECKING:
    from pos_app.screens.checkout.presenter import CheckoutPresenter
    from pos_app.screens.checkout.screen import CheckoutScreen
    from pos_app.screens.shell.ports import StoreCounter
    from pos_app.screens.task_runner import TaskRunner
    from pos_app.screens.widgets.sheet import Sheet
    from pos_app.sync.status import SyncStatus


class HoldingFlow(QObject):
    """One key puts the basket aside, or opens the list when there is none."""

    def __init__(
        self,
        screen: CheckoutScreen,
        basket: CheckoutPresenter,
        office: tuple[TaskRunner, StoreCounter | None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._screen = screen
        self._sheet: Sheet
        self._rows: tuple[WaitingRow, ...] | None = None
        self._opening = False
        tasks, counter = office
        self.presenter = HoldingPresenter(basket, tasks, counter, self)
        self.presenter.rows_changed.connect(self._show_rows)
        self.presenter.count_changed.connect(lambda n: screen.head.show_waiting(n, waiting_text(n)))
        self.presenter.held.connect(screen.line.clear)
        self.presenter.recalled.connect(self._close)
        self.presenter.failed.connect(self._show_error)
        self.presenter.asking.connect(self._show_asking)

    def attach(self, sheet: Sheet) -> None:
        """Join with the window's sheet."""
        self._sheet = sheet
        sheet.closed.connect(self.presenter.give_up_asking)
        sheet.opened.connect(self._another_sheet)

    def bind(self, commands: CommandMap) -> None:
        """Give the commands their handlers."""
        commands.bind(Command.HOLD, self._hold_or_open)
        commands.bind(Command.HOLD_SLIP, self._hold_with_slip)
        commands.bind(Command.WAITING, self.open)

    def start(self) -> None:
        """Learn what waits, for a session that begins."""
        self.presenter.refresh()

    def show_sync(self, status: SyncStatus) -> None:
        """Head office answers, or does not."""
        self.presenter.show_link(online=status.state in ONLINE_STATES)

    def open(self) -> None:
        """Open the list."""
        content = WaitingSheet(swaps=self.presenter.is_open)
        content.chosen.connect(self.presenter.choose)
        content.cancelled.connect(self.presenter.give_up_asking)
        self._screen.search.hide()
        self._opening = True
        self._sheet.open_with(_("Waiting baskets"), content, width=WIDE)
        self._opening = False
        self.presenter.refresh()

    def _another_sheet(self) -> None:
        """Whoever goes on to something else waits for no basket."""
        if not self._opening:
            self.presenter.give_up_asking()

    def _hold_or_open(self) -> None:
        if not self.presenter.is_open:
            self.open()
            return
        self._screen.search.hide()
        self.presenter.hold(self._screen.line.text().strip())

    def _hold_with_slip(self) -> None:
        self._screen.search.hide()
        self.presenter.hold(self._screen.line.text().strip(), slip=True)

    def _show_rows(self, rows: tuple[WaitingRow, ...]) -> None:
        content = self._sheet.content
        if isinstance(content, WaitingSheet):
            content.show_rows(rows)

    def _show_asking(self, till: int) -> None:
        """Nothing is sold or paid while a basket may come: the list stands over the checkout."""
        if till and self._sheet.content is None:
            self.open()
        content = self._sheet.content
        if isinstance(content, WaitingSheet):
            content.show_asking(till)
        elif till:
            self.presenter.give_up_asking()

    def _show_error(self, text: str) -> None:
        content = self._sheet.content
        if isinstance(content, WaitingSheet):
            content.show_error(text)

    def _close(self) -> None:
        if isinstance(self._sheet.content, WaitingSheet):
            self._sheet.close_sheet()
