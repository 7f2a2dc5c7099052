"""What happened at a till, as the modules of the head office hear of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from retail.contract.facts import SaleClosed, ShiftOpened, StockCounted


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleAccepted:
    """A finished sale whose journal entry is safe here.

    Attributes:
        rid: the sale's id, which is its journal entry's.
        at: wall clock of the till (UTC); for people, never for order.
        business_date: the trading day of the shift.
    """

    store_id: str
    jid: UUID
    seq: int
    rid: UUID
    at: datetime
    business_date: date
    shift_id: UUID | None
    installation_id: UUID
    fact: SaleClosed


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftReported:
    """A till opened a shift; attributes as in :class:`SaleAccepted`."""

    store_id: str
    jid: UUID
    seq: int
    rid: UUID
    at: datetime
    business_date: date
    shift_id: UUID | None
    installation_id: UUID
    fact: ShiftOpened


@dataclass(frozen=True, slots=True, kw_only=True)
class StockCountReported:
    """Articles were counted; attributes as in :class:`SaleAccepted`."""

    store_id: str
    jid: UUID
    seq: int
    rid: UUID
    at: datetime
    business_date: date
    shift_id: UUID | None
    installation_id: UUID
    fact: StockCounted
