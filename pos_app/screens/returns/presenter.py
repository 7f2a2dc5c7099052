"""What the sheet of returns does with codes, keys and answers; it knows no widget."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

from PySide6.QtCore import QObject, Signal

from pos_app.runtime.i18n import _, sentence
from pos_app.screens.records import Message, Tone
from pos_app.screens.returns.acts import Given
from pos_app.screens.returns.finder import ReceiptFinder
from pos_app.screens.returns.model import (
    By,
    ReturnsView,
    State,
    counted,
    found_row,
    heading,
    known_here,
    line_rows,
    not_known,
    reasons,
    receipt_of,
)
from pos_app.screens.returns.open_receipt import OpenReceipt
from pos_app.screens.returns.taking import TakingBack
from retail import quantity as quantities
from retail.basket.model import Disposition
from retail.errors import RetailError

if TYPE_CHECKING:
    from pos_app.checkout.open_basket import CheckoutView
    from pos_app.checkout.receipt_search import Found, Receipt
    from pos_app.screens.returns.acts import RunAct
    from pos_app.screens.returns.office import ReturnsOffice
    from pos_app.screens.task_runner import TaskRunner
    from pos_app.till.service import TillSession
    from retail.pricing import PricedBasket


class OpenBasket(Protocol):
    """The basket at work, as the checkout's presenter has it."""

    @property
    def session(self) -> TillSession:
        """Who is at work."""

    @property
    def priced(self) -> PricedBasket | None:
        """The basket as priced last."""


