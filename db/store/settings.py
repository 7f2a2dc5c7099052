"""Settings that were changed at this till."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import StoreBase


class Setting(StoreBase):
    """A changed setting as text; the catalogue knows its type."""

    __tablename__ = "setting"
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[str]
