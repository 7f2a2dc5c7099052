"""The value ledger: what issues, loads, redeems, expires and settles instruments.

Postings are append-only and each has a source of its own, so that nothing is booked twice.
What a completed sale took is always booked; below zero it is a case, never a refusal.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select, update
from sqlalchemy.dialects.postgresql import Insert, insert

from backoffice.cases.service import CaseKind, CaseRef, settle_case
from backoffice.platform.events import SaleAccepted
from backoffice.platform.keys import new_key
from backoffice.value.overspend import look_after, subject_of
from db.head.stores import Store
from db.head.value import (
    ValueEntry,
    ValueInstrument,
    ValueKey,
    ValueLease,
    ValueReservation,
)
from retail.contract.sales import ValueMove
from retail.errors import RetailError
from retail.value import BY_PARTY, ValueKind, lookup_of

_KEY_BYTES = 32
_SIGN = {"issue": 1, "load": 1, "earn": 1, "refund": 1, "redeem": -1, "reverse": -1}


@dataclass(frozen=True, slots=True)
class Place:
    """Whose ledger, and where a posting comes from; ``till`` 0 for head office itself."""

    company_id: str
    store_id: str
    till: int = 0
    installation_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """A record that moves value."""

    rid: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class Posting:
    """One movement with where and by what record it happened."""

    place: Place
    source: Source
    move: ValueMove


def company_of(tx: Connection, store_id: str) -> str:
    """The company that a store belongs to.

    Raises:
        RetailError: ``store.unknown``.
    """
    found = tx.execute(
        select(Store.company_id).where(Store.store_id == store_id)
    ).scalar_one_or_none()
    if found is None:
        raise RetailError("store.unknown", "Store %(store)s is not known here.", store=store_id)
    return found


def company_key(tx: Connection, company_id: str) -> bytes:
    """The company's secret for codes; made at the first call."""
    tx.execute(
        insert(ValueKey)
        .values(company_id=company_id, key=secrets.token_bytes(_KEY_BYTES))
        .on_conflict_do_nothing()
    )
    return bytes(
        tx.execute(select(ValueKey.key).where(ValueKey.company_id == company_id)).scalar_one()
    )


def book(
    tx: Connection, company_id: str, postings: Sequence[Posting], now: datetime
) -> list[CaseRef]:
    """Book what records did to instruments; those not heard of yet are opened on the way.

    An instrument that is below zero afterwards gets a case, or renews its open one; one that is
    covered again closes it.

    Raises:
        RetailError: ``value.move`` for a kind, act or amount that makes no sense.
    """
    rows = _locked(tx, company_id, [posting.move for posting in postings], now)
    stores: dict[UUID, str] = {}
    for posting in postings:
        move = posting.move
        instrument_id = rows[bytes.fromhex(move.lookup)].instrument_id
        stores[instrument_id] = posting.place.store_id
        fresh = _post(tx, posting, instrument_id)
        if fresh and move.act == "redeem":
            _taken_from(tx, company_id, move)
    return look_after(tx, company_id, stores, now)


def book_sales(tx: Connection, sales: Sequence[SaleAccepted], now: datetime) -> list[CaseRef]:
    """Book the stored value of sales, company by company.

    Raises:
        RetailError: as :func:`book`; ``store.unknown``.
    """
    by_company: dict[str, list[Posting]] = {}
    for sale in sales:
        if sale.fact.value:
            company_id = company_of(tx, sale.store_id)
            place = Place(company_id, sale.store_id, sale.fact.till, sale.installation_id)
            source = Source(sale.rid, sale.at)
            by_company.setdefault(company_id, []).extend(
                Posting(place, source, move) for move in sale.fact.value
            )
    return [
        case
        for company_id, postings in sorted(by_company.items())
        for case in book(tx, company_id, postings, now)
    ]


def locked(tx: Connection, company_id: str, lookup: bytes) -> Row[Any] | None:
    """An instrument, locked until the transaction ends; None for one not heard of."""
    return tx.execute(
        select(ValueInstrument)
        .where(ValueInstrument.company_id == company_id, ValueInstrument.lookup == lookup)
        .with_for_update()
    ).first()


@dataclass(frozen=True, slots=True)
class Settlement:
    """Bring an instrument to zero.

    Attributes:
        act: ``expire`` takes what is left, ``settle`` makes good what was overspent.
        note: what was decided and why; ``by`` who decided.
    """

    act: str
    source: Source
    note: str
    by: str


def settle(tx: Connection, company_id: str, instrument_id: UUID, wanted: Settlement) -> int:
    """Post what brings an instrument to zero and close its case; returns the amount.

    Raises:
        RetailError: ``value.unknown``.
    """
    row = locked_by_id(tx, company_id, instrument_id)
    amount = -max(row.balance, 0) if wanted.act == "expire" else -min(row.balance, 0)
    if amount:
        write_entry(
            tx,
            {
                "company_id": company_id,
                "rid": wanted.source.rid,
                "n": 1,
                "instrument_id": instrument_id,
                "store_id": "",
                "act": wanted.act,
                "amount": amount,
                "authority": "online",
                "at": wanted.source.at,
            },
        )
        subject = subject_of(instrument_id)
        settle_case(tx, CaseKind.OVERSPEND, subject, wanted.note, wanted.source.at, by=wanted.by)
    return int(amount)


