"""Customers entered and changed at the till, with the cable out as well."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from uuid import UUID

from sqlalchemy import Connection, delete, exists, func, select
from sqlalchemy.dialects.sqlite import insert

from db.store.customers import Customer, OwnCustomer
from pos_app.customers.queries import FoundCustomer, lookups
from pos_app.journal import append as journal
from pos_app.till.service import TillSession
from retail.contract.codec import Side, canonical, side_hash
from retail.contract.facts import CustomerSaved
from retail.customers import Consent, Personal, tidy
from retail.folding import fold

_SALT_BYTES = 16


def save(
    tx: Connection,
    session: TillSession,
    customer: UUID | None,
    personal: Personal,
    consents: Collection[Consent] = (),
) -> FoundCustomer:
    """Enter a customer, or replace what is known of one; head office takes it in.

    Who it is travels beside the journal and can be erased on both sides.

    Args:
        customer: None for a new one.

    Raises:
        RetailError: as :func:`retail.customers.tidy`.
    """
    clean = tidy(personal)
    party = customer or session.desk.new_id()
    tier = _tier(tx, party)
    words = sorted(consent.value for consent in consents)
    side = Side(secrets.token_bytes(_SALT_BYTES), canonical(clean))
    fact = CustomerSaved(
        customer=party,
        staff=session.staff.staff_id,
        side=side_hash(side).hex(),
        consents=tuple(words),
    )
    entry = journal.Draft(session.desk.new_id(), session.place(), fact, side=side)
    journal.append(tx, session.desk, journal.head(tx), entry)
    values = {
        "folded": fold(clean.name),
        "tier": tier,
        "consents": ",".join(words),
        "personal": side.data,
        **lookups(tx, clean),
    }
    tx.execute(
        insert(OwnCustomer)
        .values(customer=party, **values)
        .on_conflict_do_update(index_elements=["customer"], set_=values)
    )
    return FoundCustomer(party, clean.name, tier, language=clean.language)


def forget_taken_in(tx: Connection) -> None:
    """Head office tells of them by now: the till keeps no more of them than of anybody else."""
    told = exists().where(Customer.customer == func.lower(func.hex(OwnCustomer.customer)))
    tx.execute(delete(OwnCustomer).where(told))


def _tier(tx: Connection, party: UUID) -> str:
    found = tx.execute(select(Customer.tier).where(Customer.customer == party.hex)).scalar()
    return found or ""
