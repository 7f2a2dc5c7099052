"""What the window is given by whoever puts the till together."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from hardware.ports import Scale
from pos_app.journal.desk import Desk
from pos_app.payments.attempts import Attempt
from pos_app.payments.service import Standing, Wanted
from pos_app.runtime.sounds import Sounds
from pos_app.screens.task_runner import TaskRunner
from pos_app.till.service import TillSession
from pos_app.value.service import Allowed, Asked, Balance
from retail.contract.baskets import ClaimBasketAnswer
from retail.contract.receipts import (
    ClaimReturnAnswer,
    ClaimReturnRequest,
    FindReceiptsAnswer,
    FindReceiptsRequest,
    OpenReceiptAnswer,
    OpenReceiptRequest,
)
from retail.contract.sales import ValueMove
from retail.receipt import ReceiptDocument
from retail.value import ValueKind
from retail.weighing import Tare


class EventSource(Protocol):
    """Where events of devices and sync come from, on the UI thread."""

    def subscribe(self, event_type: type[Any], slot: Callable[[Any], None]) -> None:
        """Call ``slot`` for each event of that type."""


class ValueCounter(Protocol):
    """Stored value for the sale at hand; every answer comes later."""

    def hold(self, session: TillSession, asked: Asked) -> Future[Allowed]:
        """What may be taken of an instrument."""

    def balance(self, session: TillSession, kind: ValueKind, code: str) -> Future[Balance]:
        """What is on an instrument."""

    def capture(
        self, session: TillSession, rid: UUID, moves: tuple[ValueMove, ...]
    ) -> Future[bool]:
        """Tell at once what a sale took."""

    def give_back(self, session: TillSession, allowed: Allowed) -> Future[bool]:
        """Let go what was held."""


class StoreCounter(Protocol):
    """Baskets and receipts of other tills, asked for at head office; every answer comes later.

    A future fails with RetailError ``office.silent`` when nobody answers.
    """

    def claim_basket(self, hold: UUID) -> Future[ClaimBasketAnswer]:
        """Ask for a basket that waits at another till."""

    def find_receipts(self, wanted: FindReceiptsRequest) -> Future[FindReceiptsAnswer]:
        """Ask for receipts of other tills."""

    def open_receipt(
        self, wanted: OpenReceiptRequest, seconds: float = ...
    ) -> Future[OpenReceiptAnswer]:
        """Ask for one receipt with all that came back of it."""

    def claim_return(
        self, wanted: ClaimReturnRequest, seconds: float = ...
    ) -> Future[ClaimReturnAnswer]:
        """Ask whether goods may come back here, or give up what was claimed."""

    def settle_return(self, wanted: ClaimReturnRequest) -> Future[ClaimReturnAnswer]:
        """Have head office hold what it should, behind those whom somebody waits for."""


class CardDesk(Protocol):
    """The card terminal and its attempts; how they end is told as ``AttemptChanged``."""

    @property
    def online(self) -> bool:
        """Whether the terminal can be reached."""

    def begin(self, session: TillSession, basket_id: UUID, wanted: Wanted) -> Future[Attempt]:
        """Keep an attempt and ask the terminal."""

    def standing(self, basket_id: UUID) -> Future[Standing]:
        """What the terminal has done for a basket."""

    def give_back(self, session: TillSession, attempt_id: UUID) -> Future[Attempt | None]:
        """Reverse what was approved."""

    def abort(self, one: Attempt) -> None:
        """Ask the terminal to stop; raises HardwareError."""

    def check(self, one: Attempt) -> None:
        """Ask the terminal what became of an attempt; raises HardwareError."""


@dataclass(frozen=True, slots=True)
class ShellPorts:
    """What the window needs from the composition root.

    Attributes:
        tasks: runs use cases; answers come on the UI thread.
        desk: the clock.
        place: tells store and till as the log-in page names them, in the language in use.
        idle_seconds: the till locks after so long without a touch.
        receipt_picture: a query ``(tx, rid)`` for the PNG of a sale's receipt as its printer
            prints it; without it none is shown.
        save_record: a query ``(tx, rid)`` that writes a record to a file and returns its path;
            without it none can be saved.
        save_receipt: a query ``(tx, rid)`` that saves a receipt, the newest one for None, as a PDF
            and returns its path; without it none can be saved.
        save_invoice: a query ``(tx, documents)`` that saves documents as A4 and returns where;
            without it none can be saved.
        sounds: what is to be heard is handed there; without it nothing is.
        own_keys: the setting with the keys of this till's own.
        value: gift cards and the like; without it none are taken.
        counter: baskets and receipts of other tills; without it there are none.
        cards: the card terminal; without it the cashier confirms an unconnected one.
        sync_now: tries the link to head office at once; returns without waiting.
        modules: a query ``(tx, text)`` for the modules of a QR code; without it none is shown.
        training: this is a copy to practise on.
        switch: goes over to practise on a copy, or back to the real till; None where neither is.
        scale: asked while somebody weighs; without it weights are typed. Its readings are events.
        tares: packings to choose from.
        open_drawer: opens the drawer at once, raising HardwareError, and names the device that
            tells what became of it, if one does; None where there is no drawer.
    """

    tasks: TaskRunner
    desk: Desk
    place: Callable[[], str]
    idle_seconds: int = 180
    receipt_picture: Callable[[Any, UUID], bytes] | None = None
    save_record: Callable[[Any, UUID], Path] | None = None
    save_receipt: Callable[[Any, UUID | None], Path] | None = None
    save_invoice: Callable[[Any, tuple[ReceiptDocument, ...]], tuple[Path, ...]] | None = None
    own_keys: str = ""
    sounds: Sounds | None = None
    value: ValueCounter | None = None
    counter: StoreCounter | None = None
    cards: CardDesk | None = None
    sync_now: Callable[[], None] | None = None
    modules: Callable[[Any, str], tuple[tuple[bool, ...], ...]] | None = None
    training: bool = False
    switch: Callable[[], None] | None = None
    scale: Scale | None = None
    tares: tuple[Tare, ...] = ()
    open_drawer: Callable[[], str] | None = None
