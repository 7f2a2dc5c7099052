"""The last receipt again: as a copy, without its amounts as a gift receipt, or as a file."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QObject, Signal

from pos_app.checkout import closing
from pos_app.runtime.i18n import _, sentence
from pos_app.screens.records import Message, Tone
from pos_app.screens.shell.commands import Command
from pos_app.screens.shell.keymap import CommandMap

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pos_app.screens.checkout.presenter import CheckoutPresenter
    from pos_app.screens.task_runner import TaskRunner


T = TypeVar("T")


class Reprints(QObject):
    """Queues them, and saves receipts as PDF.

    Args:
        save: a query that saves the newest receipt and returns where; None where none can be.

    Signals:
        told: a :class:`Message`.
    """

    told = Signal(object)

    def __init__(
        self,
        basket: CheckoutPresenter,
        tasks: TaskRunner,
        save: Callable[[Any], Path] | None,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._basket = basket
        self._tasks = tasks
        self._save = save

    def bind(self, commands: CommandMap) -> None:
        """Give the commands their handlers."""
        commands.bind(Command.REPRINT, self._reprint)
        commands.bind(Command.GIFT_RECEIPT, self._gift)
        if self._save is not None:
            commands.bind(Command.SAVE_RECEIPT, partial(self._keep, self._save))

    def _reprint(self) -> None:
        self._print(closing.reprint_last, _again)

    def _gift(self) -> None:
        told = _("A gift receipt is printed; it shows no prices.")
        self._print(closing.gift_receipt, lambda _number: told)

    def _keep(self, save: Callable[[Any], Path]) -> None:
        self._tasks.read(save, done=self._kept, failed=self._failed)

    def _kept(self, path: Path) -> None:
        self.told.emit(Message(_("The receipt is saved as %(file)s.") % {"file": path}))

    def _failed(self, error: Exception) -> None:
        self.told.emit(Message(sentence(error), Tone.WARN))

    def _print(self, use_case: Callable[..., T], told: Callable[[T], str]) -> None:
        self._tasks.run(
            use_case,
            self._basket.session,
            done=lambda done: self.told.emit(Message(told(done))),
            failed=self._failed,
        )


def _again(done: closing.Reprinted) -> str:
    if not done.slips:
        return _("The last receipt is printed again.")
    return _("The last receipt is printed again, and store credit that had not come out.")
