"""The payment page's state: what is typed, what was taken, what is left."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from pos_app.runtime.i18n import MINUS, _, money, money_short, parse_amount, sentence
from pos_app.screens.records import Message, Tone
from retail.errors import RetailError
from retail.money import exponent_of
from retail.pricing import PricedBasket
from retail.tender.denominations import quick_notes
from retail.tender.settlement import Offer, Settlement, TenderKind, settle
from retail.tender.splitting import evenly

if TYPE_CHECKING:
    from uuid import UUID

    from pos_app.payments.attempts import Attempt
    from pos_app.value.service import Allowed
    from retail.contract.sales import ValueMove

_LONGEST = 12
_STORED = frozenset({TenderKind.GIFT_CARD, TenderKind.VOUCHER, TenderKind.STORE_CREDIT})


@dataclass(frozen=True, slots=True)
class Taken:
    """A payment already taken, shown as a chip that takes it back."""

    label: str


@dataclass(frozen=True, slots=True)
class _Payment:
    """A payment that was taken, with the stored value or the card attempt behind it."""

    offer: Offer
    label: str
    held: Allowed | None = None
    card: Attempt | None = None


@dataclass(frozen=True, slots=True)
class TenderView:
    """Everything the payment page shows.

    Attributes:
        due_note: why ``due`` differs from the total, empty when it does not.
        proposed: True when nothing is typed and ``amount`` is a proposal.
        notes: label and minor units of the amounts to take with one tap.
        take: what the green button says.
    """

    due: str
    due_note: str
    kind: TenderKind
    taken: tuple[Taken, ...]
    label: str
    amount: str
    proposed: bool
    notes: tuple[tuple[str, int], ...]
    change_label: str
    change: str
    take: str
    ready: bool


class TenderPresenter(QObject):
    """Collects offers until they settle the total.

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
        self._total = 0
        self._currency = "EUR"
        self._increment = 1
        self._payments: tuple[_Payment, ...] = ()
        self._shares: tuple[int, ...] = ()
        self._kind = TenderKind.CASH
        self._typed = ""
        self._busy = False
        self.over_terminal = False

    @property
    def begun(self) -> bool:
        """True when something was taken already."""
        return bool(self._payments)

    @property
    def moves(self) -> tuple[ValueMove, ...]:
        """What the payments take of stored value, as it was allowed."""
        held = (payment.held for payment in self._payments)
        return tuple(move for one in held if one is not None for move in one.moves)

    @property
    def cards(self) -> tuple[UUID, ...]:
        """The attempts behind the payments that were taken."""
        return tuple(one.card.attempt_id for one in self._payments if one.card is not None)

    @property
    def busy(self) -> bool:
        """True while the sale is being closed."""
        return self._busy

    def start(self, priced: PricedBasket, cash_increment: int, typed: str = "") -> None:
        """Begin with a basket, cash chosen, and what stood on the input line."""
        self._total = priced.total_minor
        self._currency = priced.basket.currency
        self._increment = cash_increment
        self._payments, self._kind, self._busy = (), TenderKind.CASH, False
        self._shares = ()
        self._typed = typed if all(c in "0123456789.," for c in typed) else ""
        self._publish()

    def choose(self, kind: TenderKind) -> None:
        """Pay the next part with this kind; stored value is asked for first."""
        if kind in _STORED:
            amount = self._amount_of_stored()
            if not self._busy and amount > 0:
                self.value_asked.emit(kind, amount)
            return
        self._kind = kind
        self._typed = ""
        self._publish()

    def add_held(self, kind: TenderKind, allowed: Allowed, label: str) -> None:
        """Take stored value that is held; what is too much by now is given back as a whole."""
        offer = Offer(kind, allowed.amount)
        try:
            self._settlement(offer)
        except RetailError as error:
            self.given_back.emit(allowed)
            self.told.emit(Message(sentence(error), Tone.WARN))
            return
        self._add(_Payment(offer, label, allowed))

    def add_card(self, attempt: Attempt, label: str) -> None:
        """Take what the terminal approved; what is too much by now is given back as a whole."""
        if attempt.attempt_id in self.cards:
            return
        offer = Offer(TenderKind.CARD, attempt.offered_minor, attempt.reference)
        try:
            self._settlement(offer)
        except RetailError as error:
            self.card_given_back.emit(attempt)
            self.told.emit(Message(sentence(error), Tone.WARN))
            return
        self._add(_Payment(offer, label, card=attempt))

    def split(self, payers: int) -> None:
        """Propose equal parts of what is left, one after the other."""
        due = self._settlement().due_minor
        if not self._busy and due > 0:
            self._shares = evenly(due, payers)
            self._typed = ""
            self._publish()

    def type_key(self, key: str) -> None:
        """A digit, ``00``, a decimal separator, ``back`` or ``clear``."""
        if self._busy:
            return
        if key == "back":
            self._typed = self._typed[:-1]
        elif key == "clear":
            self._typed = ""
        elif len(self._typed + key) <= _LONGEST and self._fits(self._typed + key):
            self._typed += key
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
            self.told.emit(Message(sentence(error), Tone.WARN))

    def take_exact(self, kind: TenderKind) -> None:
        """Take all that is left, or in cash the typed amount."""
        if kind is not self._kind:
            self._kind, self._typed = kind, ""
        if kind is TenderKind.CARD:
            self._typed = ""
        self.take()

    def take_back(self, place: int) -> None:
        """Undo a payment that was taken; the sale is not closed yet."""
        if not self._busy:
            self._drop(place)

    def release(self) -> None:
        """The sale could not be closed: the last payment may be changed."""
        if self._busy:
            self._busy = False
            last = self._payments[-1]
            # What the terminal approved stays approved: it is taken again, not charged again.
            self._payments = (*self._payments[:-1], replace(last, card=None))
            self._drop(len(self._payments) - 1)

    def _drop(self, place: int) -> None:
        held, card = self._payments[place].held, self._payments[place].card
        self._payments = self._payments[:place] + self._payments[place + 1 :]
        self._shares = ()
        self._publish()
        if held is not None:
            self.given_back.emit(held)
        if card is not None:
            self.card_given_back.emit(card)

    def _fits(self, text: str) -> bool:
        try:
            parse_amount(text, self._currency)
        except RetailError:
            return text in {".", ","} and exponent_of(self._currency) > 0
        return True

    def _settlement(self, *more: Offer) -> Settlement:
        taken = (payment.offer for payment in self._payments)
        return settle(self._total, (*taken, *more), self._increment)

    def _amount_of_stored(self) -> int:
        """What is left, or less when that is typed."""
        left = self._settlement().due_minor
        try:
            return min(left, parse_amount(self._typed, self._currency)) if self._typed else left
        except RetailError:
            return left

    def _proposed(self, now: Settlement) -> int:
        if len(self._shares) > 1:
            return self._shares[0]
        return now.cash_due_minor if self._kind is TenderKind.CASH else now.due_minor

    def _amount(self) -> int:
        if self._typed:
            return parse_amount(self._typed, self._currency)
        return self._proposed(self._settlement())

    def _take(self, amount_minor: int) -> None:
        if self._busy:
            return
        offer = Offer(self._kind, amount_minor)
        try:
            self._settlement(offer)
        except RetailError as error:
            self.told.emit(Message(sentence(error), Tone.WARN))
            return
        if self._kind is TenderKind.CARD and self.over_terminal:
            self._publish()
            self.card_asked.emit(amount_minor)
            return
        names = {TenderKind.CASH: _("Cash"), TenderKind.CARD: _("Card")}
        self._add(_Payment(offer, names[self._kind]))

    def _add(self, payment: _Payment) -> None:
        self._payments = (*self._payments, payment)
        self._typed = ""
        self._shares = self._shares[1:]
        self._busy = self._settlement().complete
        self._publish()
        if self._busy:
            self.settled.emit(tuple(one.offer for one in self._payments))

    def _money(self, minor: int) -> str:
        return money(minor, self._currency)

    def _publish(self) -> None:
        now = self._settlement()
        cash = self._kind is TenderKind.CASH
        try:
            amount = self._amount()
        except RetailError:
            amount = 0
        left = now.cash_due_minor if cash else now.due_minor
        change = amount - left
        taken = tuple(
            Taken(f"{one.label}  {MINUS}{self._money(one.offer.amount_minor)}")
            for one in self._payments
        )
        notes = [(_("Exact"), now.cash_due_minor)]
        notes += [
            (money_short(note, self._currency), note)
            for note in quick_notes(now.cash_due_minor, self._currency)
        ]
        self.changed.emit(
            TenderView(
                due=self._money(left),
                due_note=self._rounding(now),
                kind=self._kind,
                taken=taken,
                label=_("Cash received") if cash else _("Card amount"),
                amount=self._money(amount),
                proposed=not self._typed,
                notes=tuple(notes) if not now.complete else (),
                change_label=_("Still to pay") if change < 0 else _("Change"),
                change=self._money(abs(change)),
                take=self._take_label(amount, change),
                ready=not self._busy and amount > 0 and (cash or change <= 0),
            )
        )

    def _rounding(self, now: Settlement) -> str:
        if self._kind is not TenderKind.CASH or now.cash_due_minor == now.due_minor:
            return ""
        return _("%(amount)s, rounded for cash") % {"amount": self._money(now.due_minor)}

    def _take_label(self, amount: int, change: int) -> str:
        if self._busy:
            return _("Storing the sale …")
        given = {"amount": self._money(amount), "rest": self._money(abs(change))}
        if self._kind is TenderKind.CARD:
            if self.over_terminal:
                return _("Charge %(amount)s") % given
            return _("Card %(amount)s approved") % given
        if change > 0:
            return _("Take %(amount)s · change %(rest)s") % given
        if change < 0:
            return _("Take %(amount)s · %(rest)s left") % given
        return _("Take %(amount)s") % given
