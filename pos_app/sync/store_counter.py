"""Baskets and receipts of other tills, asked for at the counter: on threads of their own.

Nothing waits for an answer but whoever wants the basket or receipt; a till that cannot ask sells
and takes its own receipts back as ever. Who goes on without an answer waits behind no one who
needs it, and nobody waits behind what is only settled.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from time import monotonic
from typing import TypeVar
from uuid import UUID

import msgspec

from pos_app.sync.client import HeadOffice
from pos_app.sync.counter_line import CounterLine
from pos_app.sync.errors import NoAnswer, SyncError
from pos_app.sync.interrupt import InterruptibleAdapter
from pos_app.sync.ports import StoreAccess
from retail.contract.baskets import ClaimBasketAnswer, ClaimBasketRequest
from retail.contract.receipts import (
    ClaimReturnAnswer,
    ClaimReturnRequest,
    FindReceiptsAnswer,
    FindReceiptsRequest,
    OpenReceiptAnswer,
    OpenReceiptRequest,
)
from retail.errors import RetailError

S = TypeVar("S")
PATIENCE_SECONDS = 8.0
"""Somebody waits and may give up any time before."""
_AT_ONCE = 2
"""On a line: a receipt is looked up while another request still hangs."""


class StoreCounter:
    """Asks head office; futures fail with RetailError ``office.silent`` when it does not answer.

    Args:
        store: the till's database.
        adapter: makes what requests are sent through.
    """

    def __init__(
        self,
        store: StoreAccess,
        adapter: Callable[[], InterruptibleAdapter] = InterruptibleAdapter,
    ) -> None:
        self._patient = CounterLine(store, adapter, "till-counter", _AT_ONCE)
        self._brief = CounterLine(store, adapter, "till-counter-brief", _AT_ONCE)
        self._settling = CounterLine(store, adapter, "till-counter-settling")

    def claim_basket(self, hold: UUID) -> Future[ClaimBasketAnswer]:
        """Ask for a basket that waits at another till."""
        return self._ask("/v1/baskets/claim", ClaimBasketRequest(hold=hold), ClaimBasketAnswer)

    def find_receipts(self, wanted: FindReceiptsRequest) -> Future[FindReceiptsAnswer]:
        """Ask for receipts of other tills."""
        return self._ask("/v1/receipts/find", wanted, FindReceiptsAnswer)

    def open_receipt(
        self, wanted: OpenReceiptRequest, seconds: float = PATIENCE_SECONDS
    ) -> Future[OpenReceiptAnswer]:
        """Ask for one receipt with all that came back of it."""
        return self._ask("/v1/receipts/open", wanted, OpenReceiptAnswer, seconds)

    def claim_return(
        self, wanted: ClaimReturnRequest, seconds: float = PATIENCE_SECONDS
    ) -> Future[ClaimReturnAnswer]:
        """Ask whether goods may come back here, or give up what was claimed."""
        return self._ask("/v1/receipts/claim", wanted, ClaimReturnAnswer, seconds)

    def settle_return(self, wanted: ClaimReturnRequest) -> Future[ClaimReturnAnswer]:
        """Have head office hold what it should; nobody waits, and one follows the other."""
        return self._settling.ask(
            lambda client: _answer(
                client, "/v1/receipts/claim", wanted, ClaimReturnAnswer, PATIENCE_SECONDS
            )
        )

    def stop(self) -> None:
        """Let requests that are under way come to their end, then join."""
        for line in (self._patient, self._brief, self._settling):
            line.stop()

    def _ask(
        self, path: str, wanted: msgspec.Struct, shape: type[S], seconds: float = PATIENCE_SECONDS
    ) -> Future[S]:
        """Ask; the time counts from now, also while others are asked."""
        line = self._patient if seconds >= PATIENCE_SECONDS else self._brief
        end = monotonic() + seconds
        return line.ask(lambda client: _answer(client, path, wanted, shape, end - monotonic()))


def _answer(
    client: HeadOffice, path: str, wanted: msgspec.Struct, shape: type[S], seconds: float
) -> S:
    try:
        if seconds <= 0:
            raise NoAnswer(
                "The head office has not answered what it was asked before.", reached=False
            )
        return client.ask(path, wanted, shape, seconds)
    except SyncError as problem:
        raise RetailError(
            "office.silent",
            "%(why)s Nothing was changed; try again when head office answers.",
            why=problem,
        ) from problem
