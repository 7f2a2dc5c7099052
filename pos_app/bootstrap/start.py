"""From a process to a window: paint first, load the rest after."""

from __future__ import annotations

import importlib
import sys
import threading
from pathlib import Path

from PySide6.QtCore import QEventLoop, QObject, Signal
from PySide6.QtWidgets import QApplication, QWidget

from pos_app.bootstrap.application import OTHER_TILL, application
from pos_app.runtime import theme
from pos_app.runtime.memory import build_up, freeze_soon
from pos_app.runtime.plain_imports import import_plainly
from pos_app.screens.shell.starting import StartingPage
from retail.errors import RetailError

USUAL = (1366, 768)
_REST = "pos_app.bootstrap.desktop"
"""Database, sync, devices and all other screens; a second of imports."""


class _Knock(QObject):
    """A second start of the same till, told on the UI thread."""

    heard = Signal()


def run(folder: Path) -> int:
    """Show the till until its window is closed; the exit code."""
    build_up()
    import_plainly()
    app = application()
    starting = StartingPage()
    starting.window.resize(*USUAL)
    starting.window.show()
    _load_rest()
    theme.load_fonts("Noto")
    from pos_app.bootstrap.desktop import people_errors  # noqa: PLC0415 (behind the first frame)
    from pos_app.training.service import practice  # noqa: PLC0415

    try:
        while (code := _work(app, folder, starting)) == OTHER_TILL:
            with practice(folder) as copy:
                code = _work(app, copy, starting, training=True)
            if code != OTHER_TILL:
                break
    except people_errors() as problem:
        if isinstance(problem, RetailError) and problem.code == "till.running":
            starting.window.close()
        else:
            starting.fail(str(problem))
            app.exec()
        raise
    return code


def _work(
    app: QApplication, folder: Path, starting: StartingPage, *, training: bool = False
) -> int:
    """One till from its opening to the end of its window; how the event loop ended."""
    from pos_app.bootstrap.desktop import desktop  # noqa: PLC0415 (behind the first frame)

    with desktop(folder, training=training) as shop:
        window = shop.window
        knock = _Knock()
        knock.heard.connect(lambda: _to_front(window))
        shop.till.instance.listen(knock.heard.emit)
        window.resize(starting.window.size())
        window.show()
        window.start()
        starting.window.hide()
        freeze_soon(window)
        code = app.exec()
        if code == OTHER_TILL:
            starting.window.resize(window.size())
            starting.window.show()
        return code


def _load_rest() -> None:
    """Import on a thread, so that the first frame is painted and the window answers meanwhile."""
    thread = threading.Thread(target=importlib.import_module, args=(_REST,), name="till-loading")
    thread.start()
    while thread.is_alive():
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
        thread.join(0.005)
    if _REST not in sys.modules:
        # The import failed on the thread; fail again here, where it is seen.
        importlib.import_module(_REST)


def _to_front(window: QWidget) -> None:
    if window.isMinimized():
        window.showNormal()
    window.raise_()
    window.activateWindow()
