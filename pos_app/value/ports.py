"""What stored value needs of the rest of the till."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, Protocol, TypeVar

from retail.contract.value import (
    BalanceAnswer,
    BalanceRequest,
    CaptureRequest,
    HeldAnswer,
    QuotaAnswer,
    QuotaRequest,
    ReleaseRequest,
    ReserveRequest,
)

R = TypeVar("R")


class Unanswered(Exception):  # noqa: N818 (what happened)
    """Head office could not be asked, or would not answer; the till decides alone."""


class ValueOffice(Protocol):
    """Head office, for stored value; every call raises :class:`Unanswered` when it is not there."""

    def reserve(self, wanted: ReserveRequest) -> HeldAnswer:
        """Hold value for a sale."""

    def balance(self, wanted: BalanceRequest) -> BalanceAnswer:
        """What is on an instrument."""

    def capture(self, wanted: CaptureRequest) -> None:
        """Book a completed sale's value now."""

    def release(self, wanted: ReleaseRequest) -> None:
        """Give a reservation back."""

    def quota(self, kind: str, wanted: QuotaRequest) -> QuotaAnswer:
        """Borrow value, and give leases back."""


class StoreAccess(Protocol):
    """The till's database: queries beside the writer, and writes of their own transaction."""

    def read(self, query: Callable[..., R], *args: Any) -> Future[R]:
        """Run ``query(tx, *args)`` on a read-only connection."""

    def write(self, use_case: Callable[..., R], *args: Any) -> Future[R]:
        """Run ``use_case(tx, *args)`` in one transaction; done after its commit."""
