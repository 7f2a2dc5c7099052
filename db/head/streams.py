"""Down-streams: gap-free, chained changes, numbered from a counter row that is locked last."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import HeadBase, distributed


class StreamHead(HeadBase):
    """The counter row of a stream. No sequence: a rollback must leave no hole."""

    __tablename__ = "stream_head"
    __table_args__ = distributed("reference", postgresql_with={"fillfactor": 50})
    stream: Mapped[str] = mapped_column(String(64), primary_key=True)
    generation: Mapped[int]
    head: Mapped[int]
    chain: Mapped[bytes]


class StreamChange(HeadBase):
    """One change; ``chain`` proves everything up to it."""

    __tablename__ = "stream_change"
    __table_args__ = distributed("reference")
    stream: Mapped[str] = mapped_column(String(64), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    entity: Mapped[str] = mapped_column(String(16))
    key: Mapped[str] = mapped_column(String(80))
    op: Mapped[str] = mapped_column(String(4))
    ver: Mapped[int]
    body: Mapped[str]
    chain: Mapped[bytes]
