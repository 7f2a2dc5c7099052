"""Journals as they came in, and what has been done with each entry.

``journal_entry`` is partitioned by ``rid`` (a UUIDv7 is time). The locked row of
``journal_head`` guards ``(jid, seq)``.
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import BY_RID, HeadBase, distributed


class JournalHead(HeadBase):
    """Where a journal ends here, how far it is applied, and how far it is in a verified backup."""

    __tablename__ = "journal_head"
    __table_args__ = distributed("store", Index("ix_journal_head_jid", "jid"))
    store_id: Mapped[str] = mapped_column(String(8), primary_key=True)
    jid: Mapped[UUID] = mapped_column(primary_key=True)
    installation_id: Mapped[UUID]
    till: Mapped[int]
    head_seq: Mapped[int]
    head_hash: Mapped[bytes]
    applied_seq: Mapped[int]
    durable_seq: Mapped[int] = mapped_column(server_default="0")
    opened_at: Mapped[datetime]
    last_at: Mapped[datetime]


class JournalEntry(HeadBase):
    """An entry's canonical bytes and hash; the other columns are projections.

    A record that a till journalled again, after a restore or a fork, has one row per journal;
    ``applied`` sees to it that its effects are booked once.
    """

    __tablename__ = "journal_entry"
    __table_args__ = distributed(
        "store", Index("ix_journal_entry_jid_seq", "store_id", "jid", "seq"), **BY_RID
    )
    store_id: Mapped[str] = mapped_column(String(8), primary_key=True)
    rid: Mapped[UUID] = mapped_column(primary_key=True)
    jid: Mapped[UUID] = mapped_column(primary_key=True)
    seq: Mapped[int]
    type: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime]
    business_date: Mapped[date]
    received_at: Mapped[datetime]
    hash: Mapped[bytes]
    entry: Mapped[bytes]


class EntrySide(HeadBase):
    """Personal fields of an entry; may be erased, the chain holds without them."""

    __tablename__ = "entry_side"
    __table_args__ = distributed("store")
    store_id: Mapped[str] = mapped_column(String(8), primary_key=True)
    rid: Mapped[UUID] = mapped_column(primary_key=True)
    salt: Mapped[bytes]
    data: Mapped[bytes]


class Applied(HeadBase):
    """An entry whose effects are booked; written in the same transaction as they are."""

    __tablename__ = "applied"
    __table_args__ = distributed("store")
    store_id: Mapped[str] = mapped_column(String(8), primary_key=True)
    rid: Mapped[UUID] = mapped_column(primary_key=True)
    jid: Mapped[UUID]
    seq: Mapped[int]
    at: Mapped[datetime]


class Quarantined(HeadBase):
    """An entry whose effects are not booked; its bytes are safe, others go on.

    Attributes:
        state: ``quarantined`` for a record that contradicts the books, ``parked`` for one that
            this version cannot read, ``waiting`` for one whose dependency has not arrived,
            ``review`` for one that somebody must decide on.
        waiting_on: the record, or the journal, whose next entry lets it be tried again.
        release: the version that tried last; a newer one tries again when it starts.
    """

    __tablename__ = "quarantined"
    __table_args__ = distributed(
        "store",
        CheckConstraint("state IN ('quarantined', 'parked', 'waiting', 'review')", name="state"),
        Index("ix_quarantined_waiting_on", "store_id", "waiting_on"),
    )
    store_id: Mapped[str] = mapped_column(String(8), primary_key=True)
    rid: Mapped[UUID] = mapped_column(primary_key=True)
    jid: Mapped[UUID]
    seq: Mapped[int]
    state: Mapped[str] = mapped_column(String(12))
    code: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(String(400))
    tries: Mapped[int]
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
    waiting_on: Mapped[UUID | None]
    release: Mapped[str] = mapped_column(String(24))
