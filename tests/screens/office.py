"""Head office as a till's counter asks it: a test says what is answered, and when."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from pytestqt.qtbot import QtBot

from pos_app.sync.status import SyncState, SyncStatus
from retail.contract.baskets import ClaimBasketAnswer
from retail.contract.receipts import (
    ClaimReturnAnswer,
    ClaimReturnRequest,
    FindReceiptsAnswer,
    FindReceiptsRequest,
    FoundReceipt,
    OpenReceiptAnswer,
    OpenReceiptRequest,
)
from retail.errors import RetailError
from tests.screens.till_store import Hands, till

R = TypeVar("R")
SILENT = RetailError("office.silent", "Head office is silent; try again.")


@dataclass
class Office:
    """Answers at once, unless it is slow: then the test ends the futures.

    Attributes:
        basket: what a claimed basket's answer is; an error is raised.
        receipts: by id and by number.
        listed: what any search finds.
        refused: the answer to claims on goods; None grants them.
        silent: nobody answers.
        asked: every question with its future, in order.
    """

    basket: ClaimBasketAnswer | None = None
    receipts: dict[UUID | str, OpenReceiptAnswer] = field(default_factory=dict)
    listed: tuple[FoundReceipt, ...] = ()
    refused: ClaimReturnAnswer | None = None
    silent: bool = False
    slow: bool = False
    asked: list[tuple[object, Future[object]]] = field(default_factory=list)

    def claim_basket(self, hold: UUID) -> Future[ClaimBasketAnswer]:
        return self._answer(hold, self.basket or ClaimBasketAnswer(granted=False))

    def find_receipts(self, wanted: FindReceiptsRequest) -> Future[FindReceiptsAnswer]:
        return self._answer(wanted, FindReceiptsAnswer(found=self.listed))

    def open_receipt(
        self,
        wanted: OpenReceiptRequest,
        seconds: float = 0,  # noqa: ARG002 (as the port has it)
    ) -> Future[OpenReceiptAnswer]:
        found = self.receipts.get(wanted.rid or wanted.number, OpenReceiptAnswer())
        return self._answer(wanted, found)

    def claim_return(
        self,
        wanted: ClaimReturnRequest,
        seconds: float = 0,  # noqa: ARG002 (as the port has it)
    ) -> Future[ClaimReturnAnswer]:
        return self._answer(wanted, self.refused or ClaimReturnAnswer(granted=True))

    def settle_return(self, wanted: ClaimReturnRequest) -> Future[ClaimReturnAnswer]:
        return self.claim_return(wanted)

    @property
    def claims(self) -> list[tuple[tuple[int, int], ...]]:
        """The lines of each claim on goods."""
        return [one.lines for one, _ in self.asked if isinstance(one, ClaimReturnRequest)]

    def _answer(self, wanted: object, answer: R) -> Future[R]:
        future: Future[R] = Future()
        self.asked.append((wanted, future))  # type: ignore[arg-type]
        if self.silent:
            future.set_exception(SILENT)
        elif not self.slow:
            future.set_result(answer)
        return future


@contextmanager
def selling_with(office: Office, folder: Path, qtbot: QtBot) -> Iterator[Hands]:
    """Somebody at work at a till whose head office answers like that."""
    with till(folder, counter=office) as found:
        found.window.resize(1366, 768)
        found.window.show()
        qtbot.waitExposed(found.window)
        found.window.activateWindow()
        found.window.start()
        qtbot.waitUntil(lambda: found.ui.open == 0)
        hands = Hands(found, qtbot)
        hands.sign_on()
        hands.open_shift("15000")
        link(hands, SyncState.ONLINE)
        yield hands


def link(hands: Hands, state: SyncState) -> None:
    """Head office answers from now on, or not; what hangs on it is read at once."""
    hands.window.show_sync(SyncStatus(state))
    hands.window.selling.holding.presenter.refresh()
    hands.settle()
