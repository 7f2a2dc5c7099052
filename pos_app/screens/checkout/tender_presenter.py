"""The payment page's state: what is typed, what was taken, what is left."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from pos_app.runtime.i18n import MINUS, _, money, money_short, parse_amount, sentence
from pos_app.screens.records import Message, Tone
from retail.errors import RetailError
from retail.money import exponent_of
from retail.pricing import PricedBasket
from retail.tender.denominations import quick_notes
from retail.tender.settlement import Offer, Settlement, TenderKind, settle

_LONGEST = 12


@dataclass(frozen=True, slots=True)
class Taken:
    """A payment already taken, shown as a chip that takes it back."""

    label: str


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
    """

    changed = Signal(object)
    told = Signal(object)
    settled = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._total = 0
        self._currency = "EUR"
        self._increment = 1
        self._offers: tuple[Offer, ...] = ()
        self._kind = TenderKind.CASH
        self._typed = ""
        self._busy = False

    @property
    def begun(self) -> bool:
        """True when something was taken already."""
        return bool(self._offers)

    @property
    def busy(self) -> bool:
        """True while the sale is being closed."""
        return self._busy

    def start(self, priced: PricedBasket, cash_increment: int, typed: str = "") -> None:
        """Begin with a basket, cash chosen, and what stood on the input line."""
        self._total = priced.total_minor
        self._currency = priced.basket.currency
        self._increment = cash_increment
        self._offers, self._kind, self._busy = (), TenderKind.CASH, False
        self._typed = typed if all(c in "0123456789.," for c in typed) else ""
        self._publish()

    def choose(self, kind: TenderKind) -> None:
        """Pay the next part with this kind."""
        self._kind = kind
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
            self._offers = self._offers[:place] + self._offers[place + 1 :]
            self._publish()

    def release(self) -> None:
        """The sale could not be closed: the last payment may be changed."""
        if self._busy:
            self._busy = False
            self._offers = self._offers[:-1]
            self._publish()

    def _fits(self, text: str) -> bool:
        try:
            parse_amount(text, self._currency)
        except RetailError:
            return text in {".", ","} and exponent_of(self._currency) > 0
        return True

    def _settlement(self, *more: Offer) -> Settlement:
        return settle(self._total, (*self._offers, *more), self._increment)

    def _proposed(self, now: Settlement) -> int:
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
            after = self._settlement(offer)
        except RetailError as error:
            self.told.emit(Message(sentence(error), Tone.WARN))
            return
        self._offers = (*self._offers, offer)
        self._typed = ""
        self._busy = after.complete
        self._publish()
        if after.complete:
            self.settled.emit(self._offers)

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
        names = {TenderKind.CASH: _("Cash"), TenderKind.CARD: _("Card")}
        taken = tuple(
            Taken(f"{names[o.kind]}  {MINUS}{self._money(o.amount_minor)}") for o in self._offers
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
            return _("Card %(amount)s approved") % given
        if change > 0:
            return _("Take %(amount)s · change %(rest)s") % given
        if change < 0:
            return _("Take %(amount)s · %(rest)s left") % given
        return _("Take %(amount)s") % given
