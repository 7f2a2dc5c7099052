"""What puts baskets aside, lists those that wait and takes them up again; no widget here."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QObject, QTimer, Signal

from pos_app.checkout import held_slip, holding
from pos_app.runtime.i18n import _, day_and_time, money, sentence
from pos_app.screens.holding.words import (
    SOME_TILL,
    WaitingRow,
    gone_text,
    unreachable,
    waiting_rows,
)
from pos_app.screens.records import Message, Tone
from pos_app.staff import service as staff_service
from retail.errors import RetailError

if TYPE_CHECKING:
    from collections.abc import Callable

    from pos_app.checkout.held import Held
    from pos_app.checkout.holding import Waiting
    from pos_app.checkout.open_basket import CheckoutView
    from pos_app.checkout.shared_baskets import GoneBasket
    from pos_app.screens.checkout.presenter import CheckoutPresenter
    from pos_app.screens.shell.ports import StoreCounter
    from pos_app.screens.task_runner import TaskRunner
    from pos_app.staff.service import StaffMember
    from retail.contract.baskets import ClaimBasketAnswer
    from retail.pricing import PricedBasket

_PAUSE_MS = 300
"""News of the link come in bursts; the list is read once after them."""


class HoldingPresenter(QObject):
    """The baskets that wait at this till and at the others of the store.

    Signals:
        rows_changed: the :class:`WaitingRow` tuple.
        count_changed: how many wait.
        held: the open basket waits now.
        recalled: a basket was taken up.
        failed: a sentence in the place of the list.
        asking: the till whose basket head office is asked for, :data:`SOME_TILL` where it is not
            known; 0 once it is answered or given up.
    """

    rows_changed = Signal(object)
    count_changed = Signal(int)
    held = Signal()
    recalled = Signal()
    failed = Signal(str)
    asking = Signal(int)

    def __init__(
        self,
        basket: CheckoutPresenter,
        tasks: TaskRunner,
        counter: StoreCounter | None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._basket = basket
        self._tasks = tasks
        self._counter = counter
        self._names: dict[UUID, str] = {}
        self._busy = False
        self._online = False
        self._started = False
        self._asked: object | None = None
        self._warned: UUID | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._read)

    @property
    def is_open(self) -> bool:
        """True while the open basket has a line."""
        priced = self._basket.priced
        return priced is not None and bool(priced.lines)

    def refresh(self) -> None:
        """Read who works here and what waits."""
        self._started = True
        self._tasks.read(staff_service.staff_list, done=self._know_staff, failed=self._not_read)
        self._read()

    def show_link(self, *, online: bool) -> None:
        """Head office answers, or does not; what waits may be other baskets by now."""
        self._online = online and self._counter is not None
        if self._started:
            self._timer.start(_PAUSE_MS)

    def hold(self, label: str, *, slip: bool = False) -> None:
        """Put the open basket aside; a second press while it is put aside does nothing.

        Args:
            slip: with a slip to be scanned when the customer comes back.
        """
        priced = self._basket.priced
        if self._busy or self._basket.closing or priced is None:
            return
        self._busy = True
        said = (
            _("Put aside: %(label)s") % {"label": label} if label else _("The basket is put aside")
        )

        def done(view: CheckoutView) -> None:
            self._busy = False
            self._basket.take_over(view, Message(said))
            self.held.emit()
            if slip:
                self._print_slip(priced, label)
            self.refresh()

        self._tasks.run(holding.hold, self._basket.session, label, done=done, failed=self._refused)

    def take_slip(self, number: str) -> None:
        """A slip was scanned: take its basket up, here or from another till."""
        session = self._basket.session
        self._tasks.read(
            held_slip.of_slip, session, number, done=self._choose_held, failed=self._no_slip
        )

    def choose(self, row: WaitingRow) -> None:
        """Take a basket up; another till's is asked for at head office first."""
        if not row.till:
            self.recall(row.basket_id)
        elif not row.reachable:
            self._basket.told.emit(Message(unreachable(row.till), Tone.WARN))
        else:
            self._claim(row.basket_id, row.till)

    def recall(self, basket_id: UUID) -> None:
        """Take a basket of this till up; the open one waits in its place."""
        if self._busy or self._basket.closing:
            return
        self._busy = True
        self._tasks.run(
            holding.recall,
            self._basket.session,
            basket_id,
            done=self._taking_over(),
            failed=self._refused,
        )

    def give_up_asking(self) -> None:
        """Somebody waits no longer; a basket that comes all the same stays listed."""
        if self._asked is not None:
            self._asked = None
            self._busy = False
            self.asking.emit(0)

    def _choose_held(self, one: Held) -> None:
        store = self._basket.session.store
        now = self._basket.session.desk.now()
        online = self._online
        (row,) = waiting_rows((one,), {}, now, store.currency, store.zone, online=online)
        self.choose(row)

    def _no_slip(self, error: Exception) -> None:
        """Of a basket that this till has not heard of head office may have."""
        hold = error.params.get("hold") if isinstance(error, RetailError) else None
        if isinstance(hold, UUID) and self._online:
            self._claim(hold, SOME_TILL)
        else:
            self._refused(error)

    def _print_slip(self, priced: PricedBasket, label: str) -> None:
        session = self._basket.session
        store, basket = session.store, priced.basket
        lines = (
            label or (basket.customer.name if basket.customer else "") or _("Waiting basket"),
            money(priced.total_minor, store.currency),
            day_and_time(session.desk.now(), store.zone),
            _("Till %s") % session.till,
        )
        self._tasks.run(
            held_slip.print_slip,
            session,
            basket.basket_id,
            f"{store.name} · " + _("Waiting basket"),
            lines,
            done=lambda _none: None,
            failed=self._refused,
        )

    def _claim(self, hold: UUID, till: int) -> None:
        if self._busy or self._basket.closing or self._counter is None:
            return
        self._busy = True
        self._asked = asked = object()
        self.asking.emit(till)
        if self._asked is not asked:
            return  # something else is open by now

        def answered(answer: ClaimBasketAnswer) -> None:
            if self._asked is not asked:
                return
            self._asked = None
            self.asking.emit(0)
            if answer.granted:
                self._take_up(hold, answer.body)
            elif till == SOME_TILL and not answer.taken:
                self._refused(held_slip.not_heard(hold))
            else:
                self._refused(holding.taken_by(answer.taken))

        def failed(error: Exception) -> None:
            if self._asked is asked:
                self._asked = None
                self.asking.emit(0)
                self._refused(error)

        self._tasks.follow(self._counter.claim_basket(hold), done=answered, failed=failed)

    def _take_up(self, hold_id: UUID, body: str) -> None:
        self._tasks.run(
            holding.take_up,
            self._basket.session,
            hold_id,
            body,
            done=self._taking_over(),
            failed=self._refused,
        )

    def _taking_over(self) -> Callable[[CheckoutView], None]:
        instead = self.is_open

        def done(view: CheckoutView) -> None:
            self._busy = False
            self.recalled.emit()
            said = _("Taken up; the other basket is put aside") if instead else _("Taken up")
            self._basket.take_over(view, Message(said))
            self.refresh()

        return done

    def _read(self) -> None:
        self._tasks.read(
            holding.waiting, self._basket.session, done=self._show, failed=self._not_read
        )

    def _know_staff(self, staff: tuple[StaffMember, ...]) -> None:
        self._names = {one.staff_id: one.name for one in staff}

    def _show(self, found: Waiting) -> None:
        session = self._basket.session
        store = session.store
        rows = waiting_rows(
            (*found.here, *found.elsewhere),
            self._names,
            session.desk.now(),
            store.currency,
            store.zone,
            online=self._online,
        )
        self.rows_changed.emit(rows)
        self.count_changed.emit(len(rows))
        self._warn_of(found.also_at)
        if found.due:
            self._tasks.run(holding.tidy, session, done=self._tell, failed=self._not_read)

    def _warn_of(self, till: int) -> None:
        """Say it once for each basket."""
        priced = self._basket.priced
        if not till or priced is None or priced.basket.basket_id == self._warned:
            return
        self._warned = priced.basket.basket_id
        text = _("Till %(till)s has taken up this basket too. Ask there before it is paid twice.")
        self._basket.told.emit(Message(text % {"till": till}, Tone.WARN))

    def _tell(self, gone: tuple[GoneBasket, ...]) -> None:
        for one in gone:
            self._basket.told.emit(Message(gone_text(one), Tone.WARN))
        if gone:
            self._read()

    def _not_read(self, error: Exception) -> None:
        self.failed.emit(sentence(error))

    def _refused(self, error: Exception) -> None:
        self._busy = False
        if isinstance(error, RetailError):
            self._basket.told.emit(Message(sentence(error), Tone.WARN))
            self.refresh()
        else:
            self._basket.stopped.emit(sentence(error))
