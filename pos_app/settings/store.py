"""Settings as they stand: environment over the till's table over the catalogue's defaults."""

from __future__ import annotations

import os
from collections.abc import Mapping

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from db.store.settings import Setting
from pos_app.settings.catalogue import CATALOGUE, checked

_PREFIX = "TILLWRIGHT_"


def load(tx: Connection, environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """All settings. ``TILLWRIGHT_PRINTER_ADDRESS`` overrides ``printer.address``.

    Raises:
        RetailError: ``setting.value`` or ``setting.unknown`` for a bad value, wherever it stands.
    """
    values = {key: setting.default for key, setting in CATALOGUE.items()}
    for key, value in tx.execute(select(Setting.key, Setting.value)):
        values[key] = checked(key, value)
    for name, value in (os.environ if environment is None else environment).items():
        key = name.removeprefix(_PREFIX).lower().replace("_", ".", 1)
        if name.startswith(_PREFIX) and key in CATALOGUE:
            values[key] = checked(key, value)
    return values


def save(tx: Connection, key: str, value: str) -> None:
    """Change a setting at this till.

    Raises:
        RetailError: ``setting.unknown`` or ``setting.value``.
    """
    statement = insert(Setting).values(key=key, value=checked(key, value))
    tx.execute(statement.on_conflict_do_update(index_elements=["key"], set_={"value": value}))
