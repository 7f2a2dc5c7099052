"""A receipt again: as a copy, without its amounts as a gift receipt, or as a file."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QObject, Signal

from pos_app.checkout import reprinting
from pos_app.runtime.i18n import _, sentence
from pos_app.screens.records import Message, Tone
from pos_app.screens.shell.commands import Command
from pos_app.screens.shell.keymap import CommandMap

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from uuid import UUID

    from pos_app.screens.checkout.presenter import CheckoutPresenter
    from pos_app.screens.task_runner import TaskRunner


T = TypeVar("T")


class Reprints(QObject):
    """Queues them, and saves receipts as PDF.

    Args:
        save: a query that saves a receipt and returns where; None where none can be.
        which: the sale of the receipt that somebody has opened; None for the newest.

    Signals:
        told: a :class:`Message`.
    """

    told = Signal(object)

    def __init__(
        self,
        basket: CheckoutPresenter,
        tasks: TaskRunner,
        save: Callable[[Any, UUID | None], Path] | None,
        which: Callable[[], UUID | None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._which = which
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
        rid = self._which()
        self._print(reprinting.again, rid, _again if rid is None else _again_of)

    def _gift(self) -> None:
        told = _("A gift receipt is printed; it shows no prices.")
        self._print(reprinting.gift, self._which(), lambda _number: told)

    def _keep(self, save: Callable[[Any, UUID | None], Path]) -> None:
        self._tasks.read(save, self._which(), done=self._kept, failed=self._failed)

    def _kept(self, path: Path) -> None:
        self.told.emit(Message(_("The receipt is saved as %(file)s.") % {"file": path}))

    def _failed(self, error: Exception) -> None:
        self.told.emit(Message(sentence(error), Tone.WARN))

    def _print(
        self, use_case: Callable[..., T], rid: UUID | None, told: Callable[[T], str]
    ) -> None:
        self._tasks.run(
            use_case,
            self._basket.session,
            rid,
            done=lambda done: self.told.emit(Message(told(done))),
            failed=self._failed,
        )


def _again_of(done: reprinting.Reprinted) -> str:
    return _("Receipt %(number)s is printed again.") % {"number": done.number}


def _again(done: reprinting.Reprinted) -> str:
    if not done.slips:
        return _("The last receipt is printed again.")
    return _("The last receipt is printed again, and store credit that had not come out.")
