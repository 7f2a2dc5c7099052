"""Head office asked for receipts of other tills, and for what other tills took back of ours."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from PySide6.QtCore import QObject, Signal

from pos_app.checkout import receipt_search, return_claims
from pos_app.runtime.i18n import _, sentence
from pos_app.screens.records import Message, Tone
from retail.contract.receipts import (
    ClaimReturnAnswer,
    ClaimReturnRequest,
    FindReceiptsRequest,
    OpenReceiptRequest,
)
from retail.errors import RetailError

if TYPE_CHECKING:
    from pos_app.checkout.receipt_search import Receipt
    from pos_app.screens.shell.ports import StoreCounter
    from pos_app.screens.task_runner import Failed, GiveUp, TaskRunner
    from pos_app.till.service import TillSession
    from retail.contract.receipts import FindReceiptsAnswer, OpenReceiptAnswer

Loaded = Callable[["Receipt | None"], object]
OWN_SECONDS = 2.0
"""Own receipts are shown at once; what head office knows of them is waited for no longer."""


class ReturnsOffice(QObject):
    """One question at a time; an answer that a newer one has overtaken is let go.

    Signals:
        asking: what is asked for, as a sentence; empty once it is answered or given up.
        told: a :class:`Message`.
    """

    asking = Signal(str)
    told = Signal(object)

    def __init__(
        self,
        session: Callable[[], TillSession],
        tasks: TaskRunner,
        counter: StoreCounter | None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._tasks = tasks
        self._counter = counter
        self._asked: object | None = None
        self._leave: GiveUp | None = None
        self._link = False
        self._settling: TillSession | None = None
        self._under_way: dict[UUID, Future[ClaimReturnAnswer]] = {}
        self._said: dict[UUID, ClaimReturnAnswer] = {}
        self._holds = True
        self._closes: object | None = None

    @property
    def waiting(self) -> bool:
        """Whether an answer is waited for."""
        return self._asked is not None

    @property
    def online(self) -> bool:
        """Whether head office can be asked, as far as is known."""
        return self._link and self._counter is not None

    def show_link(self, *, online: bool) -> None:
        """Head office answers, or does not; what was taken back without it is claimed then."""
        back, self._link = online and not self._link, online
        if back:
            self.settle(takes_back=True)

    def give_up(self) -> None:
        """Nobody waits any more."""
        if self._asked is not None:
            self._asked = None
            self.asking.emit("")
            if self._leave is not None:
                self._leave()

    def open(self, wanted: OpenReceiptRequest, *, done: Loaded, failed: Failed) -> None:
        """A receipt that this till does not have, with all that came back of it."""
        counter = self._counter
        if counter is None:
            done(None)
            return
        self._ask(
            counter.open_receipt(wanted),
            _("Asking head office for the receipt …"),
            done=lambda told: self._take_in(told, done, failed),
            failed=failed,
        )

    def find(
        self,
        wanted: FindReceiptsRequest,
        *,
        done: Callable[[FindReceiptsAnswer], object],
        failed: Failed,
    ) -> None:
        """Receipts of other tills by what is known of them."""
        if self._counter is not None:
            words = _("Asking head office for receipts of other tills …")
            self._ask(self._counter.find_receipts(wanted), words, done=done, failed=failed)

    def look_again(self, rid: UUID, done: Loaded) -> None:
        """What other tills took back of a receipt that is shown; silence changes nothing."""
        if not self.online or self._counter is None:
            return
        self._tasks.follow(
            self._counter.open_receipt(OpenReceiptRequest(rid=rid), OWN_SECONDS),
            done=lambda told: self._take_in(told, done, _nothing),
            failed=_nothing,
        )

    def claim(
        self,
        receipt: Receipt,
        lines: ClaimReturnRequest,
        *,
        done: Callable[[], object],
        failed: Failed,
    ) -> None:
        """May these goods come back here? A till's own receipts come back when nobody answers."""
        counter, own = self._counter, not receipt.elsewhere.place
        if counter is None or not self.online:
            if own:
                done()
            else:
                failed(_needs_the_network(receipt))
            return

        def answered(noted: ClaimReturnRequest, answer: ClaimReturnAnswer) -> None:
            if answer.granted:
                self._granted(noted)
            if answer.granted or (own and not answer.line):
                done()  # granted, or head office has not heard of the sale yet
            else:
                failed(return_claims.refusal(receipt, answer))

        def silent(error: Exception) -> None:
            if own and isinstance(error, RetailError):
                done()
            else:
                failed(error)

        def ask(noted: ClaimReturnRequest) -> None:
            asked = counter.claim_return(noted, OWN_SECONDS) if own else counter.claim_return(noted)
            words = _("Asking head office whether these goods may come back here …")
            self._ask(
                asked,
                words,
                done=lambda answer: answered(noted, answer),
                failed=silent,
                late=lambda _: self._undo(noted),
            )

        self._note(lines, done=ask, failed=failed)

    def _note(
        self,
        lines: ClaimReturnRequest,
        *,
        done: Callable[[ClaimReturnRequest], object],
        failed: Failed,
    ) -> None:
        self._holds = True
        self._tasks.run(return_claims.note, self._session(), lines, done=done, failed=failed)

    def _granted(self, asked: ClaimReturnRequest) -> None:
        self._said.pop(asked.sale, None)
        session = self._session()
        self._tasks.ask(return_claims.granted, session, asked, done=_nothing, failed=_nothing)

    def _undo(self, lines: ClaimReturnRequest) -> None:
        """A claim was answered that nobody waits for any more."""
        self._note(lines, done=lambda _noted: self.settle(), failed=_nothing)

    def settle(self, *, takes_back: bool = False) -> None:
        """See to it that head office holds what baskets take back, and nothing else.

        Args:
            takes_back: goods come back in the open basket.
        """
        self._holds = self._holds or takes_back
        session = self._session()
        if not self.online or self._settling is session or self.waiting or not self._holds:
            return
        self._settling = session
        self._tasks.ask(return_claims.settle, session, done=self._tell_due, failed=self._settled)

    def _tell_due(self, due: tuple[ClaimReturnRequest, ...] | None) -> None:
        self._settled()
        counter, self._holds = self._counter, due is not None
        if counter is None:
            return
        for one in due or ():
            before = self._under_way.get(one.sale)
            if before is not None and not before.done():
                continue  # in the order of asking: what is noted is settled after the answer
            self._under_way[one.sale] = asked = counter.settle_return(one)
            self._tasks.follow(asked, done=partial(self._told_due, one), failed=_nothing)

    def _told_due(self, one: ClaimReturnRequest, answer: ClaimReturnAnswer) -> None:
        if answer.granted:
            self._granted(one)
        elif answer.line and self._said.get(one.sale) != answer:
            self._said[one.sale] = answer
            self._tasks.ask(return_claims.why_not, one, answer, done=self._warn, failed=_nothing)

    def _warn(self, problem: RetailError | None) -> None:
        if problem is not None:
            self.told.emit(Message(sentence(problem), Tone.WARN))

    def _settled(self, _problem: Exception | None = None) -> None:
        self._settling = None

    def before_close(self, go: Callable[[], object]) -> None:
        """Ask once more for what is not granted or was long ago; refused goods are not closed.

        It goes before a payout and before the payment of an exchange alike. Nobody who answers
        not holds either up for longer than two seconds.
        """
        counter, session = self._counter, self._session()
        self._closes = asked_for = object()

        def done() -> None:
            if self._closes is asked_for:  # a second press has its own answer
                go()

        if counter is None or not self.online:
            done()
            return

        def each(due: tuple[ClaimReturnRequest, ...] | None) -> None:
            if not due:
                done()
                return
            one, rest = due[0], due[1:]

            def answered(answer: ClaimReturnAnswer) -> None:
                if answer.granted:
                    self._granted(one)
                if answer.granted or not answer.line or not one.lines:
                    each(rest)
                else:
                    asked = (return_claims.why_not, one, answer)
                    self._tasks.ask(*asked, done=self._warn, failed=_nothing)

            asked = counter.claim_return(one, OWN_SECONDS)
            words = _("Asking head office whether these goods may come back here …")
            self._ask(asked, words, done=answered, failed=lambda _error: done())

        self._tasks.ask(return_claims.due_now, session, done=each, failed=lambda _error: done())

    def _take_in(self, told: OpenReceiptAnswer, done: Loaded, failed: Failed) -> None:
        session = self._session()
        self._tasks.ask(receipt_search.take_in, session, told, done=done, failed=failed)

    def _ask(
        self,
        future: Future[Any],
        words: str,
        *,
        done: Callable[[Any], object],
        failed: Failed,
        late: Callable[[Any], object] | None = None,
    ) -> None:
        self._asked = asked = object()
        self.asking.emit(words)

        def ended(step: Callable[[Any], object]) -> Callable[[Any], None]:
            def take(value: Any) -> None:
                if self._asked is asked:
                    self._asked = None
                    self.asking.emit("")
                    step(value)
                elif late is not None:
                    late(value)

            return take

        # What is scanned behind it, such as the payment, waits for the answer.
        self._leave = self._tasks.follow(
            future, done=ended(done), failed=ended(failed), entered=True
        )


def _needs_the_network(receipt: Receipt) -> RetailError:
    return RetailError(
        "return.network",
        "This receipt is of %(place)s, and head office cannot be asked now whether the goods came "
        "back elsewhere. Nothing was taken back; try again once the network is back.",
        place=receipt.elsewhere.place,
    )


def _nothing(_value: object) -> None:
    """Silence changes nothing."""
