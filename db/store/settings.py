"""Settings: those that were changed at this till, and those that head office made for its store."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import StoreBase


class Setting(StoreBase):
    """A changed setting as text; the catalogue knows its type."""

    __tablename__ = "setting"
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[str]


class StoreSetting(StoreBase):
    """A setting of a store as text; see :mod:`retail.store_settings`."""

    __tablename__ = "store_setting"
    __table_args__ = ({"sqlite_with_rowid": False},)
    store_id: Mapped[str] = mapped_column(String(8), primary_key=True)
    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[str]
