"""One card payment or refund at the terminal, from the question to its end."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, Signal

from hardware.card import CardAsk, CardStep
from hardware.errors import HardwareError
from pos_app.payments.attempts import Attempt, State
from pos_app.payments.counter import AttemptChanged
from pos_app.payments.service import Wanted
from pos_app.runtime.i18n import _, money, sentence
from pos_app.runtime.sounds import Sound
from pos_app.screens.card.view import AT_WORK, Stage, card_view
from pos_app.screens.records import Message, Tone
from retail.errors import RetailError

if TYPE_CHECKING:
    from uuid import UUID

    from hardware.events import CardProgress
    from pos_app.screens.shell.ports import CardDesk
    from pos_app.screens.task_runner import TaskRunner
    from pos_app.till.service import TillSession
    from retail.pricing import PricedBasket

Approved = Callable[[Attempt], object]
Left = Callable[[], object]
_STEPS = {CardStep.CARD: Stage.CARD, CardStep.AUTHORISING: Stage.AUTHORISING}


class PaidBasket(Protocol):
    """What is paid, and by whom it is taken."""

    @property
    def session(self) -> TillSession:
        """Who is at work."""

    @property
    def priced(self) -> PricedBasket | None:
        """The basket as priced last."""


class CardPresenter(QObject):
    """Asks the terminal, shows what it says, and never asks twice before it knows.

    Signals:
        opened: the sheet is to be shown.
        changed: a :class:`CardView`.
        closed: the sheet is to be closed.
        told: a :class:`Message` for the toasts.
        stopped: a sentence for the banner.
        heard: a :class:`Sound`.
        found: an :class:`Attempt` that was approved while nobody waited for it.
    """

    opened = Signal()
    changed = Signal(object)
    closed = Signal()
    told = Signal(object)
    stopped = Signal(str)
    heard = Signal(object)
    found = Signal(object)

    def __init__(
        self,
        basket: PaidBasket,
        desk: CardDesk,
        tasks: TaskRunner,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._basket = basket
        self._desk = desk
        self._tasks = tasks
        self._wanted: Wanted | None = None
        self._attempt: Attempt | None = None
        self._stage = Stage.SENDING
        self._detail = ""
        self._cancelled = False
        self._early: list[AttemptChanged | CardProgress] = []
        self._done: Approved = _nothing
        self._left: Left = _nobody

    @property
    def is_open(self) -> bool:
        """Whether a payment or refund is on the screen."""
        return self._wanted is not None

    @property
    def at_work(self) -> bool:
        """Whether the terminal is asked for something just now."""
        return self.is_open and self._stage in AT_WORK

    def charge(self, wanted: Wanted, *, done: Approved, left: Left) -> None:
        """Ask the terminal for money.

        Args:
            done: gets the approved attempt.
            left: nothing was approved, and the cashier goes on otherwise.
        """
        if self.is_open:
            return
        self._wanted, self._done, self._left = wanted, done, left
        self.opened.emit()
        self._begin()

    def resolve(self, one: Attempt, *, done: Approved, left: Left) -> None:
        """Show an earlier attempt that has no known end."""
        if self.is_open:
            return
        self._wanted, self._done, self._left = Wanted(one.offered_minor), done, left
        self._attempt = one
        self.opened.emit()
        self._show(Stage.UNKNOWN)

    def act(self) -> None:
        """Enter: try again, or check."""
        if self._stage is Stage.UNKNOWN:
            self._check()
        elif self.is_open and self._stage not in AT_WORK:
            self._begin()

    def leave(self) -> None:
        """Esc: ask the terminal to stop, or go on another way."""
        if self._stage in {Stage.SENDING, Stage.CARD, Stage.AUTHORISING}:
            self._abort()
            return
        if self._stage in {Stage.STOPPING, Stage.CHECKING, Stage.UNKNOWN}:
            text = _("The card payment of %(amount)s has no known end; it is booked or given back.")
            self.told.emit(Message(text % {"amount": self._amount()}, Tone.WARN))
        self._close()

    def progress(self, event: CardProgress) -> None:
        """The terminal came further."""
        if self._is_early(event):
            return
        one = self._attempt
        waits = self._stage in AT_WORK and self._stage is not Stage.STOPPING
        if one is not None and event.reference == one.reference and waits:
            self._show(_STEPS[event.step])

    def attempt_changed(self, event: AttemptChanged) -> None:
        """An attempt came to an end, or to none."""
        if self._is_early(event):
            return
        mine = self._attempt
        if event.given_back:
            self._tell_given_back(event.attempt)
        if mine is None or event.attempt.attempt_id != mine.attempt_id:
            self._of_nobody(event)
        elif event.attempt.state is State.APPROVED:
            self._approved(event.attempt, given_back=event.given_back)
        else:
            self._attempt = event.attempt
            self._ended(event.attempt, asked=event.asked)

    def _begin(self) -> None:
        if self._wanted is None:
            return
        priced = self._basket.priced
        if priced is None:
            self._close()
            return
        self._attempt, self._cancelled, self._early = None, False, []
        self._show(Stage.SENDING)
        basket_id = priced.basket.basket_id
        self._tasks.follow(
            self._desk.begin(self._basket.session, basket_id, self._wanted),
            done=self._begun,
            failed=lambda error: self._refused(error, basket_id),
        )

    def _begun(self, one: Attempt) -> None:
        if one.state is State.APPROVED:
            self._approved(one, given_back=False)
            return
        self._attempt = one
        self._catch_up()
        if self._cancelled and self._attempt is one:
            self._abort()

    def _is_early(self, event: AttemptChanged | CardProgress) -> bool:
        """The terminal may be faster than the answer that the attempt is stored."""
        early = self.is_open and self._stage is Stage.SENDING and self._attempt is None
        if early:
            self._early.append(event)
        return early

    def _catch_up(self) -> None:
        early, self._early = self._early, []
        for event in early:
            if isinstance(event, AttemptChanged):
                self.attempt_changed(event)
            else:
                self.progress(event)

    def _refused(self, error: Exception, basket_id: UUID) -> None:
        if isinstance(error, RetailError) and error.code == "card.unresolved":
            self._tasks.follow(
                self._desk.standing(basket_id),
                done=lambda found: self._unresolved(found.unresolved),
                failed=lambda problem: self._show(Stage.FAILED, sentence(problem)),
            )
        else:
            self._show(Stage.FAILED, sentence(error))
            self._catch_up()

    def _unresolved(self, one: Attempt | None) -> None:
        if one is None:
            # It came to its end meanwhile.
            self._begin()
        else:
            self._attempt = one
            self._show(Stage.UNKNOWN)
            self._catch_up()

    def _abort(self) -> None:
        self._cancelled = True
        if self._attempt is None:
            return
        self._show(Stage.STOPPING)
        try:
            self._desk.abort(self._attempt)
        except HardwareError as problem:
            self._detail = sentence(problem)
            self._publish()

    def _check(self) -> None:
        if self._attempt is None:
            return
        self._show(Stage.CHECKING)
        try:
            self._desk.check(self._attempt)
        except HardwareError as problem:
            self._show(Stage.UNKNOWN, sentence(problem))

    def _approved(self, one: Attempt, *, given_back: bool) -> None:
        done, left = self._done, self._left
        self._reset()
        if given_back:
            left()
        else:
            done(one)

    def _ended(self, one: Attempt, *, asked: bool) -> None:
        if one.state is State.UNKNOWN:
            self._show(Stage.UNKNOWN)
        elif one.state is State.REQUESTED:
            silent = asked and self._stage is Stage.CHECKING
            self._show(Stage.CARD, _("The terminal is still at it.") if silent else "")
        elif one.state is State.CANCELLED and self._cancelled:
            text = _("The card payment is cancelled; nothing was charged.")
            self.told.emit(Message(text))
            self._close()
        else:
            self.heard.emit(Sound.DECLINED)
            away = one.state is State.CANCELLED and not self._desk.online
            self._show(Stage.OFFLINE if away else Stage.DECLINED, one.reason)

    def _of_nobody(self, event: AttemptChanged) -> None:
        one = event.attempt
        amount = {"amount": money(one.minor, one.currency)}
        if one.ask is CardAsk.REVERSE and one.state is State.APPROVED:
            self.told.emit(Message(_("%(amount)s went back to the card.") % amount))
        elif one.ask is CardAsk.REVERSE and one.state is State.DECLINED:
            text = _(
                "The terminal refused to give %(amount)s back; the sale was not booked. Give it "
                "back by hand at the terminal. Head office is told."
            )
            self.stopped.emit(text % amount)
        elif one.state is State.APPROVED and not event.given_back:
            self.found.emit(one)

    def _tell_given_back(self, one: Attempt) -> None:
        text = _("A card was charged %(amount)s for a basket that is over; it is given back.")
        amount = money(one.minor, one.currency)
        self.told.emit(Message(text % {"amount": amount}, Tone.WARN))

    def _close(self) -> None:
        left = self._left
        self._reset()
        left()

    def _reset(self) -> None:
        self._wanted = self._attempt = None
        self._done, self._left = _nothing, _nobody
        self._detail, self._cancelled = "", False
        self.closed.emit()

    def _show(self, stage: Stage, detail: str = "") -> None:
        self._stage, self._detail = stage, detail
        self._publish()

    def _publish(self) -> None:
        if self._wanted is not None:
            refund = self._wanted.ask is CardAsk.REFUND
            self.changed.emit(card_view(self._stage, self._amount(), self._detail, refund=refund))

    def _amount(self) -> str:
        minor = abs(self._wanted.minor) if self._wanted else 0
        return money(minor, self._basket.session.store.currency)


def _nothing(_one: Attempt) -> None:
    """Nobody waits for it."""


def _nobody() -> None:
    """Nobody goes on."""
