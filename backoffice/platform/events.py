"""What happened at a till, as the modules of the head office hear of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from retail.contract.baskets import BasketHeld, BasketReleased
from retail.contract.facts import (
    CustomerSaved,
    InvoiceIssued,
    ReceiptSent,
    ShiftOpened,
    StockCounted,
)
from retail.contract.sales import SaleClosed


@dataclass(frozen=True, slots=True, kw_only=True)
class _Journalled:
    """What a till's journal entry tells, besides its fact.

    Attributes:
        rid: the record's id, a sale's for instance.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleAccepted(_Journalled):
    """A finished sale whose journal entry is safe here."""

    fact: SaleClosed


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftReported(_Journalled):
    """A till opened a shift."""

    fact: ShiftOpened


@dataclass(frozen=True, slots=True, kw_only=True)
class StockCountReported(_Journalled):
    """Articles were counted."""

    fact: StockCounted


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerReported(_Journalled):
    """A customer was entered or changed at a till."""

    fact: CustomerSaved


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptWished(_Journalled):
    """A receipt is to be sent by e-mail."""

    fact: ReceiptSent


@dataclass(frozen=True, slots=True, kw_only=True)
class BasketPutAside(_Journalled):
    """A basket waits for any till of the store."""

    fact: BasketHeld


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldEnded(_Journalled):
    """A basket waits no longer at its till."""

    fact: BasketReleased


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceReported(_Journalled):
    """An invoice or a credit note was issued."""

    fact: InvoiceIssued
