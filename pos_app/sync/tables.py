"""How rows of the down-streams become rows of the till's tables."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, delete, text
from sqlalchemy.dialects.sqlite import insert

from db.base import StoreBase
from db.store.catalog import Barcode, Category, Price, Product, TaxRate
from db.store.journal import RecordResult
from db.store.promotions import PromoPlan, PromoSnapshot, PromotionVersion
from db.store.stock import ShopStockLevel, ShopStockVector
from db.store.tills import StaffMember, Store
from retail.contract.envelope import StreamRow
from retail.contract.promotions import (
    PromotionPlanRow,
    PromotionRow,
    PromotionSnapshotRow,
    check,
)
from retail.contract.reference import (
    BarcodeRow,
    CategoryRow,
    PriceRow,
    ProductRow,
    ResultRow,
    Row,
    StaffRow,
    StockLevelRow,
    StockVectorRow,
    StoreRow,
    TaxRateRow,
    decode,
    key_of,
)
from retail.errors import RetailError
from retail.folding import fold


@dataclass(frozen=True, slots=True)
class Target:
    """The table of an entity and the columns that form its key."""

    table: type[StoreBase]
    key: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns of the table."""
        return tuple(column.key for column in self.table.__table__.columns)


TARGETS: dict[str, Target] = {
    "category": Target(Category, ("category",)),
    "tax_rate": Target(TaxRate, ("zone", "code", "valid_from_us")),
    "product": Target(Product, ("sku",)),
    "barcode": Target(Barcode, ("gtin",)),
    "price": Target(Price, ("zone", "sku", "pack", "valid_from_us")),
    "promotion": Target(PromotionVersion, ("promotion", "version")),
    "promo_snapshot": Target(PromoSnapshot, ("snapshot",)),
    "promo_plan": Target(PromoPlan, ("valid_from",)),
    "store": Target(Store, ("store_id",)),
    "staff": Target(StaffMember, ("staff_id",)),
    "result": Target(RecordResult, ("rid",)),
    "stock_level": Target(ShopStockLevel, ("store_id", "sku")),
    "stock_vector": Target(ShopStockVector, ("store_id",)),
}
# What came once stays as it is: open baskets are priced with it.
_KEPT = frozenset({"promotion", "promo_snapshot"})
# Few rows each, and a key that JSON cannot carry as bytes: written one by one.
_ONE_BY_ONE = frozenset({"store", "staff", "result"})
_UUIDS = frozenset({"staff_id", "rid", "case_id"})
_KEY_TYPES: dict[str, Callable[[str], Any]] = {
    "valid_from_us": int,
    "pack": int,
    "staff_id": UUID,
    "rid": UUID,
}


def staged_body(row: StreamRow) -> str:
    """What to stage of a change: the columns as JSON, nothing for a deletion.

    Raises:
        RetailError: ``row.unknown``, ``row.invalid``, ``row.key`` or ``promotion.hash`` for a
            change that could not be brought into force later.
    """
    if row.op == "del" and row.entity in TARGETS and row.entity not in _KEPT:
        _key_values(row.entity, row.key)
        return ""
    if row.op != "put":
        raise RetailError("row.unknown", "%(op)s is not known here.", op=row.op)
    found = decode(row.entity, row.body.encode())
    if key_of(found) != row.key:
        raise RetailError("row.key", "The row is not the one of key %(key)s.", key=row.key)
    if isinstance(found, PromotionRow | PromotionSnapshotRow):
        check(found)
    return json.dumps(columns_of(found))


