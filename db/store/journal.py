"""The till's journal: append-only, chained, and at the same time the outbox.

Triggers made by the migrations refuse every change of an entry, and its deletion unless its
journal says that it is pruned, which only what is durable can be.
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import StoreBase


class Journal(StoreBase):
    """A journal and its head: the newest sequence, hash and receipt number.

    ``moved_after``: what comes after that entry was journalled again in a later journal, because
    head office has another past of this one; None while all of it is sent from here.

    ``pruned_seq``: entries up to it are gone, because they are in a verified backup of head
    office and old enough; hash, newest receipt number and the rows that they stand for (counts
    by kind, as JSON) stay, so that chain, numbers and books can still be checked.
    """

    __tablename__ = "journal"
    __table_args__ = (CheckConstraint("state IN ('open', 'closed')", name="state"),)
    jid: Mapped[UUID] = mapped_column(primary_key=True)
    opened_at: Mapped[datetime]
    series: Mapped[str] = mapped_column(String(2))
    state: Mapped[str] = mapped_column(String(8))
    head_seq: Mapped[int]
    head_hash: Mapped[bytes]
    last_receipt: Mapped[int]
    moved_after: Mapped[int | None]
    pruned_seq: Mapped[int] = mapped_column(server_default="0")
    pruned_hash: Mapped[bytes | None]
    pruned_receipt: Mapped[int] = mapped_column(server_default="0")
    pruned_rows: Mapped[str] = mapped_column(server_default="{}")


class JournalEntry(StoreBase):
    """An entry: ``entry`` holds all of its fields, the other columns are projections.

    A record that was journalled again has an entry in each of those journals.
    """

    __tablename__ = "journal_entry"
    __table_args__ = (
        Index("ix_journal_entry_rid", "rid", "jid", unique=True),
        {"sqlite_with_rowid": False},
    )
    jid: Mapped[UUID] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    rid: Mapped[UUID]
    type: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime]
    business_date: Mapped[date]
    hash: Mapped[bytes]
    entry: Mapped[bytes]


class EntrySide(StoreBase):
    """Personal fields of an entry; may be erased, the chain holds without them."""

    __tablename__ = "entry_side"
    rid: Mapped[UUID] = mapped_column(primary_key=True)
    salt: Mapped[bytes]
    data: Mapped[bytes]


class PushState(StoreBase):
    """How much of a journal the head office has acknowledged, and has safe in a backup."""

    __tablename__ = "push_state"
    jid: Mapped[UUID] = mapped_column(primary_key=True)
    acked_seq: Mapped[int]
    acked_hash: Mapped[bytes]
    acked_at: Mapped[datetime | None]
    durable_seq: Mapped[int]


class RecordResult(StoreBase):
    """What became at head office of a record that was not simply booked, for a store manager.

    ``state`` and ``code`` are those of ``retail.contract.reference.ResultRow``; a record that head
    office refused and got as plain bytes is ``refused``.
    """

    __tablename__ = "result"
    rid: Mapped[UUID] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(String(12))
    code: Mapped[str] = mapped_column(String(64))
    detail: Mapped[str] = mapped_column(String(400))
    case_id: Mapped[UUID | None]
    seen: Mapped[bool]
