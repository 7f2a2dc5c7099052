"""The customer's screen: on a second screen when there is one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hardware.printer.barcodes import qr_matrix
from pos_app.screens.customer_display.flow import CustomerDisplayFlow
from pos_app.screens.customer_display.screen import CustomerDisplay

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QScreen
    from PySide6.QtWidgets import QApplication

    from pos_app.screens.customer_display.model import QrModules
    from pos_app.screens.shell.main_window import MainWindow
    from pos_app.screens.task_runner import TaskRunner

_WINDOW = (1024, 600)


class SecondScreen:
    """Shows what the customer sees, in the language of the cashier's window.

    Args:
        store: its name.
        others: the screens beside the cashier's; without one it is a window.
    """

    def __init__(
        self, window: MainWindow, tasks: TaskRunner, store: str, others: Sequence[QScreen]
    ) -> None:
        self._window = window
        self._tasks = tasks
        self._store = store
        self._others = others
        self.screen = self._show()
        window.made_anew.connect(self._show_anew)

    def close(self) -> None:
        """Show nothing more."""
        self.screen.close()
        self.screen.deleteLater()

    def _show_anew(self) -> None:
        self.close()
        self.screen = self._show()

    def _show(self) -> CustomerDisplay:
        window = self._window
        screen = CustomerDisplay(self._store)
        CustomerDisplayFlow(screen, window.selling, window.navigation, self._tasks, qr_modules)
        if self._others:
            screen.setGeometry(self._others[0].geometry())
            screen.showFullScreen()
        else:
            screen.resize(*_WINDOW)
            screen.show()
        return screen


def second_screen(
    app: QApplication, window: MainWindow, tasks: TaskRunner, *, store: str, wanted: str
) -> SecondScreen | None:
    """The customer's screen, or None where nothing is to be shown.

    Args:
        store: its name.
        wanted: the setting ``display.customer``.
    """
    others = [screen for screen in app.screens() if screen is not app.primaryScreen()]
    if wanted == "off" or (wanted == "auto" and not others):
        return None
    return SecondScreen(window, tasks, store, others)


def qr_modules(_tx: Any, text: str) -> QrModules:
    """A query: the QR code of a text."""
    return tuple(tuple(row) for row in qr_matrix(text.encode()))
