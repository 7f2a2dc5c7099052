"""What puts baskets aside, lists those that wait and takes them up again; no widget here."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QObject, Signal

from pos_app.checkout import holding
from pos_app.runtime.i18n import _, sentence
from pos_app.screens.holding.words import waiting_rows
from pos_app.screens.records import Message, Tone
from pos_app.staff import service as staff_service
from retail.errors import RetailError

if TYPE_CHECKING:
    from pos_app.checkout.holding import Held
    from pos_app.checkout.open_basket import CheckoutView
    from pos_app.screens.checkout.presenter import CheckoutPresenter
    from pos_app.screens.task_runner import TaskRunner
    from pos_app.staff.service import StaffMember


class HoldingPresenter(QObject):
    """The baskets that wait at this till.

    Signals:
        rows_changed: the :class:`WaitingRow` tuple.
        count_changed: how many wait.
        held: the open basket waits now.
        recalled: a basket was taken up.
        failed: a sentence in the place of the list.
    """

    rows_changed = Signal(object)
    count_changed = Signal(int)
    held = Signal()
    recalled = Signal()
    failed = Signal(str)

    def __init__(
        self, basket: CheckoutPresenter, tasks: TaskRunner, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._basket = basket
        self._tasks = tasks
        self._names: dict[UUID, str] = {}
        self._busy = False

    @property
    def is_open(self) -> bool:
        """True while the open basket has a line."""
        priced = self._basket.priced
        return priced is not None and bool(priced.lines)

    def refresh(self) -> None:
        """Read who works here and what waits."""
        self._tasks.read(staff_service.staff_list, done=self._know_staff, failed=self._not_read)
        self._tasks.read(holding.held, done=self._show, failed=self._not_read)

    def hold(self, label: str) -> None:
        """Put the open basket aside; a second press while it is put aside does nothing."""
        if self._busy or self._basket.closing:
            return
        self._busy = True
        said = (
            _("Put aside: %(label)s") % {"label": label} if label else _("The basket is put aside")
        )

        def done(view: CheckoutView) -> None:
            self._busy = False
            self._basket.take_over(view, Message(said))
            self.held.emit()
            self.refresh()

        self._tasks.run(holding.hold, self._basket.session, label, done=done, failed=self._refused)

    def recall(self, basket_id: UUID) -> None:
        """Take a basket up; the open one waits in its place."""
        if self._busy or self._basket.closing:
            return
        self._busy = True
        instead = self.is_open

        def done(view: CheckoutView) -> None:
            self._busy = False
            self.recalled.emit()
            said = _("Taken up; the other basket is put aside") if instead else _("Taken up")
            self._basket.take_over(view, Message(said))
            self.refresh()

        self._tasks.run(
            holding.recall, self._basket.session, basket_id, done=done, failed=self._refused
        )

    def _know_staff(self, staff: tuple[StaffMember, ...]) -> None:
        self._names = {one.staff_id: one.name for one in staff}

    def _show(self, held: tuple[Held, ...]) -> None:
        session = self._basket.session
        store = session.store
        rows = waiting_rows(held, self._names, session.desk.now(), store.currency, store.zone)
        self.rows_changed.emit(rows)
        self.count_changed.emit(len(rows))

    def _not_read(self, error: Exception) -> None:
        self.failed.emit(sentence(error))

    def _refused(self, error: Exception) -> None:
        self._busy = False
        if isinstance(error, RetailError):
            self._basket.told.emit(Message(sentence(error), Tone.WARN))
            self.refresh()
        else:
            self._basket.stopped.emit(sentence(error))
