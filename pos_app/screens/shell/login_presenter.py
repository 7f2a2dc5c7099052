"""Who works at the till: staff list, PIN, the wait after wrong ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from pos_app.screens.approval.pin_entry import PinEntry
from pos_app.staff import service as staff_service
from pos_app.till import service as till_service

if TYPE_CHECKING:
    from pos_app.journal.desk import Desk
    from pos_app.screens.task_runner import TaskRunner
    from pos_app.staff.service import StaffMember
    from pos_app.till.service import TillSession


class LoginPresenter(PinEntry):
    """Chooses somebody, takes the PIN, starts the session.

    Signals:
        signed_on: the :class:`TillSession`.
    """

    signed_on = Signal(object)

    def __init__(self, tasks: TaskRunner, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(tasks, desk, parent)
        self.proved.connect(self._start_session)

    def start(self) -> None:
        """Load the staff and show an empty PIN."""
        self._tasks.read(staff_service.staff_list, done=self.show_staff, failed=self.fail)
        self.reset()

    def _start_session(self, member: StaffMember) -> None:
        self._tasks.run(
            till_service.start_session, self._desk, member, done=self._started, failed=self.fail
        )

    def _started(self, session: TillSession) -> None:
        self.release()
        self.signed_on.emit(session)
