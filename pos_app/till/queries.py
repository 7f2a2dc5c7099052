"""What the till knows of itself and its store."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy import Connection, bindparam, select

from db.prepared import Prepared
from db.store.catalog import TaxRate
from db.store.settings import StoreSetting
from db.store.tills import Device, Store
from db.store.tills import Shift as ShiftTable
from db.transaction import after_commit
from retail.errors import RetailError
from retail.tax import TaxRounding, TaxRules

_STORE = "tillwright_store"
_RATES = Prepared(
    select(TaxRate.code, TaxRate.ppm)
    .where(TaxRate.zone == bindparam("zone"), TaxRate.valid_from_us <= bindparam("now"))
    .order_by(TaxRate.valid_from_us)
)

_SETTING = Prepared(
    select(StoreSetting.value).where(
        StoreSetting.store_id == bindparam("store"), StoreSetting.name == bindparam("name")
    )
)


@dataclass(frozen=True, slots=True)
class StoreProfile:
    """The store as it stands on receipts and as it counts."""

    store_id: str
    name: str
    street: str
    city: str
    vat_id: str
    phone: str
    currency: str
    zone: str
    cut_over: time
    cash_increment: int
    tax_zone: str
    price_zone: str
    tax_included: bool
    tax_rounding: TaxRounding
    language: str


@dataclass(slots=True)
class StoreInForce:
    """The store's profile as a connection knows it: what head office changes shows at once."""

    profile: StoreProfile


@dataclass(frozen=True, slots=True)
class Shift:
    """The open shift; its business date holds for all of its sales."""

    shift_id: UUID
    number: int
    business_date: date
    opened_at: datetime
    float_minor: int


@dataclass(frozen=True, slots=True)
class Identity:
    """Which till this is, and of which head office."""

    installation: UUID
    store_id: str
    till: int
    server: str


def identity(tx: Connection) -> Identity | None:
    """The till's identity, or None before it is enrolled."""
    row = tx.execute(
        select(Device.installation, Device.store_id, Device.till, Device.server)
    ).first()
    return None if row is None else Identity(*row)


def store_profile(tx: Connection) -> StoreProfile:
    """The till's own store.

    Raises:
        RetailError: ``till.no_store`` before the first checkpoint is applied.
    """
    row = (
        tx.execute(select(Store).join(Device, Device.store_id == Store.store_id)).mappings().first()
    )
    if row is None:
        raise RetailError(
            "till.no_store", "This till has no store data yet; enrol it or let it sync first."
        )
    values = dict(row)
    minutes = values.pop("cut_over_minutes")
    values["tax_rounding"] = TaxRounding(values["tax_rounding"])
    return StoreProfile(cut_over=time(minutes // 60, minutes % 60), **values)


def store_in_force(tx: Connection) -> StoreInForce:
    """The till's own store, kept up to date by :func:`look_again` on the same connection.

    Raises:
        RetailError: ``till.no_store``.
    """
    profile = store_profile(tx)
    held: StoreInForce = tx.info.setdefault(_STORE, StoreInForce(profile))
    held.profile = profile
    return held


def look_again(tx: Connection) -> None:
    """The store's row may have changed: sessions see it as soon as this is committed."""
    held: StoreInForce | None = tx.info.get(_STORE)
    if held is None:
        return
    try:
        profile = store_profile(tx)
    except RetailError:
        # Withdrawn: whoever is at work goes on with what was in force.
        return

    def show() -> None:
        held.profile = profile

    after_commit(tx, show)


def open_shift(tx: Connection) -> Shift | None:
    """The open shift, or None."""
    row = tx.execute(
        select(
            ShiftTable.shift_id,
            ShiftTable.number,
            ShiftTable.business_date,
            ShiftTable.opened_at,
            ShiftTable.float_minor,
        ).where(ShiftTable.closed_at.is_(None))
    ).first()
    return None if row is None else Shift(*row)


def tax_rules(tx: Connection, store: StoreProfile, now_us: int) -> TaxRules:
    """The rates in force at an instant."""
    rows = _RATES.all(tx, {"zone": store.tax_zone, "now": now_us})
    return TaxRules(inclusive=store.tax_included, rates=dict(rows), rounding=store.tax_rounding)


def store_setting(tx: Connection, store_id: str, name: str) -> str:
    """What head office set for a store, see :mod:`retail.store_settings`; empty for nothing."""
    row = _SETTING.first(tx, {"store": store_id, "name": name})
    return str(row[0]) if row else ""
