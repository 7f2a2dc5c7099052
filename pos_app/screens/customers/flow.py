"""The customer's sheet joined with the basket and the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from pos_app.runtime.i18n import _
from pos_app.screens.customers.form import CustomerForm
from pos_app.screens.customers.presenter import CustomersPresenter
from pos_app.screens.customers.sheet import CustomerSheet
from pos_app.screens.shell.commands import Command
from pos_app.screens.shell.keymap import CommandMap
from pos_app.screens.widgets.sheet import WIDE
from retail.customers import Personal

if TYPE_CHECKING:
    from pos_app.customers.queries import KnownCustomer
    from pos_app.screens.checkout.presenter import CheckoutPresenter
    from pos_app.screens.customers.standing_words import StandingView
    from pos_app.screens.shell.ports import StoreCounter
    from pos_app.screens.task_runner import TaskRunner
    from pos_app.screens.widgets.sheet import Sheet
    from retail.errors import RetailError


class CustomersFlow(QObject):
    """Opens the sheet, follows what is chosen in it."""

    def __init__(
        self,
        basket: CheckoutPresenter,
        asked: tuple[TaskRunner, StoreCounter | None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._sheet: Sheet
        self.presenter = CustomersPresenter(basket, asked, self)
        self.presenter.done.connect(self._close)
        self.presenter.found_changed.connect(self._show_found)
        self.presenter.known_shown.connect(self._open_known)
        self.presenter.standing_shown.connect(self._show_standing)
        self.presenter.refused.connect(self._refuse)

    def attach(self, sheet: Sheet) -> None:
        """Join with the window's sheet."""
        self._sheet = sheet

    def bind(self, commands: CommandMap) -> None:
        """Give the command its handler."""
        commands.bind(Command.CUSTOMER, self.open_search)

    def open_search(self) -> None:
        """Look for a customer."""
        who = self.presenter.attached
        content = CustomerSheet(who.name if who else "")
        content.asked.connect(self.presenter.search)
        content.chosen.connect(self.presenter.attach)
        content.new_asked.connect(self._open_new)
        content.change_asked.connect(self.presenter.ask_known)
        content.detach_asked.connect(self.presenter.detach)
        self._sheet.open_with(_("Customer"), content, width=WIDE)
        self.presenter.ask_standing()

    def scan(self, code: str) -> bool:
        """Take a scanned code while the sheet is open; False when it is not."""
        if isinstance(self._sheet.content, CustomerSheet | CustomerForm):
            self.presenter.attach_card(code)
            return True
        return False

    def _open_new(self) -> None:
        content = self._sheet.content
        typed = content.line.text() if isinstance(content, CustomerSheet) else ""
        digits = any(letter.isdecimal() for letter in typed)
        known = Personal(name="" if digits else typed, phone=typed if digits else "")
        self._open_form(_("New customer"), known, (), new=True)

    def _open_known(self, known: KnownCustomer | None) -> None:
        if known is not None:
            self._open_form(_("Edit customer"), known.personal, known.consents, new=False)

    def _open_form(
        self, title: str, personal: Personal, consents: tuple[str, ...], *, new: bool
    ) -> None:
        content = CustomerForm(personal, consents)
        content.saved.connect(lambda entered, agreed: self.presenter.save(entered, agreed, new=new))
        self._sheet.open_with(title, content, width=WIDE)

    def _show_found(self, rows: object, words: str) -> None:
        content = self._sheet.content
        if isinstance(content, CustomerSheet):
            content.show_found(rows, words)  # type: ignore[arg-type]

    def _show_standing(self, view: StandingView) -> None:
        content = self._sheet.content
        if isinstance(content, CustomerSheet):
            content.show_standing(view)

    def _refuse(self, error: RetailError) -> None:
        content = self._sheet.content
        if isinstance(content, CustomerForm):
            content.show_error(error)

    def _close(self) -> None:
        if isinstance(self._sheet.content, CustomerSheet | CustomerForm):
            self._sheet.close_sheet()
