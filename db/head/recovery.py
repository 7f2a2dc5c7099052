"""Verified backups, and what tills have brought back since a restore."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import HeadBase, distributed


class Backup(HeadBase):
    """A backup whose restore was tried; only these make journal entries durable."""

    __tablename__ = "backup"
    __table_args__ = distributed("reference", Index("ix_backup_verified_at", "verified_at"))
    backup_id: Mapped[UUID] = mapped_column(primary_key=True)
    file: Mapped[str] = mapped_column(String(400))
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    incarnation: Mapped[int]
    journals: Mapped[int]
    entries: Mapped[int]
    taken_at: Mapped[datetime]
    verified_at: Mapped[datetime]


class Recovery(HeadBase):
    """A restore: from its begin to its end tills offer again what the backup lacks."""

    __tablename__ = "recovery"
    __table_args__ = distributed("reference")
    incarnation: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class RecoveredJournal(HeadBase):
    """A journal that is waited for.

    Attributes:
        end_seq: how far its till sends it; None until the till has been heard of.
        back_at: since when all of it is here.
    """

    __tablename__ = "recovered_journal"
    __table_args__ = distributed("store")
    store_id: Mapped[str] = mapped_column(String(8), primary_key=True)
    jid: Mapped[UUID] = mapped_column(primary_key=True)
    incarnation: Mapped[int] = mapped_column(primary_key=True)
    installation_id: Mapped[UUID]
    till: Mapped[int]
    known_until: Mapped[datetime]
    end_seq: Mapped[int | None]
    back_at: Mapped[datetime | None]
