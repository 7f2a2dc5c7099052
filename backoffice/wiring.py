"""Which modules a fact has effects in, in which order; all in the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from backoffice.erp.service import post_sales
from backoffice.oms.service import record_sales
from backoffice.platform.events import SaleAccepted, ShiftReported
from backoffice.promotions.service import record_usage
from backoffice.stock.service import apply_sales
from backoffice.stores.service import record_shift

Event = SaleAccepted | ShiftReported


def apply(tx: Connection, events: Sequence[Event]) -> None:
    """Book the effects of events that come in the order of their journal.

    Raises:
        RetailError: when an event contradicts the books; nothing of this call must be kept.
    """
    for event in events:
        if isinstance(event, ShiftReported):
            record_shift(tx, event)
    sales = [event for event in events if isinstance(event, SaleAccepted)]
    if sales:
        record_sales(tx, sales)
        record_usage(tx, sales)
        apply_sales(tx, sales)
        post_sales(tx, sales)
