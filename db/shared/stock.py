"""Columns of the two-sided stock ledger; quantities in thousandths, always positive."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column


class StockMoveColumns:
    """Goods that moved from a place and state to another."""

    sku: Mapped[str] = mapped_column(String(32))
    thousandths: Mapped[int]
    from_site: Mapped[str] = mapped_column(String(16))
    from_state: Mapped[str] = mapped_column(String(16))
    to_site: Mapped[str] = mapped_column(String(16))
    to_state: Mapped[str] = mapped_column(String(16))
    kind: Mapped[str] = mapped_column(String(16))


class StockLevelColumns:
    """The balance of a SKU at a place in a state: a cache of the movements."""

    site: Mapped[str] = mapped_column(String(16), primary_key=True)
    state: Mapped[str] = mapped_column(String(16), primary_key=True)
    sku: Mapped[str] = mapped_column(String(32), primary_key=True)
    thousandths: Mapped[int]
