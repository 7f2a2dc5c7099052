"""Head office for stored value, over the sync's client."""

from __future__ import annotations

import logging
from typing import TypeVar

import msgspec

from pos_app.checkout import coupon_holds
from pos_app.journal.desk import Desk
from pos_app.sync.client import HeadOffice
from pos_app.sync.errors import SyncError
from pos_app.sync.ports import StoreAccess
from pos_app.value import leases
from pos_app.value.ports import Unanswered
from retail.contract.value import (
    BalanceAnswer,
    BalanceRequest,
    CaptureRequest,
    Done,
    HeldAnswer,
    QuotaAnswer,
    QuotaRequest,
    ReleaseRequest,
    ReserveRequest,
)

log = logging.getLogger("tillwright.sync")

S = TypeVar("S")
_PATIENCE_SECONDS = 4.0
"""A customer stands there; after that the till's own limits decide."""


class SyncedValueOffice:
    """Implements ``pos_app.value.ports.ValueOffice``; whatever goes wrong is no answer."""

    def __init__(self, client: HeadOffice) -> None:
        self._client = client

    def reserve(self, wanted: ReserveRequest) -> HeldAnswer:
        """Hold value for a sale."""
        return self._ask("/v1/auth/reserve", wanted, HeldAnswer)

    def balance(self, wanted: BalanceRequest) -> BalanceAnswer:
        """What is on an instrument."""
        return self._ask("/v1/auth/balance", wanted, BalanceAnswer)

    def capture(self, wanted: CaptureRequest) -> None:
        """Book a completed sale's value now."""
        self._ask("/v1/auth/capture", wanted, Done)

    def release(self, wanted: ReleaseRequest) -> None:
        """Give a reservation back."""
        self._ask("/v1/auth/release", wanted, Done)

    def quota(self, kind: str, wanted: QuotaRequest) -> QuotaAnswer:
        """Borrow value, and give leases back."""
        return self._ask(f"/v1/quota/{kind}", wanted, QuotaAnswer)

    def _ask(self, path: str, wanted: msgspec.Struct, shape: type[S]) -> S:
        try:
            return self._client.ask(path, wanted, shape, _PATIENCE_SECONDS)
        except SyncError as problem:
            raise Unanswered(str(problem)) from problem


def refill(client: HeadOffice, store: StoreAccess, desk: Desk) -> None:
    """Keep quotas for offline use filled; an older head office has none to lend."""
    try:
        leases.refresh(store, SyncedValueOffice(client), desk, coupon_holds.held_leases)
    except Unanswered as problem:
        log.info("quotas are as they were: %s", problem)
