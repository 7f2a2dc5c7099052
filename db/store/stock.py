"""The till's own stock movements and their balances."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import StoreBase
from db.shared.stock import StockLevelColumns, StockMoveColumns

_NO_ROWID = ({"sqlite_with_rowid": False},)


class StockMove(StockMoveColumns, StoreBase):
    """A movement; its key is its source."""

    __tablename__ = "stock_move"
    __table_args__ = _NO_ROWID
    rid: Mapped[UUID] = mapped_column(primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True)
    component: Mapped[int] = mapped_column(primary_key=True)


class StockLevel(StockLevelColumns, StoreBase):
    """The sum of this till's movements at its own store."""

    __tablename__ = "stock_level"
    __table_args__ = _NO_ROWID


class ShopStockLevel(StoreBase):
    """What the whole store has on hand, as head office told it last.

    ``applied`` is JSON, ``[[journal, entry], …]``: the journals booked last, and how far.
    """

    __tablename__ = "shop_stock_level"
    __table_args__ = _NO_ROWID
    store_id: Mapped[str] = mapped_column(String(8), primary_key=True)
    sku: Mapped[str] = mapped_column(String(32), primary_key=True)
    thousandths: Mapped[int]
    applied: Mapped[str]


class ShopStockVector(StoreBase):
    """How far each of the store's journals is in its levels; JSON as of the levels."""

    __tablename__ = "shop_stock_vector"
    store_id: Mapped[str] = mapped_column(String(8), primary_key=True)
    applied: Mapped[str]
