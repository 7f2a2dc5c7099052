"""What the customer's sheet asks and answers; it knows no widget."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from pos_app.checkout import attaching
from pos_app.checkout.member_standing import member_standing, with_elsewhere
from pos_app.customers import queries, service
from pos_app.runtime.i18n import _, money, sentence
from pos_app.runtime.sounds import Sound
from pos_app.screens.customers.standing_words import standing_view
from pos_app.screens.records import FoundRow, Message, Tone
from retail.contract.receipts import FindReceiptsRequest
from retail.errors import RetailError

if TYPE_CHECKING:
    from collections.abc import Collection

    from pos_app.checkout.member_standing import MemberStanding
    from pos_app.checkout.open_basket import CheckoutView
    from pos_app.customers.queries import FoundCustomer
    from pos_app.screens.checkout.presenter import CheckoutPresenter
    from pos_app.screens.shell.ports import StoreCounter
    from pos_app.screens.task_runner import TaskRunner
    from retail.basket.model import Attached
    from retail.contract.receipts import FindReceiptsAnswer
    from retail.customers import Consent, Personal

_DEBOUNCE_MS = 80


class CustomersPresenter(QObject):
    """Finds, attaches, enters and changes customers.

    Args:
        asked: what runs use cases, and head office, which is asked what a customer bought at other
            tills; its silence changes nothing.

    Signals:
        found_changed: rows of those found, and the words that were asked for.
        known_shown: a :class:`KnownCustomer` that is to be changed.
        standing_shown: a :class:`StandingView` of the attached customer.
        refused: an error with a sentence; the form stays open.
        told: a :class:`Message`.
        done: the sheet may close.
    """

    found_changed = Signal(object, str)
    known_shown = Signal(object)
    standing_shown = Signal(object)
    refused = Signal(object)
    told = Signal(object)
    done = Signal()

    def __init__(
        self,
        basket: CheckoutPresenter,
        asked: tuple[TaskRunner, StoreCounter | None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._basket = basket
        self._tasks, self._counter = asked
        self._found: dict[str, FoundCustomer] = {}
        self._words = ""
        self._debounce = QTimer(self)
        self._debounce.setSingleShot(True)
        self._debounce.setInterval(_DEBOUNCE_MS)
        self._debounce.timeout.connect(self._search)

    @property
    def attached(self) -> Attached | None:
        """The customer of the open basket."""
        priced = self._basket.priced
        return priced.basket.customer if priced is not None else None

    def search(self, words: str) -> None:
        """Look for somebody once the typing pauses."""
        self._words = words
        self._debounce.start()

    def attach(self, key: str) -> None:
        """Attach one of those found."""
        customer = self._found.get(key)
        if customer is not None:
            self._attach(customer)

    def attach_card(self, number: str) -> None:
        """Attach whose card was scanned."""

        def found(customers: tuple[FoundCustomer, ...]) -> None:
            if len(customers) == 1:
                self._attach(customers[0])
            else:
                text = _("No customer is known by this card; enter one with F3.")
                self.told.emit(Message(text, Tone.WARN))

        self._tasks.read(queries.find, number, done=found, failed=self._failed)

    def detach(self) -> None:
        """Take the customer off the basket."""
        session = self._basket.session
        self._tasks.run(attaching.detach, session, done=self._detached, failed=self._failed)

    def ask_known(self) -> None:
        """Show what is known of the attached customer."""
        who = self.attached
        if who is not None:
            self._tasks.read(
                queries.known, who.party, done=self.known_shown.emit, failed=self._failed
            )

    def ask_standing(self) -> None:
        """Show what the attached customer has and bought last; other tills' sales follow."""
        who, session = self.attached, self._basket.session
        if who is None:
            return

        def found(standing: MemberStanding) -> None:
            self._show_standing(standing)
            self._ask_elsewhere(who, standing)

        self._tasks.read(
            member_standing, session, who.party, who.tier, done=found, failed=self._failed
        )

    def _show_standing(self, found: MemberStanding) -> None:
        store = self._basket.session.store
        self.standing_shown.emit(standing_view(found, store.currency, store.zone))

    def _ask_elsewhere(self, who: Attached, standing: MemberStanding) -> None:
        if self._counter is None:
            return

        def told(answer: FindReceiptsAnswer) -> None:
            if self.attached == who:
                self._show_standing(with_elsewhere(standing, answer))

        wanted = FindReceiptsRequest(party=who.party)
        self._tasks.follow(self._counter.find_receipts(wanted), done=told, failed=_nothing)

    def save(self, personal: Personal, consents: Collection[Consent], *, new: bool) -> None:
        """Enter somebody, or change the attached customer; they are attached then."""
        who = None if new else self.attached
        self._tasks.run(
            service.save,
            self._basket.session,
            who.party if who else None,
            personal,
            consents,
            done=self._attach,
            failed=self._refused,
        )

    def _search(self) -> None:
        words = self._words
        self._tasks.read(
            queries.find, words, done=lambda found: self._show(found, words), failed=self._failed
        )

    def _show(self, found: tuple[FoundCustomer, ...], words: str) -> None:
        self._found = {one.customer.hex: one for one in found}
        rows = tuple(
            FoundRow(
                sku=one.customer.hex,
                name=one.name,
                detail=one.tier.capitalize() if one.tier else _("No level"),
                price="",
                spoken=", ".join(word for word in (one.name, one.tier) if word),
            )
            for one in found
        )
        self.found_changed.emit(rows, words)

    def _attach(self, customer: FoundCustomer) -> None:
        self._tasks.run(
            attaching.attach,
            self._basket.session,
            customer,
            done=self._attached,
            failed=self._failed,
        )

    def _attached(self, view: CheckoutView) -> None:
        who = view.priced.basket.customer
        text = who.name if who else ""
        if view.saved_more:
            amount = money(abs(view.saved_more), view.priced.basket.currency)
            words = (
                _("saves %(amount)s more") if view.saved_more > 0 else _("costs %(amount)s more")
            )
            text = f"{text}: {words % {'amount': amount}}"
        self._basket.heard.emit(Sound.RECOGNISED)
        self._basket.take_over(view, Message(text, undo=True))
        self.done.emit()

    def _detached(self, view: CheckoutView) -> None:
        self._basket.take_over(view, Message(_("The customer was taken off."), undo=True))
        self.done.emit()

    def _refused(self, error: Exception) -> None:
        if isinstance(error, RetailError):
            self.refused.emit(error)
        else:
            self._failed(error)

    def _failed(self, error: Exception) -> None:
        self.told.emit(Message(sentence(error), Tone.ERROR))


def _nothing(_answer: object) -> None:
    """What is known here stays shown."""
