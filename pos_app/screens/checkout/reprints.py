"""Receipts printed again: the last one as a copy, or without its amounts as a gift receipt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from pos_app.checkout import closing
from pos_app.runtime.i18n import _, sentence
from pos_app.screens.records import Message, Tone
from pos_app.screens.shell.keymap import Command, CommandMap

if TYPE_CHECKING:
    from collections.abc import Callable

    from pos_app.screens.checkout.presenter import CheckoutPresenter
    from pos_app.screens.task_runner import TaskRunner


class Reprints(QObject):
    """Queues them.

    Signals:
        told: a :class:`Message`.
    """

    told = Signal(object)

    def __init__(self, basket: CheckoutPresenter, tasks: TaskRunner, parent: QObject) -> None:
        super().__init__(parent)
        self._basket = basket
        self._tasks = tasks

    def bind(self, commands: CommandMap) -> None:
        """Give the commands their handlers."""
        commands.bind(Command.REPRINT, self._reprint)
        commands.bind(Command.GIFT_RECEIPT, self._gift)

    def _reprint(self) -> None:
        self._print(closing.reprint_last, _("The last receipt is printed again."))

    def _gift(self) -> None:
        self._print(closing.gift_receipt, _("A gift receipt is printed; it shows no prices."))

    def _print(self, use_case: Callable[..., str], done: str) -> None:
        self._tasks.run(
            use_case,
            self._basket.session,
            done=lambda _number: self.told.emit(Message(done)),
            failed=lambda error: self.told.emit(Message(sentence(error), Tone.WARN)),
        )
