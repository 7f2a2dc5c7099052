"""Asks the till for receipts, and head office for those of other tills where it can.

An answer that a newer question has overtaken is let go.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from PySide6.QtCore import QObject, Signal

from pos_app.checkout import receipt_search
from pos_app.checkout.receipt_search import Wanted
from pos_app.screens.returns.model import By, day_of
from retail.contract.receipts import FindReceiptsRequest, OpenReceiptRequest
from retail.errors import RetailError

if TYPE_CHECKING:
    from pos_app.checkout.receipt_search import Found, Receipt
    from pos_app.screens.returns.office import ReturnsOffice
    from pos_app.screens.task_runner import TaskRunner
    from pos_app.till.service import TillSession
    from retail.contract.receipts import FindReceiptsAnswer


class ReceiptFinder(QObject):
    """One question at a time.

    Signals:
        looking: a question was asked.
        found: the receipts of a search; once more when head office has answered, too.
        loaded: one receipt, or None where there is none of that kind.
        renewed: the receipt that was loaded, by what head office knows of it.
        failed: the error of the till or of head office.
    """

    looking = Signal()
    found = Signal(object)
    loaded = Signal(object)
    renewed = Signal(object)
    failed = Signal(object)

    def __init__(
        self, tasks: TaskRunner, office: ReturnsOffice, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._office = office
        self._asked = 0

    def forget(self) -> None:
        """Let the answer go that is still to come."""
        self._asked += 1
        self._office.give_up()

    def newest(self, party: UUID | None = None) -> None:
        """The newest receipts of a customer, at all stores; those of this till where none is."""
        if party is None:
            self._ask(self.found.emit, receipt_search.search, Wanted())
            return

        def elsewhere(own: tuple[Found, ...], answer: FindReceiptsAnswer) -> None:
            found = receipt_search.with_others(own, answer.found)
            if found:
                self.found.emit(found)

        def shown(own: tuple[Found, ...], here: tuple[Found, ...]) -> None:
            self.found.emit(here)
            # Asked behind what is read here: its answer must not be replaced by it.
            if self._office.online:
                self._office.find(
                    FindReceiptsRequest(party=party),
                    done=self._if_newest(lambda answer: elsewhere(own, answer)),
                    failed=self._if_newest(lambda _error: None),
                )

        def here(own: tuple[Found, ...]) -> None:
            if own:
                shown(own, own)
                return
            done = self._if_newest(lambda newest: shown(own, newest))
            failed = self._if_newest(self.failed.emit)
            self._tasks.read(receipt_search.search, Wanted(), done=done, failed=failed)

        self._ask(here, receipt_search.search, Wanted(party=party))

    def by_code(self, code: str) -> None:
        """The receipt of a QR code or of a whole number."""
        rid = receipt_search.scanned(code)
        wanted = OpenReceiptRequest(rid=rid, number="" if rid else code.strip())
        self._open(wanted, receipt_search.by_code, code)

    def by_id(self, rid: UUID) -> None:
        """A receipt that was found before."""
        self._open(OpenReceiptRequest(rid=rid), receipt_search.receipt, rid)

    def with_article(self, session: TillSession, code: str) -> None:
        """Receipts with an article."""

        def elsewhere(own: tuple[Found, ...]) -> None:
            self._tasks.read(
                receipt_search.sku_of,
                session,
                code,
                done=self._if_newest(
                    lambda sku: self._find(own, FindReceiptsRequest(sku=sku)) if sku else None
                ),
                failed=self._if_newest(self.failed.emit),
            )

        self._ask(self._first(elsewhere), receipt_search.with_article, session, code)

    def search(self, by: By, text: str, session: TillSession, today: date) -> None:
        """Receipts by what somebody typed.

        Raises:
            RetailError: ``return.day``.
        """
        if by is By.ARTICLE:
            self.with_article(session, text)
            return
        if by is By.CARD:
            own, wanted = Wanted(reference=text), FindReceiptsRequest(reference=text)
        elif by is By.DAY:
            day = day_of(text, today)
            own, wanted = Wanted(day=day), FindReceiptsRequest(day=day)
        else:
            own, wanted = Wanted(number=text), FindReceiptsRequest(number=text)
        elsewhere = self._first(lambda found: self._find(found, wanted))
        self._ask(elsewhere, receipt_search.search, own)

    def _open(self, wanted: OpenReceiptRequest, query: Callable[..., Any], *args: object) -> None:
        def ask_office() -> None:
            self._office.open(
                wanted,
                done=self._if_newest(self.loaded.emit),
                failed=self._if_newest(self.failed.emit),
            )

        def here(receipt: Receipt | None) -> None:
            if receipt is None and self._office.online:
                ask_office()
                return
            self.loaded.emit(receipt)
            if receipt is not None:
                self._office.look_again(receipt.rid, self._if_newest(self._renew))

        def failed(error: Exception) -> None:
            pruned = isinstance(error, RetailError) and error.code == "return.pruned"
            if pruned and self._office.online:
                ask_office()
            else:
                self.failed.emit(error)

        self._ask(here, query, *args, failed=failed)

    def _renew(self, receipt: Receipt | None) -> None:
        if receipt is not None:
            self.renewed.emit(receipt)

    def _first(
        self, then: Callable[[tuple[Found, ...]], object]
    ) -> Callable[[tuple[Found, ...]], None]:
        """Show what this till has, then look further."""

        def shown(own: tuple[Found, ...]) -> None:
            if own or not self._office.online:
                self.found.emit(own)
            if self._office.online:
                then(own)

        return shown

    def _find(self, own: tuple[Found, ...], wanted: FindReceiptsRequest) -> None:
        self._office.find(
            wanted,
            done=self._if_newest(
                lambda answer: self.found.emit(receipt_search.with_others(own, answer.found))
            ),
            failed=self._if_newest(lambda error: None if own else self.failed.emit(error)),
        )

    def _ask(
        self,
        answer: Callable[[Any], object],
        query: Callable[..., Any],
        *args: object,
        failed: Callable[[Exception], object] | None = None,
    ) -> None:
        self.forget()
        self.looking.emit()
        done, refused = self._if_newest(answer), self._if_newest(failed or self.failed.emit)
        self._tasks.read(query, *args, done=done, failed=refused)

    def _if_newest(self, step: Callable[[Any], object]) -> Callable[[Any], None]:
        asked = self._asked

        def take(value: Any) -> None:
            if asked == self._asked:
                step(value)

        return take
