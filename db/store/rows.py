"""Rows of the down-streams as rows of a till's tables: the same at the till and in an image."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from msgspec.structs import asdict, astuple

from db.base import StoreBase
from db.store.catalog import Barcode, Category, Price, Product, TaxRate
from db.store.customers import Customer
from db.store.journal import RecordResult
from db.store.promotions import PromoPlan, PromoSnapshot, PromotionVersion
from db.store.sales import SharedBasket
from db.store.settings import StoreSetting
from db.store.stock import ShopStockLevel, ShopStockVector
from db.store.tills import StaffMember, Store
from retail.contract.baskets import HeldBasketRow
from retail.contract.codec import canonical
from retail.contract.envelope import StreamRow
from retail.contract.manifest import row_hash
from retail.contract.promotions import (
    PromotionPlanRow,
    PromotionRow,
    PromotionSnapshotRow,
    VersionRef,
    check,
)
from retail.contract.reference import (
    ENTITIES,
    BarcodeRow,
    CategoryRow,
    CustomerRow,
    PriceRow,
    ProductRow,
    ResultRow,
    Row,
    SettingRow,
    StaffRow,
    StockLevelRow,
    StockVectorRow,
    StoreRow,
    TaxRateRow,
    decode,
    entity_of,
    key_of,
)
from retail.errors import RetailError
from retail.folding import fold


@dataclass(frozen=True, slots=True)
class Target:
    """The table of an entity, the columns that form its key, and the streams that fill it.

    Attributes:
        kind: the first word of those streams' names.
        scope: the column that holds the rest of the name, where the table holds several scopes.
    """

    table: type[StoreBase]
    key: tuple[str, ...]
    kind: str
    scope: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns of the table."""
        return tuple(column.key for column in self.table.__table__.columns)

    @property
    def key_sql(self) -> str:
        """The key of a row as it travels, in SQL."""
        return " || '/' || ".join(_KEY_SQL.get(column, column) for column in self.key)


TARGETS: dict[str, Target] = {
    "category": Target(Category, ("category",), "catalogue"),
    "tax_rate": Target(TaxRate, ("zone", "code", "valid_from_us"), "tax"),
    "product": Target(Product, ("sku",), "catalogue"),
    "barcode": Target(Barcode, ("gtin",), "catalogue"),
    "price": Target(Price, ("zone", "sku", "pack", "valid_from_us"), "price", "zone"),
    "promotion": Target(PromotionVersion, ("promotion", "version"), "promotions"),
    "promo_snapshot": Target(PromoSnapshot, ("snapshot",), "promotions"),
    "promo_plan": Target(PromoPlan, ("valid_from",), "promotions"),
    "store": Target(Store, ("store_id",), "store"),
    "staff": Target(StaffMember, ("staff_id",), "store"),
    "result": Target(RecordResult, ("rid",), "till"),
    "stock_level": Target(ShopStockLevel, ("store_id", "sku"), "store"),
    "stock_vector": Target(ShopStockVector, ("store_id",), "store"),
    "setting": Target(StoreSetting, ("store_id", "name"), "store"),
    "held_basket": Target(SharedBasket, ("store_id", "hold"), "store"),
    "customer": Target(Customer, ("customer",), "customers", "segment"),
}
# What came once stays as it is: open baskets are priced with it.
KEPT = frozenset({"promotion", "promo_snapshot"})
# The till writes there itself: such rows are neither compared nor swept away.
SHARED = frozenset({"result"})
_KEY_SQL = {"staff_id": "lower(hex(staff_id))"}
_KEY_TYPES: dict[str, Callable[[str], Any]] = {
    "valid_from_us": int,
    "pack": int,
    "staff_id": UUID,
    "rid": UUID,
}
_CHECKED = (PromotionRow, PromotionSnapshotRow)
_encode = msgspec.json.encode


class Understood(NamedTuple):
    """What this till makes of a row: the columns as JSON, empty for a deletion, and their hash."""

    columns: str
    hash: int | None