def columns_of(row: Row) -> dict[str, Any]:
    """The values of a row by column name, as JSON can carry them."""
    values: dict[str, Any] = {name: getattr(row, name) for name in row.__struct_fields__}
    match row:
        case ProductRow():
            values["folded"] = fold(row.name)
            parts = [list(part) for part in row.components]
            values["components"] = json.dumps(parts) if parts else ""
            values["tags"] = json.dumps(row.tags) if row.tags else ""
        case PromotionRow():
            values["texts"] = json.dumps(row.texts, sort_keys=True)
        case PromotionSnapshotRow():
            listed = [[ref.promotion, ref.version, ref.content_hash] for ref in row.versions]
            values["versions"] = json.dumps(listed)
        case StoreRow():
            values["store_id"] = values.pop("store")
        case StaffRow():
            values["staff_id"] = values.pop("staff").hex
        case StockLevelRow() | StockVectorRow():
            values["store_id"] = values.pop("store")
            values["applied"] = json.dumps([[jid.hex, seq] for jid, seq in row.applied])
        case ResultRow():
            values["rid"] = row.rid.hex
            values["case_id"] = row.case_id.hex if row.case_id else None
            values["seen"] = False
        case CategoryRow() | TaxRateRow() | BarcodeRow() | PriceRow() | PromotionPlanRow():
            pass
    return values


def activate(tx: Connection, stream: str, entity: str) -> None:
    """Put all staged rows of an entity into its table, in the order of the stream."""
    if entity in _ONE_BY_ONE:
        _put_one_by_one(tx, stream, entity)
    else:
        tx.execute(text(_upsert(entity)), {"stream": stream, "entity": entity})
    _delete(tx, stream, entity)


def _upsert(entity: str) -> str:
    target = TARGETS[entity]
    name = target.table.__tablename__
    columns = target.columns
    picked = ", ".join(f"json_extract(body, '$.{column}')" for column in columns)
    changed = ", ".join(f"{c} = excluded.{c}" for c in columns if c not in target.key)
    twice = "NOTHING" if entity in _KEPT else f"UPDATE SET {changed}"
    return (
        f"INSERT INTO {name} ({', '.join(columns)}) SELECT {picked} FROM staged_row "  # noqa: S608 (names from the metadata)
        "WHERE stream = :stream AND entity = :entity AND op = 'put' ORDER BY seq "
        f"ON CONFLICT ({', '.join(target.key)}) DO {twice}"
    )


def _staged(tx: Connection, stream: str, entity: str, op: str) -> list[tuple[str, str, int]]:
    rows = tx.execute(
        text(
            "SELECT key, body, seq FROM staged_row "
            "WHERE stream = :stream AND entity = :entity AND op = :op ORDER BY seq"
        ),
        {"stream": stream, "entity": entity, "op": op},
    )
    return [(row.key, row.body, row.seq) for row in rows]


def _put_one_by_one(tx: Connection, stream: str, entity: str) -> None:
    target = TARGETS[entity]
    for _, body, _ in _staged(tx, stream, entity, "put"):
        values = json.loads(body)
        for name in _UUIDS & values.keys():
            values[name] = UUID(values[name]) if values[name] else None
        changed = {c: v for c, v in values.items() if c not in target.key}
        tx.execute(
            insert(target.table)
            .values(**values)
            .on_conflict_do_update(index_elements=list(target.key), set_=changed)
        )


def _delete(tx: Connection, stream: str, entity: str) -> None:
    """Apply deletions that no later row of the same checkpoint takes back."""
    table = TARGETS[entity].table
    gone = _staged(tx, stream, entity, "del")
    put = {key: seq for key, _, seq in _staged(tx, stream, entity, "put")} if gone else {}
    for key, _, seq in gone:
        if put.get(key, 0) < seq:
            values = _key_values(entity, key).items()
            tx.execute(delete(table).where(*(getattr(table, name) == v for name, v in values)))


def _key_values(entity: str, key: str) -> dict[str, Any]:
    """The key columns of a row by name.

    Raises:
        RetailError: ``row.key``.
    """
    target = TARGETS[entity]
    # Only the zone in front is free of slashes for certain; an article's number may hold some.
    zone, _, rest = key.partition("/")
    parts = [zone, *rest.rsplit("/", len(target.key) - 2)] if len(target.key) > 1 else [key]
    try:
        return {
            name: _KEY_TYPES.get(name, str)(part)
            for name, part in zip(target.key, parts, strict=True)
        }
    except ValueError as problem:
        raise RetailError(
            "row.key", "%(key)s is no key of a %(entity)s.", key=key, entity=entity
        ) from problem
