"""The stock ledger of all stores and its balances."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import BY_RID, HeadBase, distributed
from db.shared.stock import StockLevelColumns, StockMoveColumns


class StockMove(StockMoveColumns, HeadBase):
    """A movement, owned by one store; its key is its source. Partitioned by ``rid``."""

    __tablename__ = "stock_move"
    __table_args__ = distributed("store", **BY_RID)
    store_id: Mapped[str] = mapped_column(String(8), primary_key=True)
    rid: Mapped[UUID] = mapped_column(primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True)
    component: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]


class StockLevel(StockLevelColumns, HeadBase):
    """The sum of a store's movements."""

    __tablename__ = "stock_level"
    __table_args__ = distributed("store")
    store_id: Mapped[str] = mapped_column(String(8), primary_key=True)