def read(row: StreamRow) -> Row | None:
    """What a change says; None for a deletion.

    Raises:
        RetailError: ``row.unknown``, ``row.invalid``, ``row.key`` or ``promotion.hash`` for a
            change that could not be brought into force later.
    """
    if row.op == "del" and row.entity in TARGETS and row.entity not in KEPT:
        key_values(row.entity, row.key)
        return None
    if row.op != "put":
        raise RetailError("row.unknown", "%(op)s is not known here.", op=row.op)
    found = decode(row.entity, row.body.encode())
    if key_of(found) != row.key:
        raise RetailError("row.key", "The row is not the one of key %(key)s.", key=row.key)
    if isinstance(found, _CHECKED):
        check(found)
    return found


def understood(row: StreamRow) -> Understood:
    """Read a change.

    Raises:
        RetailError: as :func:`read`.
    """
    found = read(row)
    if found is None:
        return Understood("", None)
    return Understood(_encode(columns_of(found)).decode(), kept_hash(found))


def kept_hash(row: Row) -> int | None:
    """The hash to compare a row of the tables with; None where the till writes there itself."""
    return None if entity_of(row) in SHARED else hash_of(row)


def hash_of(row: Row) -> int:
    """The hash of a row as this till understands it."""
    # All fields: whether a value that is the default is left out depends on where it came from.
    return row_hash(entity_of(row), key_of(row), canonical(astuple(row)).decode())


_LISTS = ("components", "tags", "requires", "linked", "variant")
"""Fields of an article that its table holds as JSON."""
_HOLD_KEYS = ("hold", "staff", "party")


def columns_of(row: Row) -> dict[str, Any]:
    """The values of a row by column name, as JSON can carry them."""
    values: dict[str, Any] = asdict(row)
    match row:
        case ProductRow():
            values["folded"] = fold(f"{row.name} {row.brand}".rstrip())
            for name in _LISTS:
                values[name] = json.dumps(values[name]) if values[name] else ""
        case PromotionRow():
            values["texts"] = json.dumps(row.texts, sort_keys=True)
        case PromotionSnapshotRow():
            listed = [[ref.promotion, ref.version, ref.content_hash] for ref in row.versions]
            values["versions"] = json.dumps(listed)
        case StoreRow() | SettingRow():
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
        case CustomerRow():
            values["customer"] = row.customer.hex
            values["folded"] = fold(row.name)
            listed = [[jid.hex, seq] for jid, seq in row.applied]
            values["applied"] = json.dumps(listed) if listed else ""
        case HeldBasketRow():
            _hold_as_text(values)
        case CategoryRow() | TaxRateRow() | BarcodeRow() | PriceRow() | PromotionPlanRow():
            pass
    return values


def _hold_as_text(values: dict[str, Any]) -> None:
    values["store_id"] = values.pop("store")
    values |= {name: values[name].hex if values[name] else "" for name in _HOLD_KEYS}


def row_of(entity: str, values: dict[str, Any]) -> Row:
    """The row that :func:`columns_of` made the values of."""
    match entity:
        case "product":
            del values["folded"]
            for name in _LISTS:
                found = json.loads(values[name] or "[]")
                values[name] = tuple(tuple(x) if isinstance(x, list) else x for x in found)
        case "promotion":
            values["texts"] = json.loads(values["texts"])
        case "promo_snapshot":
            listed = json.loads(values["versions"])
            values["versions"] = tuple(VersionRef(*ref) for ref in listed)
        case "store" | "setting":
            values["store"] = values.pop("store_id")
        case "held_basket":
            values["store"] = values.pop("store_id")
            for name in _HOLD_KEYS:
                values[name] = UUID(values[name]) if values[name] else None
        case "customer":
            del values["folded"]
            values["customer"] = UUID(values["customer"])
            applied = json.loads(values["applied"] or "[]")
            values["applied"] = tuple((UUID(jid), seq) for jid, seq in applied)
        case "staff":
            values["staff"] = values.pop("staff_id")
        case "stock_level" | "stock_vector":
            values["store"] = values.pop("store_id")
            applied = json.loads(values["applied"])
            values["applied"] = tuple((UUID(jid), seq) for jid, seq in applied)
    return ENTITIES[entity](**values)


def key_values(entity: str, key: str) -> dict[str, Any]:
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
