"""Who works at the till: staff list, PIN, the wait after wrong ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from pos_app.runtime.i18n import _, ngettext, sentence
from pos_app.staff import service as staff_service
from pos_app.till import service as till_service

if TYPE_CHECKING:
    from pos_app.journal.desk import Desk
    from pos_app.screens.task_runner import TaskRunner
    from pos_app.staff.service import SignOn, StaffMember
    from pos_app.till.service import TillSession

LONGEST_PIN = 12


@dataclass(frozen=True, slots=True)
class LoginView:
    """What the log-in page shows; the PIN only as the number of its digits."""

    staff: tuple[StaffMember, ...]
    chosen: int
    digits: int
    hint: str
    alarming: bool
    open: bool


class LoginPresenter(QObject):
    """Chooses somebody, takes the PIN, starts the session.

    Signals:
        changed: a :class:`LoginView`.
        signed_on: the :class:`TillSession`.
    """

    changed = Signal(object)
    signed_on = Signal(object)

    def __init__(self, tasks: TaskRunner, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._desk = desk
        self._staff: tuple[StaffMember, ...] = ()
        self._chosen = 0
        self._pin = ""
        self._hint = ""
        self._alarming = False
        self._busy = False
        self._waits: dict[int, int] = {}
        self._second = QTimer(self)
        self._second.setInterval(1000)
        self._second.timeout.connect(self._tick)

    def start(self) -> None:
        """Load the staff and show an empty PIN."""
        self._pin, self._hint, self._alarming = "", "", False
        self._tasks.read(staff_service.staff_list, done=self._show_staff, failed=self._failed)
        self._publish()

    def choose(self, place: int) -> None:
        """Choose somebody by the place in the list."""
        if 0 <= place < len(self._staff) and not self._busy:
            self._chosen, self._pin, self._hint, self._alarming = place, "", "", False
            self._publish()

    def move(self, step: int) -> None:
        """Choose the next (1) or the one before (-1)."""
        if self._staff:
            self.choose((self._chosen + step) % len(self._staff))

    def type_key(self, key: str) -> None:
        """A digit, ``back`` or ``clear``."""
        if self._busy or self._waits.get(self._chosen):
            return
        if key == "back":
            self._pin = self._pin[:-1]
        elif key == "clear":
            self._pin = ""
        elif key.isdecimal() and len(self._pin) < LONGEST_PIN:
            self._pin += key
            self._hint, self._alarming = "", False
        self._publish()

    def submit(self) -> None:
        """Check the PIN; a second press while it is checked does nothing."""
        if self._busy or not self._pin or not self._staff or self._waits.get(self._chosen):
            return
        self._busy = True
        pin, self._pin = self._pin, ""
        member = self._staff[self._chosen]
        self._tasks.run(
            staff_service.sign_on,
            self._desk,
            member.staff_id,
            pin,
            done=self._answered,
            failed=self._failed,
        )

    def _answered(self, answer: SignOn) -> None:
        if answer.member is not None:
            self._tasks.run(
                till_service.start_session,
                self._desk,
                answer.member,
                done=self._started,
                failed=self._failed,
            )
            return
        self._busy = False
        self._alarming = True
        if answer.wait_seconds:
            self._waits[self._chosen] = answer.wait_seconds
            self._second.start()
        else:
            self._hint = (
                _("Wrong PIN.")
                + " "
                + ngettext("%(n)d try left.", "%(n)d tries left.", answer.tries_left)
            )
        self._publish()

    def _started(self, session: TillSession) -> None:
        self._busy = False
        self._hint, self._alarming = "", False
        self._publish()
        self.signed_on.emit(session)

    def _show_staff(self, staff: tuple[StaffMember, ...]) -> None:
        self._staff = staff
        self._chosen = min(self._chosen, max(len(staff) - 1, 0))
        self._publish()

    def _failed(self, error: Exception) -> None:
        self._busy = False
        self._hint, self._alarming = sentence(error), True
        self._publish()

    def _tick(self) -> None:
        self._waits = {who: left - 1 for who, left in self._waits.items() if left > 1}
        if not self._waits:
            self._second.stop()
        self._publish()

    def _publish(self) -> None:
        waiting = self._waits.get(self._chosen, 0)
        hint = self._hint
        if waiting:
            hint = (
                _("Wrong PIN.")
                + " "
                + ngettext("Try again in %(n)d second.", "Try again in %(n)d seconds.", waiting)
            )
        self.changed.emit(
            LoginView(
                self._staff,
                self._chosen,
                len(self._pin),
                hint,
                self._alarming or bool(waiting),
                not waiting,
            )
        )
