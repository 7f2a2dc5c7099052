"""The till with its window: theme, main window, keyboard filter, events on the UI thread."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

from pos_app.bootstrap.till import Till
from pos_app.runtime import i18n, qt_messages, theme
from pos_app.runtime.binding_guard import check_binding
from pos_app.runtime.bridge import Bridge
from pos_app.runtime.wedge import WedgeFilter
from pos_app.screens.shell.main_window import MainWindow, ShellPorts
from pos_app.screens.task_runner import UiTasks
from pos_app.sync.status import SyncStatus
from pos_app.till.queries import store_profile
from retail.errors import RetailError

SMALLEST = (1280, 720)
USUAL = (1366, 768)


class _Knock(QObject):
    """A second start of the same till, told on the UI thread."""

    heard = Signal()


@dataclass(frozen=True, slots=True)
class Desktop:
    """A till at work with its window, not shown yet."""

    app: QApplication
    till: Till
    window: MainWindow
    tasks: UiTasks


def application(words: list[str] | None = None) -> QApplication:
    """The one Qt application, with its fonts.

    Raises:
        RetailError: ``binding.broken`` for a PySide6 that would abort within minutes.
    """
    check_binding()
    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else QApplication(words or ["tillwright"])
    qt_messages.to_log()
    app.setApplicationName("Tillwright")
    theme.load_fonts()
    return app


@contextmanager
def desktop(folder: Path) -> Iterator[Desktop]:
    """Open a till and wire its window; everything is stopped at the end.

    Raises:
        RetailError, StoreUnavailable, NotConfigured: with a sentence for people.
    """
    app = application()
    bridge = Bridge()
    with Till(folder, publish=bridge.publish) as till:
        if till.identity is None:
            raise RetailError(
                "journal.none", "This till is not enrolled yet; run “enrol” for this folder first."
            )
        store = till.tasks.read(store_profile).result()
        i18n.use(till.settings["screen.language"] or store.language)
        look = theme.Look(till.settings["screen.theme"])
        theme.apply(app, theme.Theme(look, int(till.settings["screen.scale"]) / 100))
        ui_tasks = UiTasks(till.tasks)
        window = MainWindow(
            ShellPorts(
                tasks=ui_tasks,
                desk=till.desk,
                place=f"{store.name} · {i18n._('Till %s') % till.identity.till}",
                idle_seconds=int(till.settings["lock.idle_seconds"]),
                receipt_picture=till.receipt_picture,
            )
        )
        wedge = WedgeFilter()
        wedge.install(app)
        window.attach(bridge, wedge)
        bridge.subscribe(SyncStatus, window.show_sync)
        window.show_sync(till.sync.status)
        till.work()
        try:
            yield Desktop(app, till, window, ui_tasks)
        finally:
            wedge.remove(app)
            window.close()


def run(folder: Path) -> int:
    """Show the window until it is closed; the exit code."""
    with desktop(folder) as found:
        window = found.window
        knock = _Knock()
        knock.heard.connect(lambda: _to_front(window))
        found.till.instance.listen(knock.heard.emit)
        window.resize(*USUAL)
        window.show()
        window.start()
        code = found.app.exec()
    sys.stdout.flush()
    return code


def _to_front(window: MainWindow) -> None:
    if window.isMinimized():
        window.showNormal()
    window.raise_()
    window.activateWindow()