def locked_by_id(tx: Connection, company_id: str, instrument_id: UUID) -> Row[Any]:
    """An instrument, locked until the transaction ends.

    Raises:
        RetailError: ``value.unknown``.
    """
    row = tx.execute(
        select(ValueInstrument)
        .where(
            ValueInstrument.company_id == company_id,
            ValueInstrument.instrument_id == instrument_id,
        )
        .with_for_update()
    ).first()
    if row is None:
        raise RetailError("value.unknown", "There is no such instrument; nothing was changed.")
    return row


def _locked(
    tx: Connection, company_id: str, moves: Sequence[ValueMove], now: datetime
) -> dict[bytes, Row[Any]]:
    """The instruments of these moves by hash, locked in the order of their hashes."""
    wanted: dict[bytes, ValueMove] = {}
    for move in moves:
        if wanted.setdefault(_checked(move), move).kind != move.kind:
            raise _no_sense()
    found: dict[bytes, Row[Any]] = {}
    owners = _owners(tx, company_id, wanted)
    for lookup in sorted(wanted):
        move = wanted[lookup]
        tx.execute(_new_instrument(company_id, move, lookup, now))
        row = locked(tx, company_id, lookup)
        if row is None or row.kind != move.kind:
            raise _no_sense()
        if row.party_id is None and lookup in owners:
            own = ValueInstrument.instrument_id == row.instrument_id
            tx.execute(
                update(ValueInstrument)
                .where(ValueInstrument.company_id == company_id, own)
                .values(party_id=owners[lookup])
            )
        found[lookup] = row
    return found


def _owners(tx: Connection, company_id: str, moves: Mapping[bytes, ValueMove]) -> dict[bytes, UUID]:
    """Whose the instruments are that are found by a party; a till's word must fit the hash."""
    told = {lookup: move for lookup, move in moves.items() if move.party is not None}
    if not told:
        return {}
    key = company_key(tx, company_id)
    return {
        lookup: move.party
        for lookup, move in told.items()
        if move.party is not None
        and move.kind in BY_PARTY
        and lookup == lookup_of(key, ValueKind(move.kind), move.party)
    }


def _no_sense() -> RetailError:
    return RetailError("value.move", "A movement of stored value makes no sense.")


def _checked(move: ValueMove) -> bytes:
    known = move.kind in set(ValueKind) and move.act in _SIGN
    try:
        lookup = bytes.fromhex(move.lookup)
    except ValueError:
        known, lookup = False, b""
    # A refund of less than a point gives none back; its money counts for the next one.
    least = 0 if move.minor > 0 else 1
    if not known or not lookup or move.amount < least:
        raise _no_sense()
    return lookup


def _new_instrument(company_id: str, move: ValueMove, lookup: bytes, now: datetime) -> Insert:
    return (
        insert(ValueInstrument)
        .values(
            company_id=company_id,
            instrument_id=new_key(),
            kind=move.kind,
            lookup=lookup,
            last_four=move.last_four[:4],
            balance=0,
            state="active",
            opened_at=now,
        )
        .on_conflict_do_nothing(index_elements=["company_id", "lookup"])
    )


def _post(tx: Connection, posting: Posting, instrument_id: UUID) -> bool:
    """Write one posting and move the balance; False when its source was posted before."""
    move = posting.move
    values = {
        "company_id": posting.place.company_id,
        "rid": posting.source.rid,
        "n": move.n,
        "instrument_id": instrument_id,
        "store_id": posting.place.store_id,
        "act": move.act,
        "amount": _SIGN[move.act] * move.amount,
        "authority": move.authority[:8],
        "at": posting.source.at,
    }
    return write_entry(tx, values)


def write_entry(tx: Connection, values: dict[str, Any]) -> bool:
    """Write a row of the ledger and move the balance; False when its source was posted before."""
    fresh = tx.execute(
        insert(ValueEntry).values(**values).on_conflict_do_nothing().returning(ValueEntry.n)
    ).first()
    if fresh is None:
        return False
    tx.execute(
        update(ValueInstrument)
        .where(
            ValueInstrument.company_id == values["company_id"],
            ValueInstrument.instrument_id == values["instrument_id"],
        )
        .values(balance=ValueInstrument.balance + values["amount"])
    )
    return True


def _taken_from(tx: Connection, company_id: str, move: ValueMove) -> None:
    """A redemption ends its reservation, however late it comes, and uses its lease up."""
    if move.reservation is not None:
        tx.execute(
            update(ValueReservation)
            .where(
                ValueReservation.company_id == company_id,
                ValueReservation.rid == move.reservation,
            )
            .values(state="captured")
        )
    if move.lease is not None:
        tx.execute(
            update(ValueLease)
            .where(ValueLease.company_id == company_id, ValueLease.lease_id == move.lease)
            .values(used=ValueLease.used + move.amount)
        )
