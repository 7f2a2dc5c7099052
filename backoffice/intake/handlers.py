"""From journalled bytes to events."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from backoffice.platform.events import (
    BasketPutAside,
    CustomerReported,
    HoldEnded,
    InvoiceReported,
    ReceiptWished,
    SaleAccepted,
    ShiftReported,
    StockCountReported,
)
from backoffice.wiring import Event
from retail.contract.baskets import BasketHeld, BasketReleased
from retail.contract.codec import read_entry
from retail.contract.facts import (
    CustomerSaved,
    InvoiceIssued,
    ReceiptSent,
    ShiftOpened,
    StockCounted,
    decode,
)
from retail.contract.sales import SaleClosed

_EVENTS: dict[type, Callable[..., Event]] = {
    SaleClosed: SaleAccepted,
    ShiftOpened: ShiftReported,
    StockCounted: StockCountReported,
    CustomerSaved: CustomerReported,
    ReceiptSent: ReceiptWished,
    InvoiceIssued: InvoiceReported,
    BasketHeld: BasketPutAside,
    BasketReleased: HoldEnded,
}


def event_of(row: Row[Any], installation_id: UUID) -> Event | None:
    """The event that a ``journal_entry`` row means, or None for a fact without effects.

    Raises:
        RetailError: ``entry.bytes``, ``fact.unknown`` or ``fact.invalid``.
    """
    entry = read_entry(bytes(row.entry))
    fact = decode(entry.type, entry.sv, entry.body)
    common: dict[str, Any] = {
        "store_id": row.store_id,
        "jid": row.jid,
        "seq": row.seq,
        "rid": row.rid,
        "at": row.at,
        "business_date": row.business_date,
        "shift_id": entry.shift,
        "installation_id": installation_id,
    }
    kind = _EVENTS.get(type(fact))
    return None if kind is None else kind(fact=fact, **common)
