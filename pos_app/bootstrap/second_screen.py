"""The customer's screen: on a second screen when there is one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hardware.printer.barcodes import qr_matrix
from pos_app.screens.customer_display.flow import CustomerDisplayFlow
from pos_app.screens.customer_display.screen import CustomerDisplay

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from pos_app.screens.customer_display.model import QrModules
    from pos_app.screens.shell.main_window import MainWindow
    from pos_app.screens.task_runner import TaskRunner

_WINDOW = (1024, 600)


def customer_display(
    app: QApplication, window: MainWindow, tasks: TaskRunner, *, store: str, wanted: str
) -> CustomerDisplay | None:
    """Show what the customer sees; None where nothing is shown.

    Args:
        store: its name.
        wanted: the setting ``display.customer``.
    """
    others = [screen for screen in app.screens() if screen is not app.primaryScreen()]
    if wanted == "off" or (wanted == "auto" and not others):
        return None
    screen = CustomerDisplay(store)
    CustomerDisplayFlow(screen, window.selling, window.navigation, tasks, qr_modules)
    if others:
        screen.setGeometry(others[0].geometry())
        screen.showFullScreen()
    else:
        screen.resize(*_WINDOW)
        screen.show()
    return screen


def qr_modules(_tx: Any, text: str) -> QrModules:
    """A query: the QR code of a text."""
    return tuple(tuple(row) for row in qr_matrix(text.encode()))
