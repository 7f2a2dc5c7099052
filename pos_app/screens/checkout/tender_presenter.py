"""The payment page's state: what is typed, what was taken, what is left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from pos_app.checkout.stored_value import stored_minor
from pos_app.runtime.i18n import _, money, sentence
from pos_app.screens.checkout.payments_taken import Payment, Taken
from pos_app.screens.checkout.tender_view import Share, TenderState, foreign_label, tender_view
from pos_app.screens.checkout.typed_amount import TypedAmount
from pos_app.screens.records import Message, Tone
from retail.errors import RetailError
from retail.pricing import PricedBasket
from retail.storing import payable_by_gift_card
from retail.tender.denominations import returns_a_note
from retail.tender.foreign import Rate, amount_for
from retail.tender.settlement import Offer, Settlement, TenderKind, foreign_cash, settle
from retail.tender.splitting import in_turn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pos_app.payments.attempts import Attempt
    from pos_app.value.service import Allowed
    from retail.basket.model import Basket
    from retail.earning import Earning

_STORED = frozenset(TenderKind) - {TenderKind.CASH, TenderKind.CARD}


class TenderPresenter(QObject):
    """Collects offers until they settle the total; ``taken`` holds them.

    Signals:
        changed: a :class:`TenderView`.
        told: a :class:`Message`.
        settled: the offers, once; the sale may be closed with them.
        value_asked: kind and amount of stored value that is to be held.
        given_back: an :class:`Allowed` that is not wanted any more.
        card_asked: what the card terminal is to be asked for, in minor units.
        card_given_back: an approved :class:`Attempt` that is not wanted any more.
    """

    changed = Signal(object)
    told = Signal(object)
    settled = Signal(object)
    value_asked = Signal(object, int)
    given_back = Signal(object)
    card_asked = Signal(int)
    card_given_back = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._total = self._stored = 0
        self._earning: Earning | None = None
        self._currency = "EUR"
        self._increment = 1
        self.taken = Taken()
        self._basket: Basket | None = None
        self._shares: tuple[int, ...] = ()
        self._people = 0
        self._rate: Rate | None = None
        self._kind = TenderKind.CASH
        self._typed = TypedAmount()
        self._asked = 0
        self._busy = False
        self.over_terminal = False

    @property
    def left(self) -> int:
        """What is left to pay, exact."""
        return self._settlement().due_minor

    @property
    def begun(self) -> bool:
        """True when something was taken already."""
        return bool(self.taken.payments)

    @property
    def busy(self) -> bool:
        """True while the sale is being closed."""
        return self._busy

    def start(self, priced: PricedBasket, cash_increment: int, typed: str = "") -> None:
        """Begin with a basket, cash chosen, and what stood on the input line.

        What was taken for the same basket before still counts.
        """
        self.keep_for(priced)
        self._basket = priced.basket
        self._total, self._stored = priced.total_minor, stored_minor(priced)
        self._earning = priced.earning
        self._currency = priced.basket.currency
        self._increment = cash_increment
        self._kind, self._busy = TenderKind.CASH, False
        self._shares, self._rate = (), None
        self._typed = TypedAmount.of_line(typed)
        self._asked = 0
        self._publish()

    def keep_for(self, priced: PricedBasket) -> None:
        """Keep what was taken while the basket is the one it was taken for; else give it back."""
        same = priced.basket == self._basket and priced.total_minor == self._total
        if not same and not self._busy:
            self.give_up()

    def give_up(self) -> None:
        """Give back all that was taken, and say what is in somebody's hand.

        What the terminal approved stays with its basket: it counts at its payment.
        """
        gone = self.taken.by_hand
        self.forget()
        for one in gone.payments:
            self._return(one)
        if gone.payments:
            said = _(
                "The basket is another now, so its payments no longer count: %(payments)s. What "
                "was held is given back; hand cash back and cancel cards taken by hand."
            )
            self._warn(said % {"payments": gone.listed(self._currency)})

    def forget(self) -> None:
        """The sale is closed; nothing of its payments is left to give back."""
        self.taken, self._basket, self._busy = Taken(), None, False

    def say_kept(self) -> None:
        """The page is left: say which payments wait with the basket."""
        if self.begun and not self._busy:
            said = _("The payments are kept while the basket stays as it is: %(payments)s.")
            self._warn(said % {"payments": self.taken.listed(self._currency)})

    def choose(self, kind: TenderKind) -> None:
        """Pay the next part with this kind; stored value is asked for first."""
        if kind in _STORED:
            amount = self._amount_of_stored(kind)
            if not self._busy and amount > 0:
                self.value_asked.emit(kind, amount)
            return
        self._kind, self._rate = kind, None
        self._typed = TypedAmount()
        self._publish()

    def choose_foreign(self, rate: Rate) -> None:
        """Take cash of another currency; change is local."""
        if not self._busy:
            self._kind, self._rate, self._typed = TenderKind.CASH, rate, TypedAmount()
            self._publish()

    def add_held(self, kind: TenderKind, allowed: Allowed, label: str) -> None:
        """Take stored value that is held; what is too much by now is given back as a whole."""
        self._add_or_return(Payment(Offer(kind, allowed.minor), label, allowed))

    def add_card(self, attempt: Attempt, label: str) -> None:
        """Take what the terminal approved; what is too much by now is given back as a whole."""
        if attempt.attempt_id not in self.taken.cards:
            offer = Offer(TenderKind.CARD, attempt.offered_minor, attempt.reference)
            self._add_or_return(Payment(offer, label, card=attempt))

    def split(self, shares: Sequence[int]) -> None:
        """Propose these parts of what is left, one after the other."""
        due = self._settlement().due_minor
        if self._busy or due <= 0:
            return
        try:
            self._shares = in_turn(due, shares)
        except RetailError as error:
            self._warn(sentence(error))
            return
        self._people = len(self._shares)
        self._typed = TypedAmount()
        self._publish()

    def type_key(self, key: str) -> None:
        """A digit, ``00``, a decimal separator, ``back`` or ``clear``."""
        if not self._busy:
            self._typed = self._typed.pressed(key, self._handed)
            self._publish()

    def take_note(self, amount_minor: int) -> None:
        """Take a note in cash at once."""
        self._kind = TenderKind.CASH
        self._take(amount_minor)

    def take(self) -> None:
        """Take what is typed, or the proposed amount."""
        try:
            self._take(self._amount())
        except RetailError as error:
            self._warn(sentence(error))

    def take_exact(self, kind: TenderKind) -> None:
        """Take all that is left, or in cash the typed amount."""
        if kind is not self._kind or self._rate is not None or kind is TenderKind.CARD:
            self._kind, self._typed, self._rate = kind, TypedAmount(), None
        self.take()

    def take_back(self, place: int) -> None:
        """Undo a payment that was taken; the sale is not closed yet."""
        if not self._busy:
            self._drop(place)

    def release(self) -> None:
        """The sale could not be closed: the last payment may be changed."""
        if self._busy:
            self._busy = False
            self.taken = self.taken.last_uncharged()
            self._drop(len(self.taken.payments) - 1)

    def _drop(self, place: int) -> None:
        dropped, self.taken = self.taken.payments[place], self.taken.without(place)
        self._shares = ()
        self._publish()
        self._return(dropped)

    def _return(self, payment: Payment) -> None:
        if payment.held is not None:
            self.given_back.emit(payment.held)
        if payment.card is not None:
            self.card_given_back.emit(payment.card)

    def _settlement(self, *more: Offer) -> Settlement:
        return settle(self._total, (*self.taken.offers, *more), self._increment)

    def _amount_of_stored(self, kind: TenderKind) -> int:
        """What is left, or less when that is typed; gift cards pay for no gift cards."""
        left = self._settlement().due_minor
        if kind is TenderKind.GIFT_CARD and self._stored:
            payable = payable_by_gift_card(self._total, self._stored)
            left = min(left, payable - self.taken.minor_of(kind))
            if left <= 0:
                said = _("A gift card cannot pay for a gift card; take another payment for it.")
                self._warn(said)
        if self._rate is not None or not self._typed.text:
            return left
        try:
            return min(left, self._typed.minor(self._currency))
        except RetailError:
            return left

    @property
    def _earns(self) -> int:
        """The points of the sale as it is paid so far."""
        if self._earning is None:
            return 0
        found = self._earning.earned(self.taken.minor_of(TenderKind.POINTS))
        return found.earned if found else 0

    @property
    def _share(self) -> Share | None:
        if not self._shares or self._people < 2:
            return None
        return Share(self._people - len(self._shares) + 1, self._people)

    def _proposed(self, now: Settlement) -> int:
        if len(self._shares) > 1:
            return min(self._shares[0], now.due_minor)
        return now.cash_due_minor if self._kind is TenderKind.CASH else now.due_minor

    def _amount(self) -> int:
        if self._typed.text:
            return self._typed.minor(self._handed)
        local = self._proposed(self._settlement())
        return amount_for(local, self._rate, self._currency) if self._rate else local

    @property
    def _handed(self) -> str:
        """The currency of what is typed."""
        return self._rate.currency if self._rate else self._currency

    def _offer(self, amount_minor: int) -> Offer:
        if self._rate is None:
            return Offer(self._kind, amount_minor)
        return foreign_cash(self._rate.cash(amount_minor), self._currency)

    def _take(self, amount_minor: int) -> None:
        if self._busy:
            return
        try:
            offer = self._offer(amount_minor)
            self._settlement(offer)
        except RetailError as error:
            self._warn(sentence(error))
            return
        if self._kind is TenderKind.CARD and self.over_terminal:
            self._publish()
            self.card_asked.emit(amount_minor)
            return
        if self._kind is TenderKind.CASH and self._rate is None and self._doubts(amount_minor):
            return
        names = {TenderKind.CASH: _("Cash"), TenderKind.CARD: _("Card")}
        label = foreign_label(self._rate, amount_minor) if self._rate else names[self._kind]
        self._add(Payment(offer, label))

    def _doubts(self, amount_minor: int) -> bool:
        """Ask once about cash that gives back more than the largest note."""
        change = amount_minor - self._settlement().cash_due_minor
        if self._asked == amount_minor or not returns_a_note(change, self._currency):
            return False
        self._asked = amount_minor
        said = _("%(amount)s in cash gives %(change)s back. Take it again if that is right.")
        coin = self._currency
        said %= {"amount": money(amount_minor, coin), "change": money(change, coin)}
        self._warn(said)
        return True

    def _warn(self, text: str) -> None:
        self.told.emit(Message(text, Tone.WARN))

    def _add_or_return(self, payment: Payment) -> None:
        try:
            self._settlement(payment.offer)
        except RetailError as error:
            self._return(payment)
            self._warn(sentence(error))
            return
        self._add(payment)

    def _add(self, payment: Payment) -> None:
        self.taken = self.taken.with_(payment)
        self._typed, self._rate = TypedAmount(), None
        self._shares = self._shares[1:]
        self._busy = self._settlement().complete
        self._publish()
        if self._busy:
            self.settled.emit(self.taken.offers)

    def _publish(self) -> None:
        try:
            amount = self._amount()
        except RetailError:
            amount = 0
        state = TenderState(
            currency=self._currency,
            kind=self._kind,
            now=self._settlement(),
            taken=self.taken.rows,
            amount=amount,
            typed=bool(self._typed.text),
            busy=self._busy,
            over_terminal=self.over_terminal,
            rate=self._rate,
            share=self._share,
            earns=self._earns,
        )
        self.changed.emit(tender_view(state))
