"""Down-streams at the till: cursors, what is in force, staged rows, rows that cannot be read."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import StoreBase

_NO_ROWID = ({"sqlite_with_rowid": False},)


class Stream(StoreBase):
    """How far a stream is in force and how far it is staged.

    Attributes:
        replaces: what is staged began from nothing and takes the place of what is in force.
        base: the floor that head office had when that began.
        compared_at: when the content was last compared with head office's; None to do it soon.
    """

    __tablename__ = "stream"
    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    generation: Mapped[int]
    active_seq: Mapped[int]
    active_chain: Mapped[bytes]
    active_at: Mapped[datetime | None]
    staged_generation: Mapped[int]
    staged_seq: Mapped[int]
    chain: Mapped[bytes]
    replaces: Mapped[bool]
    base: Mapped[int]
    compared_at: Mapped[datetime | None]


class StreamRow(StoreBase):
    """A row in force, as it came; the tables hold what was understood of it.

    Attributes:
        hash: of the row as it was sent.
        kept: of the row as the tables have it; None when it could not be read.
    """

    __tablename__ = "stream_row"
    __table_args__ = _NO_ROWID
    stream: Mapped[str] = mapped_column(String(64), primary_key=True)
    entity: Mapped[str] = mapped_column(String(16), primary_key=True)
    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    ver: Mapped[int]
    hash: Mapped[int]
    kept: Mapped[int | None]


class StagedRow(StoreBase):
    """The newest version of a row that waits for its checkpoint.

    Attributes:
        bad: it cannot be read; the newest version that can be stands beside it.
        op: ``put``, ``del``, ``same`` for one that is in force already, or ``old`` for one of
            which a newer version is.
        body: the columns as JSON; of a bad row what was sent.
    """

    __tablename__ = "staged_row"
    __table_args__ = _NO_ROWID
    stream: Mapped[str] = mapped_column(String(64), primary_key=True)
    entity: Mapped[str] = mapped_column(String(16), primary_key=True)
    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    bad: Mapped[bool] = mapped_column(primary_key=True)
    seq: Mapped[int]
    op: Mapped[str] = mapped_column(String(4))
    ver: Mapped[int]
    hash: Mapped[int]
    kept: Mapped[int | None]
    body: Mapped[str]
    error: Mapped[str] = mapped_column(String(400))


class DeadRow(StoreBase):
    """A row that this till cannot read; kept, reported, and never in the way of the rest."""

    __tablename__ = "dead_row"
    stream: Mapped[str] = mapped_column(String(64), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    entity: Mapped[str] = mapped_column(String(16))
    key: Mapped[str] = mapped_column(String(80))
    body: Mapped[str]
    error: Mapped[str] = mapped_column(String(400))
    first_at: Mapped[datetime]
