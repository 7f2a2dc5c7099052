"""The invoice's sheet joined with the till: issue once, then hand out the way that was chosen."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from pos_app.checkout import invoicing, receipt_search
from pos_app.checkout.invoicing import Subject
from pos_app.runtime.i18n import _, sentence
from pos_app.screens.invoice.sheet import InvoiceSheet, Out
from pos_app.screens.records import Message, Tone
from pos_app.screens.shell.commands import Command
from pos_app.screens.shell.keymap import CommandMap
from pos_app.screens.widgets.sheet import WIDE
from retail.contract.receipts import OpenReceiptRequest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from uuid import UUID

    from pos_app.screens.checkout.presenter import CheckoutPresenter
    from pos_app.screens.shell.ports import StoreCounter
    from pos_app.screens.task_runner import TaskRunner
    from pos_app.screens.widgets.sheet import Sheet
    from retail.contract.receipts import OpenReceiptAnswer
    from retail.customers import Personal
    from retail.receipt import ReceiptDocument

    Save = Callable[[Any, tuple[ReceiptDocument, ...]], tuple[Path, ...]]

_OWN_SECONDS = 2.0
"""Nobody types a buyer's particulars faster; an invoice does not wait for longer."""


class InvoiceFlow(QObject):
    """Opens the sheet for the open receipt, else the last; another one is a scan or its number.

    Args:
        asked: what runs use cases, and head office, which is asked what other tills took back of
            the sale while somebody types; its silence changes nothing.
        save: a query that saves documents as A4; None where none can be.
        which: the sale of the receipt that somebody has opened; None for the newest.

    Signals:
        opened: somebody is about to type; nothing may move on by itself.
    """

    opened = Signal()

    def __init__(
        self,
        basket: CheckoutPresenter,
        asked: tuple[TaskRunner, StoreCounter | None],
        save: Save | None,
        which: Callable[[], UUID | None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._which = which
        self._basket = basket
        self._tasks, self._counter = asked
        self._save = save
        self._sheet: Sheet
        self._subject: Subject | None = None

    def attach(self, sheet: Sheet) -> None:
        """Join with the window's sheet."""
        self._sheet = sheet

    def bind(self, commands: CommandMap) -> None:
        """Give the command its handler."""
        commands.bind(Command.INVOICE, self.open)

    def scan(self, code: str) -> bool:
        """Take a scanned receipt while the sheet is open; False when it is not."""
        content = self._sheet.content
        if isinstance(content, InvoiceSheet):
            content.take_code(code)
            return True
        return False

    def open(self) -> None:
        """Ask for the invoice of the open receipt, else of the last."""
        self.opened.emit()
        which = self._which() or ""
        content = InvoiceSheet()
        content.asked.connect(partial(self._look, content))
        content.confirmed.connect(partial(self._go, content))
        self._subject = None
        self._sheet.open_with(_("Invoice"), content, width=WIDE)
        self._look(content, which)

    def _look(self, content: InvoiceSheet, which: str | UUID) -> None:
        def found(subject: Subject) -> None:
            self._found(content, subject)
            if not subject.issued:
                self._ask_elsewhere(subject)

        failed = partial(self._failed, content)
        self._tasks.read(invoicing.subject, which, done=found, failed=failed)

    def _ask_elsewhere(self, found: Subject) -> None:
        """Keep what other tills took back: issuing it looks there."""
        if self._counter is None:
            return
        asked = self._counter.open_receipt(OpenReceiptRequest(rid=found.rid), _OWN_SECONDS)
        self._tasks.follow(asked, done=self._take_in, failed=_nothing)

    def _take_in(self, told: OpenReceiptAnswer) -> None:
        session = self._basket.session
        self._tasks.ask(receipt_search.take_in, session, told, done=_nothing, failed=_nothing)

    def _found(self, content: InvoiceSheet, found: Subject) -> None:
        self._subject = found
        if self._sheet.content is content:
            content.show_subject(found)

    def _go(self, content: InvoiceSheet, buyer: Personal, way: Out) -> None:
        found = self._subject
        if found is None:
            return
        if found.issued:
            self._hand_out(content, found, buyer, way)
            return
        self._tasks.run(
            invoicing.issue,
            self._basket.session,
            found.rid,
            buyer,
            done=lambda _number: self._issued(content, found, buyer, way),
            failed=partial(self._failed, content),
        )

    def _issued(self, content: InvoiceSheet, found: Subject, buyer: Personal, way: Out) -> None:
        """It stands from here on; handing it out may fail and be tried again."""

        def shown(issued: Subject) -> None:
            self._found(content, issued)
            self._hand_out(content, issued, buyer, way)

        failed = partial(self._failed, content)
        self._tasks.read(invoicing.subject, found.receipt, done=shown, failed=failed)

    def _hand_out(self, content: InvoiceSheet, found: Subject, buyer: Personal, way: Out) -> None:
        session, failed = self._basket.session, partial(self._failed, content)
        run = self._tasks.run
        if way is Out.PRINT:
            said = _("The invoice is printed.")
            done = lambda _none: self._over(content, said)  # noqa: E731
            run(invoicing.print_out, session, found.rid, done=done, failed=failed)
        elif way is Out.MAIL:
            said = _("The invoice will be sent by e-mail.")
            done = lambda _none: self._over(content, said)  # noqa: E731
            run(invoicing.mail_out, session, found.rid, buyer.email, done=done, failed=failed)
        elif self._save is None:
            self._over(content, _("This till saves no files; print the invoice."))
        else:
            kept = partial(self._keep, content, self._save)
            run(invoicing.hand_out, found.rid, done=kept, failed=failed)

    def _keep(
        self, content: InvoiceSheet, save: Save, documents: tuple[ReceiptDocument, ...]
    ) -> None:
        self._tasks.read(
            save,
            documents,
            done=lambda paths: self._over(content, _saved(paths)),
            failed=partial(self._failed, content),
        )

    def _over(self, content: InvoiceSheet, said: str) -> None:
        if self._sheet.content is content:
            self._sheet.close_sheet()
        self._basket.told.emit(Message(said))

    def _failed(self, content: InvoiceSheet, error: Exception) -> None:
        if self._sheet.content is content:
            content.show_error(error)
        else:
            self._basket.told.emit(Message(sentence(error), Tone.WARN))


def _saved(paths: tuple[Path, ...]) -> str:
    return _("The invoice is saved as %(file)s.") % {"file": ", ".join(map(str, paths))}


def _nothing(_value: object) -> None:
    """Silence changes nothing."""
