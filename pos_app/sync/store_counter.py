"""Baskets and receipts of other tills, asked for at the counter: on threads of their own.

Nothing waits for an answer but whoever wants the basket or receipt; a till that cannot ask sells
and takes its own receipts back as ever.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar
from uuid import UUID

import msgspec

from pos_app.sync.client import HeadOffice
from pos_app.sync.errors import SyncError
from pos_app.sync.greeting import secrets_of
from pos_app.sync.identity import load_enrolment
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
"""A receipt is looked up while another request still hangs."""


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
        self._store = store
        self._adapter = adapter
        self._threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="till-counter")

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

    def stop(self) -> None:
        """Let requests that are under way come to their end, then join."""
        self._threads.shutdown(cancel_futures=True)

    def _ask(
        self, path: str, wanted: msgspec.Struct, shape: type[S], seconds: float = PATIENCE_SECONDS
    ) -> Future[S]:
        return self._threads.submit(self._asked, path, wanted, shape, seconds)

    def _asked(self, path: str, wanted: msgspec.Struct, shape: type[S], seconds: float) -> S:
        # Anew each time: the till's secret may have been renewed since.
        known = self._store.read(load_enrolment).result()
        client = HeadOffice(known.server, known.installation, secrets_of(known), self._adapter)
        try:
            return client.ask(path, wanted, shape, seconds)
        except SyncError as problem:
            raise RetailError(
                "office.silent",
                "%(why)s Nothing was changed; try again when head office answers.",
                why=problem,
            ) from problem
        finally:
            client.close()
