"""Paying out a basket below zero: the proposal, or all of it another way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from pos_app.checkout import closing, refunding
from pos_app.payments.service import Wanted
from pos_app.runtime.i18n import _, money, sentence
from pos_app.screens.records import Message, Tone
from pos_app.screens.returns.acts import BackAct, Verb
from retail.errors import RetailError
from retail.tender.refunds import SENTENCES
from retail.tender.settlement import Offer, TenderKind, settle

if TYPE_CHECKING:
    from uuid import UUID

    from pos_app.checkout.closing import ClosedSale
    from pos_app.checkout.refunding import Payout
    from pos_app.payments.attempts import Attempt
    from pos_app.screens.card.presenter import CardPresenter
    from pos_app.screens.returns.acts import RunAct
    from pos_app.screens.returns.presenter import OpenBasket
    from pos_app.screens.task_runner import TaskRunner
    from pos_app.staff.service import StaffMember


@dataclass(frozen=True, slots=True)
class PayoutPart:
    """A part of what is paid out: how, how much, and why so."""

    kind: TenderKind
    label: str
    amount: str
    why: str


@dataclass(frozen=True, slots=True)
class PayoutView:
    """Everything the page shows.

    Attributes:
        due_note: why ``due`` differs from the total, empty when it does not.
        confirm: what the green button says: the act and its amount.
        by_hand: no terminal is connected; the cashier refunds a card on one.
    """

    due: str
    due_note: str
    parts: tuple[PayoutPart, ...]
    confirm: str
    cash: str
    card: str
    credit: str
    ready: bool
    by_hand: bool = True


class PayoutPresenter(QObject):
    """Asks for the proposal and closes the sale with it, once.

    Signals:
        opened: there is a proposal; the page may be shown.
        changed: a :class:`PayoutView`.
        told: a :class:`Message` for the toasts.
        stopped: a sentence for the banner; the store could not do it.
        closed: the :class:`ClosedSale`.
    """

    opened = Signal()
    changed = Signal(object)
    told = Signal(object)
    stopped = Signal(str)
    closed = Signal(object)

    def __init__(
        self, basket: OpenBasket, tasks: TaskRunner, act: RunAct, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._basket = basket
        self._tasks = tasks
        self._act = act
        self._payout: Payout | None = None
        self._busy = False
        self.terminal: CardPresenter | None = None

    @property
    def busy(self) -> bool:
        """True while the sale is being closed."""
        return self._busy

    def start(self) -> None:
        """Ask what is paid out for the open basket, and how."""
        priced = self._basket.priced
        if priced is None or self._busy:
            return
        self._tasks.run(
            refunding.proposal,
            self._basket.session,
            priced.basket.basket_id,
            done=self._proposed,
            failed=self._failed,
        )

    def confirm(self) -> None:
        """Pay out as proposed."""
        if self._payout is not None:
            self._close(self._payout.offers)

    def pay_all(self, kind: TenderKind) -> None:
        """Pay all of it out this one way; another way than the proposed one needs a right."""
        if self._payout is not None:
            self._close((Offer(kind, -self._whole(self._payout, kind)),))

    def release(self) -> None:
        """Nothing was paid out; it may be tried again."""
        self._busy = False
        self._publish()

    def _whole(self, payout: Payout, kind: TenderKind) -> int:
        """All that is owed, for cash in coins; above zero."""
        if kind is not TenderKind.CASH:
            return payout.owed_minor
        coin, before = self._basket.session.store.cash_increment, payout.cash_refunded_minor
        owed = settle(-payout.owed_minor, (), coin, cash_refunded_minor=before)
        return -owed.cash_due_minor

    def _close(self, offers: tuple[Offer, ...]) -> None:
        priced = self._basket.priced
        if self._busy or priced is None:
            return
        self._busy = True
        self._publish()
        session, basket_id = self._basket.session, priced.basket.basket_id
        cards = [place for place, one in enumerate(offers) if one.kind is TenderKind.CARD]
        if self.terminal is not None and cards:

            def allow(tx: Any, who: Any) -> object:
                return refunding.allow(tx, session, basket_id, offers, who)

            self._run(offers, allow, lambda who: self._refund(offers, cards, who))
        else:
            self._store(offers, None)

    def _refund(
        self,
        offers: tuple[Offer, ...],
        cards: list[int],
        approver: StaffMember | None,
        taken: tuple[UUID, ...] = (),
    ) -> None:
        """Let the terminal refund one card after the other; the sale is closed behind the last."""
        if not cards or self.terminal is None:
            self._store(offers, approver)
            return
        place, *rest = cards

        def refunded(one: Attempt) -> None:
            done = replace(offers[place], reference=one.reference)
            after = (*offers[:place], done, *offers[place + 1 :])
            self._refund(after, rest, approver, (*taken, one.attempt_id))

        wanted = Wanted(offers[place].amount_minor, taken)
        self.terminal.charge(wanted, done=refunded, left=self.release)

    def _store(self, offers: tuple[Offer, ...], approver: StaffMember | None) -> None:
        priced = self._basket.priced
        if priced is None:
            self.release()
            return
        session, basket_id = self._basket.session, priced.basket.basket_id

        def verb(tx: Any, who: Any) -> object:
            return closing.close_sale(tx, session, basket_id, offers, approver=who or approver)

        self._run(offers, verb, self._closed)

    def _run(self, offers: tuple[Offer, ...], verb: Verb, done: Callable[[Any], object]) -> None:
        amount = self._money(-sum(offer.amount_minor for offer in offers))
        names = ", ".join(_names()[offer.kind] for offer in offers)
        act = BackAct(_("Pay out another way"), names, amount, verb)
        self._act(act, done=done, failed=self._failed)

    def _proposed(self, payout: Payout) -> None:
        self._payout = payout
        self._busy = False
        self._publish()
        self.opened.emit()

    def _closed(self, sale: ClosedSale) -> None:
        self._busy = False
        self._payout = None
        self.closed.emit(sale)

    def _failed(self, error: Exception) -> None:
        self.release()
        if isinstance(error, RetailError):
            self.told.emit(Message(sentence(error), Tone.WARN))
        else:
            self.stopped.emit(sentence(error))

    def _money(self, minor: int) -> str:
        return money(minor, self._basket.session.store.currency)

    def _publish(self) -> None:
        payout = self._payout
        if payout is None:
            return
        due = -sum(offer.amount_minor for offer in payout.offers)
        note = ""
        if due != payout.owed_minor:
            note = _("%(amount)s, rounded for cash") % {"amount": self._money(payout.owed_minor)}
        whole = {kind: self._money(self._whole(payout, kind)) for kind in _SHOWN}
        confirm = _("Storing the sale …") if self._busy else _confirm(payout, self._money, due)
        self.changed.emit(
            PayoutView(
                due=self._money(due),
                due_note=note,
                parts=tuple(
                    _part(payout, place, self._money) for place in range(len(payout.parts))
                ),
                confirm=confirm,
                cash=_("All in cash · %(amount)s") % {"amount": whole[TenderKind.CASH]},
                card=_("All to a card · %(amount)s") % {"amount": whole[TenderKind.CARD]},
                credit=_("All as store credit · %(amount)s")
                % {"amount": whole[TenderKind.STORE_CREDIT]},
                ready=not self._busy,
                by_hand=self.terminal is None,
            )
        )


_SHOWN = (TenderKind.CASH, TenderKind.CARD, TenderKind.STORE_CREDIT)


def _names() -> dict[TenderKind, str]:
    return {
        TenderKind.CASH: _("Cash"),
        TenderKind.CARD: _("Card"),
        TenderKind.GIFT_CARD: _("Gift card"),
        TenderKind.STORE_CREDIT: _("Store credit"),
        TenderKind.VOUCHER: _("Voucher"),
        TenderKind.POINTS: _("Points"),
        TenderKind.HOUSE_ACCOUNT: _("On account"),
    }


def _part(payout: Payout, place: int, written: Callable[[int], str]) -> PayoutPart:
    part = payout.parts[place]
    slip = payout.cards.get(part.reference)
    behind = f"{slip.brand} ••{slip.last_four}" if slip else part.reference
    label = f"{_names()[part.kind]} {behind}".rstrip()
    return PayoutPart(part.kind, label, written(part.amount_minor), _(SENTENCES[part.why]))


def _confirm(payout: Payout, written: Callable[[int], str], due: int) -> str:
    kinds = {part.kind for part in payout.parts}
    given = {"amount": written(due)}
    if kinds == {TenderKind.CASH}:
        return _("Pay out %(amount)s in cash") % given
    if kinds == {TenderKind.STORE_CREDIT}:
        return _("Give %(amount)s as store credit") % given
    if kinds == {TenderKind.CARD}:
        return _("Refund %(amount)s to the card") % given
    return _("Pay out %(amount)s") % given
