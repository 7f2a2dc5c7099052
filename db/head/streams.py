"""Down-streams: gap-free, chained changes, numbered from a counter row that is locked last."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import HeadBase, distributed


class StreamHead(HeadBase):
    """The counter row of a stream. No sequence: a rollback must leave no hole.

    Up to ``floor`` only the newest version of each key is kept.
    """

    __tablename__ = "stream_head"
    __table_args__ = distributed("reference", postgresql_with={"fillfactor": 50})
    stream: Mapped[str] = mapped_column(String(64), primary_key=True)
    generation: Mapped[int]
    head: Mapped[int]
    chain: Mapped[bytes]
    floor: Mapped[int]


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


class StreamChunk(HeadBase):
    """A closed run of rows, packed once and never changed; ``chain`` is the stream's at ``hi``."""

    __tablename__ = "stream_chunk"
    __table_args__ = distributed("reference", Index("ix_stream_chunk_sha256", "sha256"))
    stream: Mapped[str] = mapped_column(String(64), primary_key=True)
    lo: Mapped[int] = mapped_column(primary_key=True)
    hi: Mapped[int]
    rows: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    chain: Mapped[bytes]
    data: Mapped[bytes]


class StreamImage(HeadBase):
    """What is in force in some streams as a till's tables, packed once, known by its SHA-256.

    Attributes:
        scope: the stream of prices in it; the others in it are the chain's.
        layout: of the tables, see :func:`db.store.image.layout_name`.
        streams: how far it holds each of them, as JSON.
    """

    __tablename__ = "stream_image"
    __table_args__ = distributed("reference", Index("ix_stream_image_scope", "scope"))
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    scope: Mapped[str] = mapped_column(String(64))
    layout: Mapped[str] = mapped_column(String(32))
    size: Mapped[int]
    plain_size: Mapped[int]
    rows: Mapped[int]
    streams: Mapped[str]
    built_at: Mapped[datetime]


class StreamImagePart(HeadBase):
    """A piece of an image's bytes: serving it holds one piece in memory."""

    __tablename__ = "stream_image_part"
    __table_args__ = distributed("reference")
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)
    data: Mapped[bytes]


class InstallationStream(HeadBase):
    """How far a till has a stream, as its newest hello said; ``dead`` lists rows it cannot read."""

    __tablename__ = "installation_stream"
    __table_args__ = distributed("store")
    store_id: Mapped[str] = mapped_column(String(8), primary_key=True)
    installation_id: Mapped[UUID] = mapped_column(primary_key=True)
    stream: Mapped[str] = mapped_column(String(64), primary_key=True)
    generation: Mapped[int]
    seq: Mapped[int]
    dead: Mapped[str]
    told_at: Mapped[datetime]
