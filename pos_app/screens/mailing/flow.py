"""A receipt by e-mail: the address on a sheet, then the journal."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from pos_app.checkout import mailing
from pos_app.runtime.i18n import _, sentence
from pos_app.screens.mailing.sheet import AddressSheet
from pos_app.screens.records import Message, Tone
from pos_app.screens.shell.commands import Command
from pos_app.screens.shell.keymap import CommandMap

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from pos_app.screens.checkout.presenter import CheckoutPresenter
    from pos_app.screens.task_runner import TaskRunner
    from pos_app.screens.widgets.sheet import Sheet


class MailingFlow(QObject):
    """Opens the sheet and hands the address over.

    Args:
        which: the sale of the receipt that somebody has opened; None for the newest.

    Signals:
        told: a :class:`Message`.
        opened: somebody is about to type; nothing may move on by itself.
    """

    told = Signal(object)
    opened = Signal()

    def __init__(
        self,
        basket: CheckoutPresenter,
        tasks: TaskRunner,
        which: Callable[[], UUID | None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._which = which
        self._basket = basket
        self._tasks = tasks
        self._sheet: Sheet

    def attach(self, sheet: Sheet) -> None:
        """Join with the window's sheet."""
        self._sheet = sheet

    def bind(self, commands: CommandMap) -> None:
        """Give the command its handler."""
        commands.bind(Command.MAIL_RECEIPT, self._ask)

    def scan(self) -> bool:
        """Refuse a scanned code while the sheet is open; False when it is not."""
        if not isinstance(self._sheet.content, AddressSheet):
            return False
        self.told.emit(
            Message(_("Send the receipt or close it first; nothing was added."), Tone.WARN)
        )
        return True

    def _ask(self) -> None:
        self.opened.emit()
        rid = self._which()
        opened = partial(self._open, rid)
        self._tasks.read(mailing.known_address, rid, done=opened, failed=self._failed)

    def _open(self, rid: UUID | None, known: str) -> None:
        content = AddressSheet(known)
        content.entered.connect(partial(self._send, rid))
        self._sheet.open_with(_("Receipt by e-mail"), content)

    def _send(self, rid: UUID | None, address: str) -> None:
        self._tasks.run(
            mailing.mail,
            self._basket.session,
            address,
            rid,
            done=self._queued,
            failed=self._failed,
        )

    def _queued(self, number: str) -> None:
        if isinstance(self._sheet.content, AddressSheet):
            self._sheet.close_sheet()
        text = _("Receipt %(number)s will be sent by e-mail.") % {"number": number}
        self.told.emit(Message(text))

    def _failed(self, error: Exception) -> None:
        content = self._sheet.content
        if isinstance(content, AddressSheet):
            content.show_refusal(sentence(error))
        else:
            self.told.emit(Message(sentence(error), Tone.WARN))
