"""The till that is pictured, and how to wait for it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from PySide6.QtCore import QEventLoop
from PySide6.QtWidgets import QApplication, QWidget

from pos_app.screens.shell.commands import Command
from pos_app.screens.shell.main_window import MainWindow
from pos_app.screens.task_runner import UiTasks

_PATIENCE_SECONDS = 10.0


class ShotError(Exception):
    """The till did not get to a screen in time."""


@dataclass(frozen=True, slots=True)
class Scene:
    """Something to picture.

    Attributes:
        widget: what is shown; the window where it is None.
    """

    name: str
    widget: QWidget | None = None


@dataclass(frozen=True, slots=True)
class Stage:
    """A till's window and what answers it.

    Attributes:
        display: the customer's screen as it is just now; it is made anew with every language.
    """

    window: MainWindow
    tasks: UiTasks
    display: Callable[[], QWidget | None] = lambda: None

    def customer(self, what: str) -> Iterator[Scene]:
        """The customer's screen, where there is one."""
        shown = self.display()
        if shown is not None:
            yield Scene(f"customer_{what}", shown)

    def run(self, command: Command) -> None:
        """Run a command and wait for its answers."""
        self.window.run(command)
        self.settle()

    def settle(self) -> None:
        """Wait for every answer."""
        self.wait(lambda: True, "an answer")

    def wait(self, reached: Callable[[], bool], what: str) -> None:
        """Wait until something holds and nothing is open any more.

        Raises:
            ShotError: it took too long; ``what`` is in its sentence.
        """
        end = time.monotonic() + _PATIENCE_SECONDS
        while self.tasks.open or not reached():
            if time.monotonic() > end:
                raise ShotError(f"The till did not come to {what}.")
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 10)
        QApplication.processEvents()

    def quiet(self) -> None:
        """Wait for every answer, and take the messages away."""
        self.settle()
        self.window.toasts.clear()
