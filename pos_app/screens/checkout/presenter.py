"""From the basket to the finished sale: questions before the payment, and the close."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from pos_app.checkout import closing, service
from pos_app.runtime.i18n import _, sentence
from pos_app.runtime.sounds import Sound
from pos_app.screens.checkout.basket_presenter import BasketPresenter
from pos_app.screens.checkout.state import AgeQuestion, Intent, age_question, blocked_text
from pos_app.screens.records import Message, Tone
from retail.basket.blocks import Block, blocks
from retail.errors import RetailError
from retail.input_line import read_tendered
from retail.tender.denominations import returns_a_note
from retail.tender.settlement import Offer, TenderKind, settle

if TYPE_CHECKING:
    from collections.abc import Callable

    from pos_app.checkout.closing import ClosedSale
    from pos_app.checkout.open_basket import CheckoutView
    from pos_app.screens.task_runner import TaskRunner
    from retail.contract.sales import ValueMove
    from retail.pricing import PricedBasket


class CheckoutPresenter(BasketPresenter):
    """The basket and its payment.

    Attributes:
        before_returns_close: asked before a basket with goods that come back is paid, above zero,
            below or even; calls what it is given when they may.

    Signals:
        age_asked: an :class:`AgeQuestion`.
        tender_asked: the text on the line, for the payment page.
        closed: the :class:`ClosedSale`.
        not_closed: the sale was refused; its payments may be changed.
        card_asked: the card terminal is to be asked as soon as the payment page is shown.
        payout_asked: money is owed to the customer; it is to be paid out.
    """

    age_asked = Signal(object)
    tender_asked = Signal(str)
    closed = Signal(object)
    not_closed = Signal()
    card_asked = Signal()
    payout_asked = Signal()

    def __init__(self, tasks: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(tasks, parent)
        self._closing = False
        self.over_terminal = False
        self.before_returns_close: Callable[[Callable[[], object]], object] | None = None

    @property
    def closing(self) -> bool:
        """True from the last payment until the sale is stored or refused."""
        return self._closing

    def pay(self, intent: Intent, typed: str = "") -> None:
        """Begin the payment, or say what stands in its way."""
        priced = self.priced
        if self._closing or priced is None:
            return
        if not priced.lines:
            self.told.emit(Message(_("The basket is empty."), Tone.WARN))
            return
        waiting = blocks(priced.basket)
        hard = [found for found in waiting if found.block is not Block.AGE_CHECK]
        if hard:
            self.select(hard[0].line)
            self.told.emit(Message(blocked_text(len(hard)), Tone.WARN))
        elif waiting:
            self.heard.emit(Sound.RESTRICTED)
            self.age_asked.emit(age_question(priced, intent, typed))
        elif self.before_returns_close and any(line.returned for line in priced.basket.lines):
            self.before_returns_close(lambda: self._begin_payment(intent, typed))
        else:
            self._begin_payment(intent, typed)

    def _begin_payment(self, intent: Intent, typed: str) -> None:
        priced = self.priced
        if self._closing or priced is None:
            return
        if priced.total_minor < 0:
            self.payout_asked.emit()
        elif not priced.total_minor:
            self.close_sale(())
        elif intent is Intent.PAGE:
            self.tender_asked.emit(typed)
        elif intent is Intent.CARD and self.over_terminal:
            self.card_asked.emit()
            self.tender_asked.emit("")
        else:
            self._pay_at_once(priced, intent, typed)

    def confirm_age(self, question: AgeQuestion) -> None:
        """Note that the age was checked and go on with the payment."""
        self._tasks.run(
            service.confirm_age,
            self.session,
            question.years,
            done=lambda view: self._age_confirmed(view, question),
            failed=self._failed,
        )

    def refuse_age(self, question: AgeQuestion) -> None:
        """Take the restricted lines out."""
        for line in question.lines:
            self._run(service.remove_line, self.session, line, removed=True)

    def close_sale(self, offers: tuple[Offer, ...], value: tuple[ValueMove, ...] = ()) -> None:
        """Finish the sale with these payments; a second press changes nothing.

        Args:
            value: what they take of stored value, as it was allowed.
        """
        priced = self.priced
        if self._closing or priced is None:
            return
        self._closing = True
        self._tasks.run(
            closing.close_sale,
            self.session,
            priced.basket.basket_id,
            offers,
            value,
            done=self.take_closed,
            failed=self._not_closed,
        )

    def _pay_at_once(self, priced: PricedBasket, intent: Intent, typed: str) -> None:
        due = settle(priced.total_minor, (), self.session.store.cash_increment)
        if due.complete:
            self.close_sale(())
            return
        if intent is Intent.CARD:
            self.close_sale((Offer(TenderKind.CARD, due.due_minor),))
            return
        try:
            given = read_tendered(typed, priced.basket.currency) if typed else due.cash_due_minor
        except RetailError as error:
            self.told.emit(Message(sentence(error), Tone.WARN))
            return
        odd = returns_a_note(given - due.cash_due_minor, priced.basket.currency)
        if given < due.cash_due_minor or odd:
            self.tender_asked.emit(typed)
            return
        self.accepted.emit()
        self.close_sale((Offer(TenderKind.CASH, given),))

    def _age_confirmed(self, view: CheckoutView, question: AgeQuestion) -> None:
        self._show(view)
        self.pay(question.intent, question.typed)

    def take_closed(self, sale: ClosedSale) -> None:
        """The sale is stored, by whoever closed it; the next basket begins."""
        self._closing = False
        self._selected = None
        self._view = None
        self.heard.emit(Sound.APPROVED)
        self.closed.emit(sale)
        self._run(service.current, self.session, announce=False)

    def _not_closed(self, error: Exception) -> None:
        self._closing = False
        self.heard.emit(Sound.DECLINED)
        self.not_closed.emit()
        self._tell(error)
