"""Customers as head office keeps them, and as the tills of their home store have them at hand."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, delete, select
from sqlalchemy.dialects.postgresql import insert

from backoffice.value.service import company_key, company_of
from db.head.crm import Customer
from db.head.stores import Store
from db.streams import customer_stream, publish_each, withdraw
from retail.contract.reference import CustomerRow
from retail.customers import Way, customer_lookup
from retail.folding import fold


@dataclass(frozen=True, slots=True)
class Profile:
    """What is kept of a customer; empty for what is not known."""

    party_id: UUID
    name: str
    home_store: str
    card: str = ""
    email: str = ""
    phone: str = ""
    tier: str = ""


def save(tx: Connection, profile: Profile, now: datetime) -> None:
    """Keep a customer; the tills of the home store get to know, those of another forget.

    Raises:
        RetailError: ``store.unknown``.
    """
    company = company_of(tx, profile.home_store)
    _leave(tx, profile.party_id, but=profile.home_store)
    values = asdict(profile) | {"folded": fold(profile.name)}
    tx.execute(
        insert(Customer)
        .values(**values, created_at=now)
        .on_conflict_do_update(index_elements=["party_id"], set_=values)
    )
    _publish(tx, company, Customer.party_id == profile.party_id)


def erase(tx: Connection, party_id: UUID) -> None:
    """Forget a customer, here and at all tills; what was sold stays, without a name."""
    _leave(tx, party_id)
    tx.execute(delete(Customer).where(Customer.party_id == party_id))


def publish_all(tx: Connection, company_id: str) -> None:
    """Tell the tills of all customers of a company, as after they were loaded from elsewhere."""
    stores = select(Store.store_id).where(Store.company_id == company_id)
    _publish(tx, company_id, Customer.home_store.in_(stores))


def _leave(tx: Connection, party_id: UUID, but: str = "") -> None:
    home = tx.execute(select(Customer.home_store).where(Customer.party_id == party_id)).scalar()
    if home is not None and home != but:
        withdraw(tx, customer_stream(home), "customer", [party_id.hex])


def _publish(tx: Connection, company_id: str, which: ColumnElement[bool]) -> None:
    key = company_key(tx, company_id)
    found = tx.execute(select(Customer.__table__).where(which).order_by(Customer.party_id))
    publish_each(tx, [_row(key, customer) for customer in found])


def _row(key: bytes, customer: Row[Any]) -> CustomerRow:
    return CustomerRow(
        customer=customer.party_id,
        segment=customer.home_store,
        name=customer.name,
        tier=customer.tier,
        **{way.value: customer_lookup(key, way, getattr(customer, way.value)) for way in Way},
    )
