"""Customers as head office keeps them, and as the tills of their home store have them at hand."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec.structs import asdict
from sqlalchemy import ColumnElement, Connection, Row, delete, select
from sqlalchemy.dialects.postgresql import insert

from backoffice.platform.events import CustomerReported
from backoffice.value.service import company_key, company_of
from db.base import to_us
from db.head.crm import Customer
from db.head.journals import EntrySide, JournalHead
from db.head.stores import Company, Store
from db.head.value import ValueInstrument
from db.streams import customer_stream, publish_each, withdraw
from retail.contract.reference import CustomerRow
from retail.customers import Personal, Way, customer_lookup
from retail.errors import RetailError
from retail.folding import fold
from retail.value import BY_PARTY, ValueKind

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
    _publish(tx, company, Customer.party_id == profile.party_id, now)


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


def check_customer(tx: Connection, company_id: str, party_id: UUID) -> None:
    """Refuse whoever is no customer of a company.

    Raises:
        RetailError: ``customer.unknown``.
    """
    found = tx.execute(
        select(Customer.party_id)
        .join(Store, Store.store_id == Customer.home_store)
        .where(Customer.party_id == party_id, Store.company_id == company_id)
    ).first()
    if found is None:
        raise RetailError("customer.unknown", "There is no such customer; nothing was changed.")


def publish_all(tx: Connection, company_id: str) -> None:
    """Tell the tills of all customers of a company, as after they were loaded from elsewhere."""
    stores = select(Store.store_id).where(Store.company_id == company_id)
    _publish(tx, company_id, Customer.home_store.in_(stores), datetime.now(UTC))


def tell_balances(tx: Connection, lookups: Collection[str], now: datetime) -> None:
    """Tell the tills what customers have by now, once for all that a batch of records booked.

    Args:
        lookups: hex of the hashes of their points and accounts.
    """
    if not lookups:
        return
    rows = tx.execute(
        select(ValueInstrument.company_id, ValueInstrument.party_id)
        .where(
            # Named, so that the index on company and hash serves.
            ValueInstrument.company_id.in_(tx.execute(select(Company.company_id)).scalars().all()),
            ValueInstrument.lookup.in_([bytes.fromhex(one) for one in sorted(lookups)]),
            ValueInstrument.party_id.is_not(None),
        )
        .distinct()
    ).all()
    for company in sorted({row.company_id for row in rows}):
        parties = [row.party_id for row in rows if row.company_id == company]
        _publish(tx, company, Customer.party_id.in_(parties), now)


def _leave(tx: Connection, party_id: UUID, but: str = "") -> None:
    home = tx.execute(select(Customer.home_store).where(Customer.party_id == party_id)).scalar()
    if home is not None and home != but:
        withdraw(tx, customer_stream(home), "customer", [party_id.hex])


def _publish(tx: Connection, company_id: str, which: ColumnElement[bool], now: datetime) -> None:
    key = company_key(tx, company_id)
    found = tx.execute(select(Customer.__table__).where(which).order_by(Customer.party_id)).all()
    balances = _balances(tx, company_id, which)
    applied = _applied(tx, {row.home_store for row in found if row.party_id in balances})
    publish_each(
        tx,
        [_row(key, customer, balances.get(customer.party_id), applied, now) for customer in found],
    )


def _balances(
    tx: Connection, company_id: str, which: ColumnElement[bool]
) -> dict[UUID, dict[str, int]]:
    """What customers have, by party and kind; nothing is left of what is blocked."""
    own = ValueInstrument
    rows = tx.execute(
        select(own.party_id, own.kind, own.balance, own.state).where(
            own.company_id == company_id,
            own.kind.in_(sorted(BY_PARTY)),
            own.party_id.in_(select(Customer.party_id).where(which)),
        )
    )
    found: dict[UUID, dict[str, int]] = {}
    for party, kind, balance, state in rows:
        if party is not None:
            found.setdefault(party, {})[kind] = balance if state == "active" else min(balance, 0)
    return found


def _applied(tx: Connection, stores: Collection[str]) -> dict[str, tuple[tuple[UUID, int], ...]]:
    """By store, how far each of its journals is booked."""
    rows = tx.execute(
        select(JournalHead.store_id, JournalHead.jid, JournalHead.applied_seq)
        .where(JournalHead.store_id.in_(sorted(stores)), JournalHead.applied_seq > 0)
        .order_by(JournalHead.jid)
    ).all()
    return {
        store: tuple((row.jid, row.applied_seq) for row in rows if row.store_id == store)
        for store in stores
    }


def _row(
    key: bytes,
    customer: Row[Any],
    has: Mapping[str, int] | None,
    applied: Mapping[str, tuple[tuple[UUID, int], ...]],
    now: datetime,
) -> CustomerRow:
    told: dict[str, Any] = {
        way.value: customer_lookup(key, way, getattr(customer, way.value)) for way in Way
    }
    if has:
        told |= {
            "points": has.get(ValueKind.POINTS),
            "account": has.get(ValueKind.HOUSE_ACCOUNT),
            "as_of_us": to_us(now),
            "applied": applied[customer.home_store],
        }
    return CustomerRow(
        customer=customer.party_id,
        segment=customer.home_store,
        name=customer.name,
        tier=customer.tier,
        **told,
    )
