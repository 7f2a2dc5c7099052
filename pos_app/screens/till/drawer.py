"""Opening the drawer without a sale: its sheet, its approval, and what became of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from hardware.errors import HardwareError
from hardware.events import DeviceError, DrawerKicked
from pos_app.runtime.i18n import _, sentence
from pos_app.screens.approval.presenter import Act
from pos_app.screens.by_hand.sheets import ReasonSheet
from pos_app.screens.records import Message, Tone
from pos_app.screens.shell.commands import Command
from pos_app.screens.shell.keymap import CommandMap
from pos_app.screens.widgets.sheet import WIDE
from pos_app.staff.approvals import Why
from pos_app.till.drawer import open_without_sale
from retail.reasons import REASONS, Occasion

if TYPE_CHECKING:
    from pos_app.screens.approval.presenter import Approvals
    from pos_app.screens.shell.relay import Relay
    from pos_app.screens.widgets.sheet import Sheet
    from pos_app.staff.service import StaffMember
    from pos_app.till.service import TillSession


class DrawerFlow(QObject):
    """Asks why, has it allowed and journalled, and opens the drawer after that.

    Args:
        session: who is at work.
        approvals: runs what somebody else may have to allow.
        kick: opens the drawer at once and names the device that tells of it, empty for none;
            without it the till has no drawer.

    Signals:
        opened: its sheet is open.
        told: a :class:`Message`.
    """

    opened = Signal()
    told = Signal(object)

    def __init__(
        self,
        session: Callable[[], TillSession],
        approvals: Approvals,
        kick: Callable[[], str] | None,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._approvals = approvals
        self._kick = kick
        self._sheet: Sheet
        self._device = ""

    def attach(self, sheet: Sheet) -> None:
        """Join with the window's sheet."""
        self._sheet = sheet

    def bind(self, commands: CommandMap) -> None:
        """Give the command its handler."""
        commands.bind(Command.DRAWER, self.ask)

    def listen(self, relay: Relay) -> None:
        """Hear what became of it."""
        relay.subscribe(DrawerKicked, self._opened)
        relay.subscribe(DeviceError, self._not_opened)

    def ask(self) -> None:
        """Ask why it is to be opened."""
        if self._kick is None:
            self._say(_("This till has no drawer; nothing was noted."), Tone.WARN)
            return
        content = ReasonSheet(Occasion.NO_SALE, _("It is noted who opens the drawer, and why."))
        content.chosen.connect(self._open)
        self._sheet.open_with(_("Open the drawer"), content, width=WIDE)
        self.opened.emit()

    def _open(self, reason: str) -> None:
        session = self._session()

        def verb(tx: Any, other: StaffMember | None) -> None:
            open_without_sale(tx, session, Why(reason, other))

        self._sheet.close_sheet()
        act = Act(_("Open the drawer"), _(REASONS[Occasion.NO_SALE][reason]), "", verb)
        self._approvals.run(session, act, done=lambda _none: self._pulse(), failed=self._refused)

    def _pulse(self) -> None:
        if self._kick is None:
            return
        try:
            self._device = self._kick()
        except HardwareError as problem:
            self._fail(problem)

    def _opened(self, event: DrawerKicked) -> None:
        if event.device == self._device:
            self._device = ""
            self._say(_("The drawer is open."), Tone.OK)

    def _not_opened(self, event: DeviceError) -> None:
        if event.device == self._device:
            self._fail(event.error)

    def _fail(self, problem: HardwareError) -> None:
        self._device = ""
        kept = _("It is noted that the drawer was asked for; open it with its key.")
        self._say(f"{sentence(problem)} {kept}", Tone.ERROR)

    def _refused(self, error: Exception) -> None:
        self._say(sentence(error), Tone.WARN)

    def _say(self, text: str, tone: Tone) -> None:
        self.told.emit(Message(text, tone))
