"""Going over to practise, and coming back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from pos_app.runtime.i18n import _, sentence
from pos_app.screens.records import Message, Tone
from pos_app.training.service import note_training

if TYPE_CHECKING:
    from collections.abc import Callable

    from pos_app.screens.shell.ports import ShellPorts
    from pos_app.till.service import TillSession


class TrainingSwitch(QObject):
    """Notes who goes over to practise, then asks for the other till.

    Args:
        session: who is at work.

    Signals:
        told: a :class:`Message` where it cannot be.
    """

    told = Signal(object)

    def __init__(
        self, ports: ShellPorts, session: Callable[[], TillSession], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._ports = ports
        self._session = session

    def ask(self) -> None:
        """Go over; the basket at hand waits in the till that is left."""
        switch = self._ports.switch
        if switch is None:
            self.told.emit(Message(_("This till cannot be practised on."), Tone.WARN))
        elif self._ports.training:
            switch()
        else:
            self._ports.tasks.run(
                note_training,
                self._session(),
                done=lambda _none: switch(),
                failed=lambda error: self.told.emit(Message(sentence(error), Tone.WARN)),
            )
