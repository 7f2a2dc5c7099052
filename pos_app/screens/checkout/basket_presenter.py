"""The open basket on the screen: what codes, keys and touches do to it; it knows no widget."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Signal

from pos_app.checkout import service
from pos_app.runtime.i18n import _, ngettext, sentence
from pos_app.runtime.sounds import Sound
from pos_app.screens.checkout.state import (
    basket_state,
    change_sound,
    missing_price,
    missing_weight,
    typed_quantity,
)
from pos_app.screens.records import Message, Tone
from pos_app.staff import service as staff_service
from pos_app.staff.approvals import ApprovalNeededError
from retail.errors import RetailError
from retail.quantity import ONE

if TYPE_CHECKING:
    from uuid import UUID

    from pos_app.checkout.open_basket import CheckoutView
    from pos_app.checkout.shelf_prices import Priced
    from pos_app.screens.task_runner import TaskRunner
    from pos_app.staff.service import StaffMember
    from pos_app.till.service import TillSession
    from retail.basket.lines import Piece
    from retail.pricing import PricedBasket

Answer = TypeVar("Answer")


class BasketPresenter(QObject):
    """The open basket of the session, as it is rung up.

    Signals:
        basket_changed: a :class:`BasketState`.
        told: a :class:`Message` for the toasts.
        stopped: a sentence for the banner; the store could not do it.
        heard: a :class:`Sound` that tells what became of it.
        accepted: the input line was taken and may be emptied.
        family_asked: the code of articles of which one must be chosen, and how many of it are
            wanted: thousandths, 0 for one.
        storing_asked: an article whose amount goes on a card that must be told first.
        weight_missing: number of a line just added that waits for its weight.
        price_missing: the line just added, which is selected, has no price yet.
        approval_asked: a :class:`TypedQuantity` that somebody must allow.
        other_scanned: a :data:`ScannedCode` that is for something else than an article.
    """

    basket_changed = Signal(object)
    told = Signal(object)
    stopped = Signal(str)
    heard = Signal(object)
    accepted = Signal()
    family_asked = Signal(str, int)
    storing_asked = Signal(object)
    weight_missing = Signal(int)
    price_missing = Signal()
    approval_asked = Signal(object)
    other_scanned = Signal(object)

    def __init__(self, tasks: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._session: TillSession | None = None
        self._view: CheckoutView | None = None
        self._selected: int | None = None
        self._names: dict[UUID, str] = {}
        self._shelf: dict[Priced, int] = {}

    @property
    def session(self) -> TillSession:
        """The session at work.

        Raises:
            RetailError: ``session.none`` before somebody has signed on.
        """
        if self._session is None:
            raise RetailError("session.none", "Nobody is signed on.")
        return self._session

    @property
    def priced(self) -> PricedBasket | None:
        """The basket as priced last."""
        return self._view.priced if self._view else None

    @property
    def selected(self) -> int | None:
        """The number of the selected line."""
        return self._selected

    def start(self, session: TillSession) -> None:
        """Take over the till's basket for a session; after a restart it is told that it is here."""
        self._session = session
        self._run(service.current, session, announce=False, restored=self._view is None)
        self._tasks.read(staff_service.staff_list, done=self._know_staff, failed=self._failed)

    def take_over(self, view: CheckoutView, message: Message | None = None) -> None:
        """Show the basket as another presenter's verb left it, and say what it did."""
        self._show(view)
        if view.notice is not None:
            self.told.emit(Message(sentence(view.notice.problem), Tone(view.notice.tone)))
        elif message is not None:
            self.told.emit(message)

    def show_shelf_prices(self, shelf: dict[Priced, int]) -> None:
        """Mark the lines whose articles have another price by now."""
        if shelf != self._shelf:
            self._shelf = shelf
            self._publish()

    def add_code(self, code: str, quantity: int = 0) -> None:
        """Add what a code stands for; thousandths, 0 for one or what its label tells."""
        self._run(service.add_code, self.session, code, quantity)

    def scan(self, code: str) -> None:
        """Take a scanned code."""
        self.add_code(code)

    def add_sku(self, sku: str, quantity: int = 0) -> None:
        """Add an article picked from the grid or the search; 0 means one, or not weighed yet."""
        self._run(service.add_sku, self.session, sku, quantity)

    def change_by(self, delta: int) -> None:
        """More or less of the selected line, in pieces."""
        if self._selected is not None:
            self._run(service.change_by, self.session, self._selected, delta * ONE, announce=False)

    def set_quantity(self, thousandths: int) -> None:
        """Another quantity for the selected line."""
        if self._selected is None:
            self.told.emit(Message(_("Select a line first."), Tone.WARN))
            return
        self._run(service.set_quantity, self.session, self._selected, thousandths, announce=False)

    def note_piece(self, line: int, piece: Piece) -> None:
        """Note the serial number or lot of a line."""
        self._run(service.note_piece, self.session, line, piece, announce=False)

    def remove(self) -> None:
        """Take the selected line out."""
        if self._selected is not None:
            self.remove_line(self._selected)

    def remove_line(self, line: int) -> None:
        """Take a line out by its number."""
        self._run(service.remove_line, self.session, line, removed=True)

    def clear(self) -> None:
        """Empty the basket without asking why; Undo brings it back."""
        if self._view is not None and self._view.priced.lines:
            self._run(service.clear, self.session, removed=True)

    def undo(self) -> None:
        """Take the last change back."""
        self._run(service.undo, self.session, announce=False)

    def redo(self) -> None:
        """Do again what was taken back last."""
        self._run(service.redo, self.session, announce=False)

    def select(self, line: int | None) -> None:
        """Select a line by its number."""
        if self._view is not None and line != self._selected:
            self._selected = line
            self._publish()

    def move(self, step: int) -> None:
        """Select the line above (-1) or below (1)."""
        if self._view is None or not self._view.priced.lines:
            return
        numbers = [line.line.line for line in self._view.priced.lines]
        if self._selected not in numbers:
            self.select(numbers[-1])
            return
        place = numbers.index(self._selected) + step
        self.select(numbers[min(max(place, 0), len(numbers) - 1)])

    def confirm_years(self, years: int) -> None:
        """Note that the buyer is at least so old, without a payment at hand."""
        self._run(service.confirm_age, self.session, years, announce=False)

    def _run(
        self,
        use_case: Callable[..., CheckoutView],
        *args: object,
        announce: bool = True,
        removed: bool = False,
        restored: bool = False,
    ) -> None:
        before = self._view

        def done(view: CheckoutView) -> None:
            self._show(view)
            if restored and view.priced.lines:
                self._tell_restored(len(view.priced.lines))
            if view.family:
                self.family_asked.emit(view.family, view.family_thousandths)
            elif view.storing is not None:
                self.storing_asked.emit(view.storing)
            elif view.other is not None:
                self.other_scanned.emit(view.other)
            elif view.notice is not None:
                self.heard.emit(Sound.UNKNOWN if view.notice.tone == "error" else Sound.RESTRICTED)
                self.told.emit(Message(sentence(view.notice.problem), Tone(view.notice.tone)))
            else:
                sound = None if removed else change_sound(view)
                if sound is not None:
                    self.heard.emit(sound)
                if announce:
                    self._announce(view, before, removed=removed)

        def failed(error: Exception) -> None:
            if isinstance(error, ApprovalNeededError):
                self.approval_asked.emit(typed_quantity(use_case, args, before))
            else:
                self._failed(error)

        self._tasks.run(use_case, *args, done=done, failed=failed)

    def _tell_restored(self, lines: int) -> None:
        text = ngettext(
            "The basket that was open is here again: %(n)d line",
            "The basket that was open is here again: %(n)d lines",
            lines,
        )
        self.told.emit(Message(text))

    def _announce(self, view: CheckoutView, before: CheckoutView | None, *, removed: bool) -> None:
        if removed:
            gone = len(before.priced.lines) - len(view.priced.lines) if before else 1
            text = ngettext("%(n)d line removed", "%(n)d lines removed", max(gone, 1))
            self.told.emit(Message(text, undo=True))
            return
        changed = [x for x in view.priced.lines if x.line.line == view.changed_line]
        if changed and changed[0].line.item is not None:
            name = changed[0].line.item.name
            self.told.emit(Message(_("%(name)s added") % {"name": name}, undo=True))
        if (waiting := missing_weight(view)) is not None:
            self.weight_missing.emit(waiting)
        elif missing_price(view):
            self.price_missing.emit()

    def _show(self, view: CheckoutView) -> None:
        self._view = view
        numbers = [line.line.line for line in view.priced.lines]
        if view.changed_line in numbers:
            self._selected = view.changed_line
        elif self._selected not in numbers:
            self._selected = numbers[-1] if numbers else None
        self._publish()

    def _publish(self) -> None:
        if self._view is None:
            return
        priced = self._view.priced
        self.basket_changed.emit(basket_state(priced, self._selected, self._names, self._shelf))

    def _know_staff(self, staff: tuple[StaffMember, ...]) -> None:
        self._names = {one.staff_id: one.name for one in staff}
        self._publish()

    def _failed(self, error: Exception) -> None:
        self.heard.emit(Sound.RESTRICTED)
        self._tell(error)

    def _tell(self, error: Exception) -> None:
        if isinstance(error, RetailError):
            self.told.emit(Message(sentence(error), Tone.WARN))
        else:
            self.stopped.emit(sentence(error))
