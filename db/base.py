"""Declarative bases of both sides, constraint names, column types and distribution keys."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Literal
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, LargeBinary, MetaData, Uuid
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator, TypeEngine

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Distribution = Literal["store", "party", "company", "reference"]
DISTRIBUTION_COLUMN: dict[str, str | None] = {
    "store": "store_id",
    "party": "party_id",
    "company": "company_id",
    "reference": None,
}


def to_us(instant: datetime) -> int:
    """Microseconds since 1970 of an instant with a zone, exact."""
    return (instant - EPOCH) // timedelta(microseconds=1)


def from_us(microseconds: int) -> datetime:
    """The UTC instant of microseconds since 1970."""
    return EPOCH + timedelta(microseconds=microseconds)


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: ``timestamptz`` in PostgreSQL, integer microseconds in SQLite; always UTC."""

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The dialect's own column type."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(DateTime(timezone=True))
        return dialect.type_descriptor(BigInteger())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Refuse naive instants; they have no place in a ledger."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs its time zone")
        return value if dialect.name == "postgresql" else to_us(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """An aware instant in UTC."""
        if value is None:
            return None
        return value.astimezone(UTC) if dialect.name == "postgresql" else from_us(value)


class Key(TypeDecorator[UUID]):
    """A UUID: native in PostgreSQL, 16 bytes in SQLite; both sort UUIDv7 by time."""

    impl = LargeBinary
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The dialect's own column type."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(Uuid())
        return dialect.type_descriptor(LargeBinary(16))

    def process_bind_param(self, value: UUID | None, dialect: Dialect) -> Any:
        """UUID in PostgreSQL, its bytes in SQLite."""
        if value is None or dialect.name == "postgresql":
            return value
        return value.bytes

    def process_result_value(self, value: Any, dialect: Dialect) -> UUID | None:  # noqa: ARG002 (signature of TypeDecorator)
        """Always a UUID."""
        if value is None or isinstance(value, UUID):
            return value
        return UUID(bytes=bytes(value))


_TYPES: dict[Any, Any] = {
    # SQLite's INTEGER holds 64 bits, and as a primary key it is the row id itself.
    int: BigInteger().with_variant(Integer(), "sqlite"),
    datetime: UtcDateTime,
    UUID: Key,
    bytes: LargeBinary,
}


class StoreBase(DeclarativeBase):
    """Tables of a till (SQLite)."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = _TYPES


class HeadBase(DeclarativeBase):
    """Tables of the head office (PostgreSQL). Each names its distribution in ``info``."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = _TYPES


def distributed(by: Distribution, *constraints: Any, **options: Any) -> tuple[Any, ...]:
    """``__table_args__`` of a head-office table: its constraints and what it is distributed by.

    Every primary, unique and foreign key of a table must hold the distribution column
    (``DISTRIBUTION_COLUMN``); a metadata test checks it.
    """
    return (*constraints, {"info": {"distribution": by}, **options})


BY_RID: dict[str, Any] = {"postgresql_partition_by": "RANGE (rid)"}
