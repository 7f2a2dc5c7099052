"""Reading the general ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Connection, func, select

from db.head.erp import Account, LedgerEntry, LedgerLine


@dataclass(frozen=True, slots=True)
class PostingRecord:
    """A line of an entry: debit positive, credit negative, in minor units."""

    account: str
    name: str
    detail: str
    minor: int


@dataclass(frozen=True, slots=True)
class EntryRecord:
    """A ledger entry; sums in minor units of ``currency``."""

    kind: str
    posted_on: date
    text: str
    currency: str
    lines: tuple[PostingRecord, ...]

    @property
    def debit_minor(self) -> int:
        """Sum of the debits."""
        return sum(line.minor for line in self.lines if line.minor > 0)

    @property
    def credit_minor(self) -> int:
        """Sum of the credits, positive."""
        return -sum(line.minor for line in self.lines if line.minor < 0)

    @property
    def balanced(self) -> bool:
        """True when debits and credits are equal."""
        return self.debit_minor == self.credit_minor


def entry_of(tx: Connection, store_id: str, rid: UUID) -> EntryRecord | None:
    """The posting of a document, or None when it is not booked."""
    head = tx.execute(
        select(LedgerEntry).where(LedgerEntry.store_id == store_id, LedgerEntry.rid == rid)
    ).one_or_none()
    if head is None:
        return None
    rows = tx.execute(
        select(
            LedgerLine.account,
            func.coalesce(Account.name, "").label("name"),
            LedgerLine.detail,
            LedgerLine.minor,
        )
        .outerjoin(Account, Account.code == LedgerLine.account)
        .where(LedgerLine.store_id == store_id, LedgerLine.rid == rid)
        .order_by(LedgerLine.n)
    )
    lines = tuple(PostingRecord(*row) for row in rows)
    return EntryRecord(head.kind, head.posted_on, head.text, head.currency, lines)
