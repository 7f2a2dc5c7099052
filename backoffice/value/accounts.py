"""Customers' accounts: a credit line that purchases are charged to and payments go onto.

The balance of an account is what is left of its line; what is owed is the rest of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select

from backoffice.value import limits
from backoffice.value.blocking import set_blocked
from backoffice.value.overspend import look_after
from backoffice.value.service import Place, Posting, Source, book, company_key, locked
from db.head.value import ValueInstrument
from retail.contract.sales import ValueMove
from retail.errors import RetailError
from retail.value import ValueKind, lookup_of

_KIND = ValueKind.HOUSE_ACCOUNT


@dataclass(frozen=True, slots=True)
class Account:
    """A customer's account, in minor units.

    Attributes:
        left: of the line; below zero where more is owed than it allows.
        state: ``active``, or ``blocked``: nothing more may be charged.
    """

    party_id: UUID
    limit: int
    left: int
    state: str

    @property
    def owed(self) -> int:
        """What the customer owes."""
        return self.limit - self.left


def account(tx: Connection, company_id: str, party_id: UUID) -> Account | None:
    """A customer's account; None for somebody without one."""
    row = tx.execute(
        select(ValueInstrument).where(
            ValueInstrument.company_id == company_id,
            ValueInstrument.lookup == _lookup(tx, company_id, party_id),
        )
    ).first()
    return None if row is None else _account(tx, row, party_id)


def set_limit(
    tx: Connection, company_id: str, party_id: UUID, limit: int, source: Source
) -> Account:
    """Open an account with a credit line, or change its line; the same source does it once.

    Raises:
        RetailError: ``value.limit`` below zero.
    """
    instrument = (_KIND, _lookup(tx, company_id, party_id))
    limits.set_limit(tx, company_id, instrument, limit, source, party_id)
    return _looked_after(tx, company_id, party_id, source.at)


def pay_in(tx: Connection, company_id: str, party_id: UUID, amount: int, source: Source) -> Account:
    """Book what a customer paid onto the account.

    Raises:
        RetailError: ``account.unknown``; ``value.move`` for nothing or less.
    """
    lookup = _lookup(tx, company_id, party_id)
    _known(tx, company_id, lookup)
    move = ValueMove(
        n=1, act="load", kind=_KIND.value, lookup=lookup.hex(), amount=amount, party=party_id
    )
    book(tx, company_id, [Posting(Place(company_id, ""), source, move)], source.at)
    return _looked_after(tx, company_id, party_id, source.at)


def block(
    tx: Connection, company_id: str, party_id: UUID, now: datetime, *, blocked: bool
) -> Account:
    """Let nothing more be charged, or let it be charged again.

    Raises:
        RetailError: ``account.unknown``.
    """
    row = _known(tx, company_id, _lookup(tx, company_id, party_id))
    set_blocked(tx, row, blocked=blocked)
    return _looked_after(tx, company_id, party_id, now)


def lookup_of_account(tx: Connection, company_id: str, party_id: UUID) -> str:
    """Hex of the hash that a customer's account is found by."""
    return _lookup(tx, company_id, party_id).hex()


def _lookup(tx: Connection, company_id: str, party_id: UUID) -> bytes:
    return lookup_of(company_key(tx, company_id), _KIND, party_id)


def _known(tx: Connection, company_id: str, lookup: bytes) -> Row[Any]:
    row = locked(tx, company_id, lookup)
    if row is None:
        raise RetailError("account.unknown", "This customer has no account; nothing was changed.")
    return row


def _looked_after(tx: Connection, company_id: str, party_id: UUID, now: datetime) -> Account:
    row = _known(tx, company_id, _lookup(tx, company_id, party_id))
    look_after(tx, company_id, {row.instrument_id: ""}, now)
    return _account(tx, row, party_id)


def _account(tx: Connection, row: Row[Any], party_id: UUID) -> Account:
    return Account(party_id, limits.limit_of(tx, row), row.balance, row.state)
