"""Runs a verb; where somebody else must allow it, asks them on the spot and runs it again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from pos_app.runtime.i18n import N_, _
from pos_app.screens.approval.pin_entry import PinEntry
from pos_app.screens.records import Message, Tone
from pos_app.staff import service as staff_service
from pos_app.staff.approvals import ApprovalNeededError
from retail.errors import RetailError
from retail.rights import Right, may

if TYPE_CHECKING:
    from pos_app.journal.desk import Desk
    from pos_app.screens.task_runner import Done, Failed, TaskRunner
    from pos_app.staff.service import StaffMember
    from pos_app.till.service import TillSession


@dataclass(frozen=True, slots=True)
class Act:
    """Something that somebody with a right may have to allow.

    Attributes:
        name: what is done, such as ``Other price``.
        subject: the article, or the whole basket.
        extent: how far it goes, such as ``€1.29 → €0.90``.
        verb: called with the transaction and who allows it, on the writer thread.
    """

    name: str
    subject: str
    extent: str
    verb: Callable[[Any, StaffMember | None], object]


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of whom; ``asker`` is the one at work."""

    act: Act
    asker: str


@dataclass(frozen=True, slots=True)
class _Pending:
    session: TillSession
    act: Act
    done: Done
    failed: Failed
    approver: StaffMember | None = None


class NotAllowedError(RetailError):
    """The question was taken back."""

    def __init__(self) -> None:
        super().__init__("right.refused", N_("Not allowed; nothing was changed."))


class Approvals(QObject):
    """The one way to run what may need an approval, for every presenter.

    Of each act exactly one of ``done`` and ``failed`` is called, on the UI thread.

    Signals:
        asked: a :class:`Question`; ``pin`` has the people who may answer.
        settled: the question is answered or taken back.
        told: a :class:`Message` for the toasts.
    """

    asked = Signal(object)
    settled = Signal()
    told = Signal(object)

    def __init__(self, tasks: TaskRunner, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._waiting: _Pending | None = None
        self.pin = PinEntry(tasks, desk, self)
        self.pin.proved.connect(self._allowed)

    @property
    def is_asking(self) -> bool:
        """True while somebody is asked."""
        return self._waiting is not None

    def run(self, session: TillSession, act: Act, *, done: Done, failed: Failed) -> None:
        """Run an act.

        Args:
            session: who is at work.
            act: what is done.
            done: gets the verb's answer, whoever had to allow it.
            failed: gets the verb's error, or :class:`NotAllowedError` when nobody allowed it.
        """
        self._run(_Pending(session, act, done, failed))

    def cancel(self) -> None:
        """Take the question back; nothing was changed."""
        one, self._waiting = self._waiting, None
        if one is None:
            return
        self.pin.reset()
        self.settled.emit()
        one.failed(NotAllowedError())

    def _run(self, one: _Pending) -> None:
        self._tasks.run(
            one.act.verb,
            one.approver,
            done=one.done,
            failed=lambda error: self._refused(one, error),
        )

    def _refused(self, one: _Pending, error: Exception) -> None:
        if not isinstance(error, ApprovalNeededError):
            one.failed(error)
            return
        if one.approver is not None:
            # The list offers only who may: the basket has changed since, so it is more now.
            text = _("%(name)s may not allow this much.") % {"name": one.approver.name}
            self.told.emit(Message(text, Tone.WARN))
        right, measure = error.right, error.measure
        self._tasks.read(
            staff_service.staff_list,
            done=lambda staff: self._ask(one, _who_may(staff, one.session, right, measure)),
            failed=one.failed,
        )

    def _ask(self, one: _Pending, staff: tuple[StaffMember, ...]) -> None:
        self.cancel()
        self._waiting = one
        self.pin.show_staff(staff)
        self.pin.release()
        self.asked.emit(Question(one.act, one.session.staff.name))
        self.pin.publish()

    def _allowed(self, member: StaffMember) -> None:
        one, self._waiting = self._waiting, None
        self.pin.release()
        if one is None:
            # Taken back while the PIN was being checked.
            return
        self.settled.emit()
        self._run(_Pending(one.session, one.act, one.done, one.failed, member))


def _who_may(
    staff: tuple[StaffMember, ...], session: TillSession, right: Right, measure: int
) -> tuple[StaffMember, ...]:
    """Everybody with the right, so far, but the one at work."""
    return tuple(
        one
        for one in staff
        if one.staff_id != session.staff.staff_id and may(one.role, right, measure)
    )