class ReturnsPresenter(QObject):
    """Finds a receipt, and takes its goods back into the open basket.

    Signals:
        changed: a :class:`ReturnsView`.
        told: a :class:`Message` for the toasts.
        taken: the :class:`CheckoutView` after goods came back, and a :class:`Message`.
        finished: nothing of the receipt is left to come back.
        accepted: the line was taken and may be emptied.
    """

    changed = Signal(object)
    told = Signal(object)
    taken = Signal(object, object)
    finished = Signal()
    accepted = Signal()

    def __init__(
        self,
        basket: OpenBasket,
        tasks: TaskRunner,
        office: ReturnsOffice,
        act: RunAct,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._basket = basket
        self._office = office
        self._taking = taking = TakingBack(office, act, self)
        self._receipt: OpenReceipt | None = None
        self._view = ReturnsView(By.NUMBER, State.EMPTY)
        self._finder = finder = ReceiptFinder(tasks, office, self)
        finder.looking.connect(self._looking)
        finder.found.connect(self._found)
        finder.loaded.connect(self._loaded)
        finder.renewed.connect(self._renewed)
        finder.failed.connect(self._failed)
        taking.took.connect(self._took)
        taking.refused.connect(self._warn)
        taking.busy_changed.connect(lambda: self._publish(self._view))

    @property
    def view(self) -> ReturnsView:
        """What is shown."""
        return self._view

    @property
    def opened(self) -> UUID | None:
        """The sale of the open receipt; None for none."""
        return self._receipt.receipt.rid if self._receipt is not None else None

    def start(self) -> None:
        """Begin with the newest receipts: of the customer in the basket, or of this till."""
        self.forget()
        self._view = ReturnsView(By.NUMBER, State.LOADING)
        priced = self._basket.priced
        customer = priced.basket.customer if priced else None
        self._finder.newest(customer.party if customer else None)

    def forget(self) -> None:
        """Let go the receipt, the reason and the place of whoever was here before."""
        self._finder.forget()
        self._taking.reset()
        self._receipt = None
        self._view = ReturnsView(By.NUMBER, State.EMPTY)

    def find_by(self, by: By) -> None:
        """Look for a receipt by something else, or need none."""
        self._finder.forget()
        self._receipt = None
        if by is By.BLIND:
            detail = _("Without a receipt it comes back at today's price.")
            self._say(State.BLIND, _("Scan the article"), detail, by)
        elif by is By.NUMBER:
            self._view = replace(self._view, by=by)
            self._finder.newest()
        else:
            self._say(
                State.EMPTY, _("Find the receipt"), known_here(online=self._office.online), by
            )

    def open_code(self, code: str) -> None:
        """Open the receipt of a scanned code, or say that it is none of this till."""
        self.forget()
        self._finder.by_code(code)

    def scan(self, code: str) -> bool:
        """A scanned code while the sheet is open; False leaves it to the basket."""
        known = receipt_of(code, self._today())
        if known:
            self.open_code(known)
        elif self._view.by is By.BLIND:
            self._taking.blind(code, self._given())
        elif self._receipt is not None:
            chosen = self._receipt.choose_article(code)
            self._publish(self._view)
            return chosen
        else:
            self._view = replace(self._view, by=By.ARTICLE)
            self._finder.with_article(self._basket.session, code)
        return True

    def enter(self, text: str) -> None:
        """Enter on the line: look for what is typed, open the chosen row, or take it back."""
        text = text.strip()
        if self._view.by is By.BLIND:
            if text:
                self._taking.blind(text, self._given())
        elif self._receipt is not None:
            if text:
                self._set_quantity(self._receipt, text)
            else:
                self.take()
        elif text:
            self._search(text)
        elif self._view.chosen:
            self.choose(self._view.chosen)

    def typed(self, text: str) -> None:
        """A letter where only quantities are typed chooses a reason."""
        if self._receipt is None:
            return
        for code, _text, letter in reasons():
            if text and letter == text.upper():
                self.set_reason(code)
                self.accepted.emit()

    def choose(self, key: str) -> None:
        """A row was tapped: a receipt opens, a line is chosen."""
        if self._receipt is None:
            self._finder.by_id(UUID(key))
        else:
            self._receipt.choose(key)
            self._publish(self._view)

    def move(self, step: int) -> None:
        """Choose the row above (-1) or below (1)."""
        keys = [row.key for row in self._view.rows]
        if not keys:
            return
        place = keys.index(self._view.chosen) + step if self._view.chosen in keys else 0
        key = keys[min(max(place, 0), len(keys) - 1)]
        if self._receipt is None:
            self._publish(replace(self._view, chosen=key))
        else:
            self.choose(key)

    def change_by(self, step: int) -> None:
        """More or less of the chosen line comes back."""
        if self._receipt is not None:
            self._receipt.change_by(step)
            self._publish(self._view)

    def set_reason(self, code: str) -> None:
        """Why it comes back."""
        self._publish(replace(self._view, reason=code))

    def set_place(self, place: Disposition) -> None:
        """Where it goes."""
        self._publish(replace(self._view, place=place))

    def take(self) -> None:
        """Take the chosen line back."""
        if self._receipt is not None:
            self._taking.line(self._receipt, self._given())

    def take_all(self) -> None:
        """Take back all that is left of the receipt."""
        if self._receipt is not None:
            self._taking.all(self._receipt, self._given())

    def give_up(self) -> None:
        """Nobody waits for head office any longer."""
        waited = self._office.waiting
        self._finder.forget()
        if waited and self._taking.busy:
            self._taking.give_up()
        elif self._view.state is State.LOADING:
            self._say_nothing(known_here(online=self._office.online))

    def _search(self, text: str) -> None:
        known = receipt_of(text, self._today())
        try:
            if known:
                self.open_code(known)
            else:
                self._finder.search(self._view.by, text, self._basket.session, self._today())
        except RetailError as error:
            self._warn(sentence(error))
            return
        self.accepted.emit()

    def _looking(self) -> None:
        self._receipt = None
        self._say(State.LOADING, _("Looking …"), "", self._view.by)

    def _found(self, found: tuple[Found, ...]) -> None:
        if not found:
            self._say_nothing(known_here(online=self._office.online))
            return
        zone = self._basket.session.store.zone
        rows = tuple(found_row(one, zone) for one in found)
        chosen = self._view.chosen
        if chosen not in {row.key for row in rows}:
            chosen = rows[0].key
        self._publish(replace(self._view, state=State.FOUND, rows=rows, chosen=chosen))

    def _loaded(self, receipt: Receipt | None) -> None:
        if receipt is None:
            self._say_nothing(not_known(online=self._office.online))
            return
        self._receipt = OpenReceipt(receipt)
        if self._view.by is By.BLIND:
            self._view = replace(self._view, by=By.NUMBER)
        self._show_lines(self._receipt)

    def _renewed(self, receipt: Receipt) -> None:
        open_ = self._receipt
        if open_ is None or open_.receipt.rid != receipt.rid or self._taking.busy:
            return
        open_.renew(receipt)
        rows = line_rows(receipt, open_.here)
        self._publish(replace(self._view, rows=rows))

    def _failed(self, error: Exception) -> None:
        self._say(State.ERROR, _("The receipt cannot be shown"), sentence(error), self._view.by)

    def _show_lines(self, open_: OpenReceipt) -> None:
        open_.look(self._basket.priced)
        title = heading(open_.receipt, self._basket.session.store.zone)
        rows = line_rows(open_.receipt, open_.here)
        self._publish(replace(self._view, state=State.LINES, rows=rows, title=title, detail=""))

    def _set_quantity(self, open_: OpenReceipt, text: str) -> None:
        try:
            open_.set_quantity(quantities.parse(text.rstrip("*×")))
        except RetailError as error:
            self._warn(sentence(error))
            return
        self._publish(self._view)
        self.accepted.emit()

    def _given(self) -> Given:
        return Given(self._basket.session, self._view.reason, self._view.place)

    def _took(self, view: CheckoutView, message: Message) -> None:
        self.accepted.emit()
        self.taken.emit(view, message)
        open_ = self._receipt
        if open_ is None:
            self._publish(self._view)
            return
        self._show_lines(open_)
        if open_.is_done:
            self.finished.emit()

    def _say(self, state: State, title: str, detail: str, by: By) -> None:
        cleared = replace(self._view, by=by, state=state, rows=(), chosen="", amount="")
        self._publish(replace(cleared, title=title, detail=detail))

    def _say_nothing(self, detail: str) -> None:
        self._say(State.NOTHING, _("No receipt found"), detail, self._view.by)

    def _warn(self, text: str) -> None:
        self.told.emit(Message(text, Tone.WARN))

    def _today(self) -> date:
        session = self._basket.session
        return session.desk.now().astimezone(ZoneInfo(session.store.zone)).date()

    def _publish(self, view: ReturnsView) -> None:
        open_ = self._receipt if view.state is State.LINES else None
        take = _("Take back")
        if open_ is not None and open_.line is not None:
            count = counted(open_.thousandths, open_.line.unit)
            take = _("Take back %(n)s") % {"n": count}
            view = replace(view, chosen=open_.chosen, amount=open_.amount)
        ready = open_ is not None and not self._taking.busy
        self._view = replace(
            view, take=take, ready=ready, known=known_here(online=self._office.online)
        )
        self.changed.emit(self._view)
