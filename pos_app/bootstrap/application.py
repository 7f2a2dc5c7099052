"""The one Qt application."""

from __future__ import annotations

import os
import sys

from PySide6.QtWidgets import QApplication

from pos_app.runtime import qt_messages, theme
from pos_app.runtime.binding_guard import check_binding
from retail.errors import RetailError

_SWITCH_SECONDS = 0.001
OTHER_TILL = 64
"""How the event loop ends when the window asks for practice, or for the real till again."""


def application(words: list[str] | None = None) -> QApplication:
    """The one Qt application, with its fonts.

    Raises:
        RetailError: ``binding.broken`` for a PySide6 that would abort within minutes,
            ``screen.none`` where there is no display to show a window on.
    """
    check_binding()
    _check_display()
    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else QApplication(words or ["tillwright"])
    # The writer's answer to a scan must not wait 5 ms for the screens to let go of the interpreter.
    sys.setswitchinterval(_SWITCH_SECONDS)
    qt_messages.to_log()
    app.setApplicationName("Tillwright")
    theme.load_fonts("Inter")
    return app


def _check_display() -> None:
    """Qt itself would abort the process."""
    needed = sys.platform not in {"win32", "darwin"} and "QT_QPA_PLATFORM" not in os.environ
    if needed and not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY"):
        raise RetailError(
            "screen.none", "There is no display to show the till on; start it from a desktop."
        )
