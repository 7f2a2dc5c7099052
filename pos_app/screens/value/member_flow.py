"""Points and the account on the payment page: shown, held, and given to the payment."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from pos_app.checkout import member_tenders
from pos_app.runtime.i18n import N_, _, sentence
from pos_app.screens.records import Message, Tone
from pos_app.screens.value.member_sheet import MemberSheet
from pos_app.screens.value.member_words import member_view, taken_label
from retail.tender.settlement import TenderKind

if TYPE_CHECKING:
    from pos_app.checkout.member_tenders import MemberOffer
    from pos_app.screens.checkout.presenter import CheckoutPresenter
    from pos_app.screens.checkout.tender_presenter import TenderPresenter
    from pos_app.screens.shell.ports import ValueCounter
    from pos_app.screens.task_runner import TaskRunner
    from pos_app.screens.widgets.sheet import Sheet
    from pos_app.value.service import Allowed

NAMES = {TenderKind.POINTS: N_("Points"), TenderKind.HOUSE_ACCOUNT: N_("On account")}


class MemberFlow(QObject):
    """Opens the sheet of the attached customer and hands what was held to the payment.

    Signals:
        told: a :class:`Message`.
    """

    told = Signal(object)

    def __init__(
        self,
        basket: CheckoutPresenter,
        payment: TenderPresenter,
        counter: ValueCounter | None,
        tasks: TaskRunner,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._basket = basket
        self._payment = payment
        self._counter = counter
        self._tasks = tasks
        self._sheet: Sheet
        payment.value_asked.connect(self._ask)

    def attach(self, sheet: Sheet) -> None:
        """Join with the window's sheet."""
        self._sheet = sheet

    def _ask(self, kind: TenderKind, amount: int) -> None:
        if kind not in NAMES:
            return
        self._tasks.read(
            member_tenders.offer,
            self._basket.session,
            kind,
            amount,
            done=lambda offer: self._open(kind, offer),
            failed=self._failed,
        )

    def _open(self, kind: TenderKind, offer: MemberOffer) -> None:
        store = self._basket.session.store
        content = MemberSheet(member_view(offer, store.currency, store.zone))
        content.taken.connect(lambda: self._hold(kind, offer, content))
        self._sheet.open_with(_(NAMES[kind]), content)

    def _hold(self, kind: TenderKind, offer: MemberOffer, content: MemberSheet) -> None:
        counter, session = self._counter, self._basket.session
        if counter is None:
            content.show_refusal(_("This till takes no stored value."))
            return

        def held(allowed: Allowed) -> None:
            if self._sheet.content is content:
                self._sheet.close_sheet()
                self._payment.add_held(kind, allowed, taken_label(offer, allowed))
            else:
                # Nobody waits for it any more.
                counter.give_back(session, allowed)

        def failed(error: Exception) -> None:
            if self._sheet.content is content:
                content.show_refusal(sentence(error))

        asked = replace(offer.asked, held=self._payment.taken.moves)
        self._tasks.follow(counter.hold(session, asked), done=held, failed=failed)

    def _failed(self, error: Exception) -> None:
        self.told.emit(Message(sentence(error), Tone.WARN))
