"""Customers as head office keeps them, and as the tills of their home store have them at hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec.structs import asdict
from sqlalchemy import ColumnElement, Connection, Row, delete, select
from sqlalchemy.dialects.postgresql import insert

from backoffice.platform.events import CustomerReported
from backoffice.value.service import company_key, company_of
from db.head.crm import Customer
from db.head.journals import EntrySide
from db.head.stores import Store
from db.streams import customer_stream, publish_each, withdraw
from retail.contract.reference import CustomerRow
from retail.customers import Personal, Way, customer_lookup
from retail.folding import fold

_personal = msgspec.json.Decoder(Personal)


@dataclass(frozen=True, slots=True)
class Profile:
    """What is kept of a customer.

    Attributes:
        consents: of :class:`retail.customers.Consent`.
    """

    party_id: UUID
    home_store: str
    personal: Personal
    tier: str = ""
    consents: tuple[str, ...] = ()


def save(tx: Connection, profile: Profile, now: datetime) -> None:
    """Keep a customer; the tills of the home store get to know, those of another forget.

    Raises:
        RetailError: ``store.unknown``.
    """
    company = company_of(tx, profile.home_store)
    _leave(tx, profile.party_id, but=profile.home_store)
    values = asdict(profile.personal) | {
        "party_id": profile.party_id,
        "home_store": profile.home_store,
        "folded": fold(profile.personal.name),
        "tier": profile.tier,
        "consents": ",".join(sorted(profile.consents)),
    }
    tx.execute(
        insert(Customer)
        .values(**values, created_at=now)
        .on_conflict_do_update(index_elements=["party_id"], set_=values)
    )
    _publish(tx, company, Customer.party_id == profile.party_id)


def take_in(tx: Connection, event: CustomerReported, now: datetime) -> None:
    """Keep what a till entered; the level stays as it is. What was erased since stays erased."""
    side = tx.execute(
        select(EntrySide.data).where(
            EntrySide.store_id == event.store_id, EntrySide.rid == event.rid
        )
    ).scalar()
    if side is None:
        return
    known = tx.execute(
        select(Customer.tier, Customer.home_store).where(Customer.party_id == event.fact.customer)
    ).first()
    profile = Profile(
        party_id=event.fact.customer,
        home_store=known.home_store if known else event.store_id,
        tier=known.tier if known else "",
        personal=_personal.decode(side),
        consents=event.fact.consents,
    )
    save(tx, profile, now)


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
