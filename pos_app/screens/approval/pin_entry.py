"""Somebody of a list and their PIN: typed, checked off the UI thread, slowed down after errors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from pos_app.runtime.i18n import _, ngettext, sentence
from pos_app.staff import service as staff_service

if TYPE_CHECKING:
    from uuid import UUID

    from pos_app.journal.desk import Desk
    from pos_app.screens.task_runner import TaskRunner
    from pos_app.staff.service import SignOn, StaffMember

LONGEST_PIN = 12


@dataclass(frozen=True, slots=True)
class PinView:
    """What a page with a PIN shows; the PIN only as the number of its digits."""

    staff: tuple[StaffMember, ...]
    chosen: int
    digits: int
    hint: str
    alarming: bool
    open: bool


class PinEntry(QObject):
    """Chooses somebody, takes the PIN and proves it.

    Signals:
        changed: a :class:`PinView`.
        proved: the :class:`StaffMember` whose PIN was right; :meth:`release` opens it again.
    """

    changed = Signal(object)
    proved = Signal(object)

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
        self._waits: dict[UUID, int] = {}
        self._second = QTimer(self)
        self._second.setInterval(1000)
        self._second.timeout.connect(self._tick)

    def show_staff(self, staff: tuple[StaffMember, ...]) -> None:
        """Offer these people."""
        self._staff = staff
        self._chosen = min(self._chosen, max(len(staff) - 1, 0))
        self.publish()

    def reset(self) -> None:
        """Forget what was typed and said."""
        self._pin, self._hint, self._alarming = "", "", False
        self.publish()

    def release(self) -> None:
        """Go on after somebody was proved."""
        self._busy = False
        self.reset()

    def choose(self, place: int) -> None:
        """Choose somebody by the place in the list; another person types another PIN."""
        if 0 <= place < len(self._staff) and not self._busy:
            self._chosen, self._pin, self._hint, self._alarming = place, "", "", False
            self.publish()

    def move(self, step: int) -> None:
        """Choose the next (1) or the one before (-1)."""
        if self._staff:
            self.choose((self._chosen + step) % len(self._staff))

    def type_key(self, key: str) -> None:
        """A digit, ``back`` or ``clear``."""
        if self._busy or self._waiting():
            return
        if key == "back":
            self._pin = self._pin[:-1]
        elif key == "clear":
            self._pin = ""
        elif key.isdecimal() and len(self._pin) < LONGEST_PIN:
            self._pin += key
            self._hint, self._alarming = "", False
        self.publish()

    def submit(self) -> None:
        """Check the PIN; a second press while it is checked does nothing."""
        if self._busy or not self._pin or not self._staff or self._waiting():
            return
        self._busy = True
        pin, self._pin = self._pin, ""
        member = self._staff[self._chosen]
        self._tasks.run(
            staff_service.sign_on,
            self._desk,
            member.staff_id,
            pin,
            done=lambda answer: self._answered(member, answer),
            failed=self.fail,
        )

    def fail(self, error: Exception) -> None:
        """Say what could not be done."""
        self._busy = False
        self._hint, self._alarming = sentence(error), True
        self.publish()

    def publish(self) -> None:
        """Show the present state."""
        waiting = self._waiting()
        hint = self._hint
        if waiting:
            wait = ngettext("Try again in %(n)d second.", "Try again in %(n)d seconds.", waiting)
            hint = _("Wrong PIN.") + " " + wait
        alarming = self._alarming or bool(waiting)
        self.changed.emit(
            PinView(self._staff, self._chosen, len(self._pin), hint, alarming, not waiting)
        )

    def _answered(self, member: StaffMember, answer: SignOn) -> None:
        if answer.member is not None:
            self.proved.emit(answer.member)
            return
        self._busy = False
        self._alarming = True
        if answer.wait_seconds:
            self._waits[member.staff_id] = answer.wait_seconds
            self._second.start()
        else:
            left = ngettext("%(n)d try left.", "%(n)d tries left.", answer.tries_left)
            self._hint = _("Wrong PIN.") + " " + left
        self.publish()

    def _waiting(self) -> int:
        """Seconds until the chosen person may try again."""
        return self._waits.get(self._staff[self._chosen].staff_id, 0) if self._staff else 0

    def _tick(self) -> None:
        self._waits = {who: left - 1 for who, left in self._waits.items() if left > 1}
        if not self._waits:
            self._second.stop()
        self.publish()
