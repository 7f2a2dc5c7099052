"""Which modules a fact has effects in, in which order; all in the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from backoffice.cases.service import CaseRef
from backoffice.crm.service import take_in
from backoffice.erp.service import post_sales
from backoffice.mail.service import queue
from backoffice.oms import baskets, invoices, return_claims
from backoffice.oms.service import number_clashes, record_sales, returned_twice
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
from backoffice.promotions.service import record_usage
from backoffice.stock.service import Touched, apply_count, apply_sales
from backoffice.stores.service import record_shift
from backoffice.value.service import book_sales
from retail.value import BY_PARTY

Event = (
    SaleAccepted
    | ShiftReported
    | StockCountReported
    | CustomerReported
    | ReceiptWished
    | BasketPutAside
    | HoldEnded
    | InvoiceReported
)


@dataclass(slots=True)
class Effects:
    """What booking brought about beyond the books: open cases, and balances that changed.

    Attributes:
        balances: hex of the lookups of customers' points and accounts.
    """

    cases: list[CaseRef] = field(default_factory=list)
    stock: Touched = field(default_factory=set)
    balances: set[str] = field(default_factory=set)

    def add(self, other: Effects) -> None:
        """Take in the effects of another call."""
        self.cases += other.cases
        self.stock |= other.stock
        self.balances |= other.balances


def apply(tx: Connection, events: Sequence[Event], now: datetime) -> Effects:
    """Book the effects of events that come in the order of their journal.

    Raises:
        RetailError: when an event contradicts the books; nothing of this call must be kept.
    """
    effects = Effects()
    for event in events:
        if isinstance(event, ShiftReported):
            record_shift(tx, event)
        elif isinstance(event, CustomerReported):
            take_in(tx, event, now)
        elif isinstance(event, ReceiptWished):
            queue(tx, event, now)
        elif isinstance(event, BasketPutAside):
            baskets.put_aside(tx, event)
        elif isinstance(event, HoldEnded):
            baskets.end_hold(tx, event)
        elif isinstance(event, InvoiceReported):
            invoices.record(tx, event)
    sales = [event for event in events if isinstance(event, SaleAccepted)]
    if sales:
        record_sales(tx, sales)
        record_usage(tx, sales)
        effects.stock |= apply_sales(tx, sales)
        post_sales(tx, sales)
        effects.cases += book_sales(tx, sales, now)
        effects.balances |= {
            move.lookup for sale in sales for move in sale.fact.value if move.kind in BY_PARTY
        }
        effects.cases += number_clashes(tx, sales, now)
        effects.cases += returned_twice(tx, sales, now)
        effects.cases += baskets.sold_twice(tx, sales, now)
        return_claims.consumed(tx, sales)
    reported = [event for event in events if isinstance(event, InvoiceReported)]
    effects.cases += invoices.disputed(tx, reported, sales, now)
    for event in events:
        if isinstance(event, StockCountReported):
            effects.stock |= apply_count(tx, event)
    return effects
