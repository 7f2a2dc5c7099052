"""Down-streams at the till: cursor, staged rows, rows that could not be read."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import StoreBase


class Stream(StoreBase):
    """How far a stream is staged and how far it is active."""

    __tablename__ = "stream"
    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    generation: Mapped[int]
    staged_seq: Mapped[int]
    chain: Mapped[bytes]
    active_seq: Mapped[int]
    active_at: Mapped[datetime | None]


class StagedRow(StoreBase):
    """A verified row that waits for its checkpoint."""

    __tablename__ = "staged_row"
    __table_args__ = ({"sqlite_with_rowid": False},)
    stream: Mapped[str] = mapped_column(String(64), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    entity: Mapped[str] = mapped_column(String(16))
    key: Mapped[str] = mapped_column(String(80))
    op: Mapped[str] = mapped_column(String(4))
    body: Mapped[str]


class DeadRow(StoreBase):
    """A row that this till cannot read; kept, reported, and never in the way of the rest."""

    __tablename__ = "dead_row"
    stream: Mapped[str] = mapped_column(String(64), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    entity: Mapped[str] = mapped_column(String(16))
    body: Mapped[str]
    error: Mapped[str] = mapped_column(String(400))
    first_at: Mapped[datetime]
