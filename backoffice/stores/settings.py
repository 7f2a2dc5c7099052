"""Settings of a store: kept here, in force at its tills with their next sync."""

from __future__ import annotations

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.postgresql import insert

from db.head.stores import Store, StoreSetting
from db.streams import publish, store_stream, withdraw
from retail.contract.reference import SettingRow
from retail.errors import RetailError
from retail.store_settings import check_setting


def settings(tx: Connection, store_id: str) -> dict[str, str]:
    """What is set of a store, by name; the defaults are not in it."""
    rows = tx.execute(
        select(StoreSetting.name, StoreSetting.value)
        .where(StoreSetting.store_id == store_id)
        .order_by(StoreSetting.name)
    )
    return {row.name: row.value for row in rows}


def put_setting(tx: Connection, store_id: str, name: str, value: str | None) -> None:
    """Set something; None brings the default back.

    Raises:
        RetailError: ``store.unknown``, ``setting.unknown`` or ``setting.value``.
    """
    if tx.execute(select(Store.store_id).where(Store.store_id == store_id)).first() is None:
        raise RetailError("store.unknown", "Store %(store)s is not known here.", store=store_id)
    check_setting(name, "0" if value is None else value)
    row = SettingRow(store=store_id, name=name, value=value or "")
    if value is None:
        own = (StoreSetting.store_id == store_id) & (StoreSetting.name == name)
        if tx.execute(delete(StoreSetting).where(own)).rowcount:
            withdraw(tx, store_stream(store_id), "setting", [row.key])
        return
    tx.execute(
        insert(StoreSetting)
        .values(store_id=store_id, name=name, value=value)
        .on_conflict_do_update(index_elements=["store_id", "name"], set_={"value": value})
    )
    publish(tx, store_stream(store_id), [row])
