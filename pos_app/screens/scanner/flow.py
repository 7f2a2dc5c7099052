"""The scanner's keyboard layout: learned from a check code, and kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from hardware.errors import HardwareError
from pos_app.checkout.check_code import print_check_code
from pos_app.runtime.i18n import _, ngettext, sentence
from pos_app.runtime.sounds import Sound
from pos_app.runtime.wedge import CHECK, CHECK_BARS
from pos_app.screens.scanner.sheet import ScannerSheet
from pos_app.screens.shell.commands import Command
from pos_app.screens.shell.keymap import CommandMap
from pos_app.settings import store as settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from pos_app.runtime.wedge import WedgeFilter
    from pos_app.screens.shell.ports import ShellPorts
    from pos_app.screens.widgets.sheet import Sheet
    from pos_app.till.service import TillSession

_SETTING = "scanner.layout"


class ScannerFlow(QObject):
    """Opens the sheet; while it is open, a scan is the check code.

    Args:
        session: who is at work.

    Signals:
        heard: a :class:`Sound` that tells what became of a scan.
    """

    heard = Signal(object)

    def __init__(
        self,
        ports: ShellPorts,
        sheet: Sheet,
        session: Callable[[], TillSession],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._ports = ports
        self._sheet = sheet
        self._session = session
        self._wedge: WedgeFilter | None = None
        sheet.closed.connect(self._stop)
        sheet.opened.connect(self._stop)

    def attach(self, wedge: WedgeFilter) -> None:
        """The filter whose layout is learned."""
        self._wedge = wedge

    def bind(self, commands: CommandMap) -> None:
        """Give the command its handler."""
        commands.bind(Command.SCANNER, self.open)

    def open(self) -> None:
        """Show the check code."""
        content = ScannerSheet()
        content.print_asked.connect(self._print)
        self._sheet.open_with(_("Scanner"), content)
        if self._wedge is not None:
            self._wedge.listen_plainly(on=True)
        if self._ports.modules is not None:
            done, failed = content.code.show_modules, self._failed
            self._ports.tasks.read(self._ports.modules, CHECK, done=done, failed=failed)

    def scan(self, code: str) -> bool:
        """Take a scanned text while the sheet is open."""
        content = self._sheet.content
        if not isinstance(content, ScannerSheet):
            return False
        try:
            setting = self._wedge.learn(code) if self._wedge is not None else ""
        except HardwareError as error:
            content.show_result(_(error.message_id) % error.params, good=False)
            self.heard.emit(Sound.RESTRICTED)
            return True
        self._ports.tasks.run(
            settings.save, _SETTING, setting, done=lambda _none: None, failed=self._failed
        )
        content.show_result(_learned(setting), good=True)
        self.heard.emit(Sound.RECOGNISED)
        return True

    def _print(self) -> None:
        self._ports.tasks.run(
            print_check_code,
            self._session(),
            (_("Scanner"), CHECK, CHECK_BARS),
            done=lambda _job: self._say(_("The code is printed."), good=True),
            failed=self._failed,
        )

    def _failed(self, error: Exception) -> None:
        self._say(sentence(error), good=False)

    def _say(self, text: str, *, good: bool) -> None:
        content = self._sheet.content
        if isinstance(content, ScannerSheet):
            content.show_result(text, good=good)

    def _stop(self) -> None:
        if self._wedge is not None:
            self._wedge.listen_plainly(on=False)


def _learned(setting: str) -> str:
    if not setting:
        return _("The scanner and the keyboard agree.")
    count = setting.count('": "')
    words = ngettext("%(n)d key is read anew.", "%(n)d keys are read anew.", count)
    return _("The layout is learned.") + " " + words
