"""The card terminal joined with the payment page, the page that pays out and the window's sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from hardware.card import CardAsk
from hardware.events import CardProgress
from pos_app.payments.attempts import Attempt
from pos_app.payments.counter import AttemptChanged
from pos_app.payments.service import Standing, Wanted
from pos_app.runtime.i18n import _, sentence
from pos_app.screens.card.presenter import CardPresenter
from pos_app.screens.card.sheet import CardSheet
from pos_app.screens.card.view import CardView
from pos_app.screens.records import Message, Tone
from pos_app.screens.shell.commands import Command
from pos_app.screens.shell.keymap import keys_of
from pos_app.screens.shell.navigation import Navigation, Page
from pos_app.screens.widgets.sheet import WIDE
from retail.tender.settlement import TenderKind

if TYPE_CHECKING:
    from pos_app.screens.checkout.payment_flow import PaymentFlow
    from pos_app.screens.checkout.presenter import CheckoutPresenter
    from pos_app.screens.checkout.tender_presenter import TenderPresenter
    from pos_app.screens.returns.payout_presenter import PayoutPresenter
    from pos_app.screens.shell.ports import CardDesk, EventSource
    from pos_app.screens.task_runner import TaskRunner
    from pos_app.screens.widgets.sheet import Sheet


class CardFlow(QObject):
    """Opens the sheet for a card, and hands what was approved to whoever asked.

    Without a terminal it does nothing: the cashier confirms what an unconnected one approved.

    Signals:
        told: a :class:`Message` for the toasts.
        stopped: a sentence for the banner.
    """

    told = Signal(object)
    stopped = Signal(str)

    def __init__(
        self,
        basket: CheckoutPresenter,
        payment: TenderPresenter,
        navigation: Navigation,
        ways: tuple[CardDesk | None, TaskRunner],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._basket = basket
        self._payment = payment
        self._navigation = navigation
        self._desk, self._tasks = ways
        self._at_once = False
        self._just_begun = False
        self._sheet: Sheet
        self.presenter: CardPresenter | None = None
        if self._desk is not None:
            self.presenter = CardPresenter(basket, self._desk, self._tasks, self)

    @property
    def is_open(self) -> bool:
        """Whether a card is on the screen: codes are for the next sale meanwhile."""
        return self.presenter is not None and self.presenter.is_open

    def attach(self, sheet: Sheet, paying: PaymentFlow, payout: PayoutPresenter) -> None:
        """Join with the window's sheet and the pages."""
        self._sheet = sheet
        presenter, payment = self.presenter, self._payment
        if presenter is None:
            return
        payment.over_terminal = self._basket.over_terminal = True
        payout.terminal = presenter
        presenter.opened.connect(self._open)
        presenter.changed.connect(self._show)
        presenter.closed.connect(self._close)
        presenter.told.connect(self.told)
        presenter.stopped.connect(self.stopped)
        presenter.heard.connect(self._basket.heard)
        presenter.found.connect(self._found)
        payment.card_asked.connect(self._charge)
        payment.card_given_back.connect(self._give_back)
        self._basket.card_asked.connect(self._pay_at_once)
        self._basket.basket_changed.connect(lambda _state: self._tell_once())
        paying.begun.connect(self._look_back)

    def start(self) -> None:
        """Somebody begins to work: what an earlier hour left of their basket is told."""
        self._just_begun = True

    def listen(self, events: EventSource) -> None:
        """Hear the terminal and how attempts end."""
        if self.presenter is not None:
            events.subscribe(AttemptChanged, self.presenter.attempt_changed)
            events.subscribe(CardProgress, self.presenter.progress)

    def _tell_once(self) -> None:
        begun, self._just_begun = self._just_begun, False
        priced = self._basket.priced
        if begun and priced is not None and self._desk is not None:
            self._tasks.follow(
                self._desk.standing(priced.basket.basket_id),
                done=self._tell_standing,
                failed=lambda error: self.told.emit(Message(sentence(error), Tone.WARN)),
            )

    def _tell_standing(self, found: Standing) -> None:
        if found.unresolved is not None:
            text = _("A card payment of this basket has no known end; %(key)s checks it.")
            text %= {"key": keys_of(Command.CARD)}
            self.told.emit(Message(text, Tone.WARN))
        for one in found.unused:
            self._found(one)

    def _pay_at_once(self) -> None:
        self._at_once = True

    def _look_back(self) -> None:
        """The payment page is shown: what the terminal did for this basket counts."""
        at_once, self._at_once = self._at_once, False
        priced = self._basket.priced
        if self._desk is None or priced is None:
            return
        self._tasks.follow(
            self._desk.standing(priced.basket.basket_id),
            done=lambda found: self._go_on(found, at_once=at_once),
            failed=lambda error: self.told.emit(Message(sentence(error), Tone.WARN)),
        )

    def _go_on(self, found: Standing, *, at_once: bool) -> None:
        for one in found.unused:
            self._found(one)
        if self._navigation.page is not Page.TENDER or self._payment.busy:
            return
        if found.unresolved is not None and self.presenter is not None:
            self.presenter.resolve(found.unresolved, done=self._take, left=_stay)
        elif at_once:
            self._payment.take_exact(TenderKind.CARD)

    def _charge(self, minor: int) -> None:
        if self.presenter is not None:
            wanted = Wanted(minor, self._payment.taken.cards)
            self.presenter.charge(wanted, done=self._take, left=_stay)

    def _take(self, one: Attempt) -> None:
        self._payment.add_card(one, card_label(one))

    def _found(self, one: Attempt) -> None:
        """Approved while nobody waited: it counts where its basket is being paid."""
        priced = self._basket.priced
        here = priced is not None and priced.basket.basket_id == one.basket_id
        if not here or one.ask is not CardAsk.PAY:
            return
        if self._navigation.page is Page.TENDER:
            self._take(one)
        else:
            text = _("A card was approved for this basket; it counts at the payment.")
            self.told.emit(Message(text))

    def _give_back(self, one: Attempt) -> None:
        if self._desk is not None:
            self._tasks.follow(
                self._desk.give_back(self._basket.session, one.attempt_id),
                done=lambda _reversal: None,
                failed=lambda error: self.stopped.emit(sentence(error)),
            )

    def _open(self) -> None:
        if self.presenter is None:
            return
        content = CardSheet()
        content.acted.connect(self.presenter.act)
        content.left.connect(self.presenter.leave)
        self._sheet.open_with(_("Card"), content, width=WIDE, leave=self.presenter.leave)

    def _show(self, view: CardView) -> None:
        content = self._sheet.content
        if isinstance(content, CardSheet):
            content.show_card(view)

    def _close(self) -> None:
        if isinstance(self._sheet.content, CardSheet):
            self._sheet.close_sheet()


def card_label(one: Attempt) -> str:
    """A card as the cashier reads it."""
    slip = one.slip
    return _("Card") if slip is None else f"{slip.brand} ••{slip.last_four}"


def _stay() -> None:
    """The payment page is where it was."""
