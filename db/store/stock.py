"""The till's own stock movements and their balances."""

from __future__ import annotations

from uuid import UUID

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
