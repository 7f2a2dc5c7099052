"""Who a customer is, by what is shown or said; answered from the till alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, Row, or_, select

from db.store.customers import Customer, OwnCustomer
from db.store.value import ValueKey
from retail.customers import Personal, Way, customer_lookup
from retail.folding import fold

_personal = msgspec.json.Decoder(Personal)


@dataclass(frozen=True, slots=True)
class FoundCustomer:
    """A customer that a till has at hand.

    Attributes:
        groups: words that promotions may ask for.
        language: what receipts are written in; empty for the store's.
    """

    customer: UUID
    name: str
    tier: str
    groups: tuple[str, ...] = ()
    language: str = ""


@dataclass(frozen=True, slots=True)
class KnownCustomer:
    """A customer as this till may show and change one; entered elsewhere, only the name is here."""

    customer: UUID
    personal: Personal
    tier: str
    consents: tuple[str, ...]


def find(tx: Connection, text: str, most: int = 50) -> tuple[FoundCustomer, ...]:
    """Customers whose card, phone or e-mail this is, or whose name begins so; by name.

    A phone is found with and without its country's prefix. Before head office has sent the key
    of the hashes people are found by name alone.
    """
    wanted = fold(text.strip())
    if not wanted:
        return ()
    shown = _shown(tx, text)
    own = tx.execute(_matching(OwnCustomer, wanted, shown).limit(most))
    found = {row.customer: (row.folded, _own(row)) for row in own}
    for row in tx.execute(_matching(Customer, wanted, shown).limit(most)):
        key = UUID(row.customer)
        found.setdefault(key, (row.folded, FoundCustomer(key, row.name, row.tier, (row.segment,))))
    ordered = sorted(found.values(), key=lambda pair: (pair[0], pair[1].customer))
    return tuple(one for _folded, one in ordered[:most])


def _matching(table: Any, wanted: str, shown: dict[Way, str]) -> Any:
    by = [table.folded.between(wanted, wanted + "\U0010ffff")]
    by += [getattr(table, way.value) == lookup for way, lookup in shown.items()]
    return select(table.__table__).where(or_(*by)).order_by(table.folded, table.customer)


def _own(row: Row[Any]) -> FoundCustomer:
    personal = _personal.decode(row.personal)
    return FoundCustomer(row.customer, personal.name, row.tier, language=personal.language)


def known(tx: Connection, customer: UUID) -> KnownCustomer | None:
    """What this till knows of a customer; None for somebody unknown here."""
    own = tx.execute(select(OwnCustomer.__table__).where(OwnCustomer.customer == customer)).first()
    if own is not None:
        consents = tuple(own.consents.split(",")) if own.consents else ()
        return KnownCustomer(customer, _personal.decode(own.personal), own.tier, consents)
    row = tx.execute(
        select(Customer.name, Customer.tier).where(Customer.customer == customer.hex)
    ).first()
    return None if row is None else KnownCustomer(customer, Personal(name=row.name), row.tier, ())


def lookups(tx: Connection, personal: Personal) -> dict[str, str]:
    """The keyed hashes that somebody is found by; empty before the key has come."""
    key = _key(tx)
    if key is None:
        return {way.value: "" for way in Way}
    return {way.value: customer_lookup(key, way, getattr(personal, way.value)) for way in Way}


def _shown(tx: Connection, text: str) -> dict[Way, str]:
    key = _key(tx)
    if key is None:
        return {}
    found = {way: customer_lookup(key, way, text) for way in Way}
    return {way: lookup for way, lookup in found.items() if lookup}


def _key(tx: Connection) -> bytes | None:
    key = tx.execute(select(ValueKey.key)).scalar_one_or_none()
    return None if key is None else bytes(key)
