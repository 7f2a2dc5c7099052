"""Open baskets and finished sales at the till."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, false, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import StoreBase
from db.shared.promotions import SaleLineDiscountColumns
from db.shared.sales import (
    SaleColumns,
    SaleLineBackColumns,
    SaleLineColumns,
    SaleLineCutColumns,
    SaleTaxColumns,
    SaleTenderColumns,
)

_NO_ROWID = ({"sqlite_with_rowid": False},)


class BasketStep(StoreBase):
    """Every state of the open basket.

    The newest that is not ``undone`` is the basket, the older ones undo it, the later ones do
    again what was undone.
    """

    __tablename__ = "basket_step"
    step: Mapped[int] = mapped_column(primary_key=True)
    basket_id: Mapped[UUID]
    at: Mapped[datetime]
    body: Mapped[bytes]
    undone: Mapped[bool] = mapped_column(server_default=false())


class HeldBasket(StoreBase):
    """A basket that was put aside for a while.

    Attributes:
        label: what the cashier calls it.
        count: pieces; ``minor`` what it cost then.
    """

    __tablename__ = "held_basket"
    basket_id: Mapped[UUID] = mapped_column(primary_key=True)
    label: Mapped[str] = mapped_column(String(60))
    customer: Mapped[str] = mapped_column(String(120))
    staff_id: Mapped[UUID]
    at: Mapped[datetime]
    count: Mapped[int]
    minor: Mapped[int]
    body: Mapped[bytes]


class Sale(SaleColumns, StoreBase):
    """A finished sale."""

    __tablename__ = "sale"
    __table_args__ = (
        Index("ix_sale_party", "party_id", "at", sqlite_where=text("party_id IS NOT NULL")),
        *_NO_ROWID,
    )
    rid: Mapped[UUID] = mapped_column(primary_key=True)
    price_version: Mapped[int]


class SaleLine(SaleLineColumns, StoreBase):
    """A sold line."""

    __tablename__ = "sale_line"
    __table_args__ = _NO_ROWID
    rid: Mapped[UUID] = mapped_column(ForeignKey("sale.rid"), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)


class SaleLineDiscount(SaleLineDiscountColumns, StoreBase):
    """What made up a sold line's discount."""

    __tablename__ = "sale_line_discount"
    __table_args__ = _NO_ROWID
    rid: Mapped[UUID] = mapped_column(ForeignKey("sale.rid"), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)
    promotion: Mapped[str] = mapped_column(String(32), primary_key=True)


class SaleLineCut(SaleLineCutColumns, StoreBase):
    """What somebody took off a sold line by hand."""

    __tablename__ = "sale_line_cut"
    __table_args__ = _NO_ROWID
    rid: Mapped[UUID] = mapped_column(ForeignKey("sale.rid"), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)
    scope: Mapped[str] = mapped_column(String(8), primary_key=True)


class SaleLineBack(SaleLineBackColumns, StoreBase):
    """Goods that came back with a line."""

    __tablename__ = "sale_line_back"
    __table_args__ = (Index("ix_sale_line_back_sale", "sale_rid", "sale_n"), *_NO_ROWID)
    rid: Mapped[UUID] = mapped_column(ForeignKey("sale.rid"), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)


class SaleTax(SaleTaxColumns, StoreBase):
    """A row of a sale's tax table."""

    __tablename__ = "sale_tax"
    __table_args__ = _NO_ROWID
    rid: Mapped[UUID] = mapped_column(ForeignKey("sale.rid"), primary_key=True)
    code: Mapped[str] = mapped_column(String(8), primary_key=True)


class SaleTender(SaleTenderColumns, StoreBase):
    """A booked tender."""

    __tablename__ = "sale_tender"
    __table_args__ = _NO_ROWID
    rid: Mapped[UUID] = mapped_column(ForeignKey("sale.rid"), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)


class CashMove(StoreBase):
    """The drawer's ledger: floats and the cash part of sales. ``(rid, n)`` is the source."""

    __tablename__ = "cash_move"
    __table_args__ = _NO_ROWID
    rid: Mapped[UUID] = mapped_column(primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)
    shift_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(String(16))
    minor: Mapped[int]
