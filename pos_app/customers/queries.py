"""Who a customer is, by what is shown or said; answered from the till alone."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, or_, select

from db.store.customers import Customer
from db.store.value import ValueKey
from retail.customers import Way, customer_lookup
from retail.folding import fold


@dataclass(frozen=True, slots=True)
class FoundCustomer:
    """A customer that a till has at hand."""

    customer: UUID
    name: str
    tier: str


def find(tx: Connection, text: str, most: int = 50) -> tuple[FoundCustomer, ...]:
    """Customers whose card, phone or e-mail this is, or whose name begins so; by name.

    A phone is found with and without its country's prefix. Before head office has sent the key
    of the hashes people are found by name alone.
    """
    wanted = fold(text.strip())
    if not wanted:
        return ()
    shown = _shown(tx, text)
    by = [Customer.folded.between(wanted, wanted + "\U0010ffff")]
    by += [getattr(Customer, way.value) == lookup for way, lookup in shown.items()]
    rows = tx.execute(
        select(Customer.customer, Customer.name, Customer.tier)
        .where(or_(*by))
        .order_by(Customer.folded, Customer.customer)
        .limit(most)
    )
    return tuple(FoundCustomer(UUID(row.customer), row.name, row.tier) for row in rows)


def _shown(tx: Connection, text: str) -> dict[Way, str]:
    key = tx.execute(select(ValueKey.key)).scalar_one_or_none()
    if key is None:
        return {}
    found = {way: customer_lookup(bytes(key), way, text) for way in Way}
    return {way: lookup for way, lookup in found.items() if lookup}
