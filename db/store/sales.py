"""Open baskets and finished sales at the till."""

from __future__ import annotations

from datetime import date, datetime
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
        hold_id: what the store's other tills know it by; None for one that stays here.
        held_on: the trading day.
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
    hold_id: Mapped[UUID | None]
    held_on: Mapped[date | None]


class SharedBasket(StoreBase):
    """A basket that waits in the store, as head office tells; see ``HeldBasketRow``."""

    __tablename__ = "shared_basket"
    __table_args__ = _NO_ROWID
    store_id: Mapped[str] = mapped_column(String(8), primary_key=True)
    hold: Mapped[str] = mapped_column(String(32), primary_key=True)
    till: Mapped[int]
    staff: Mapped[str] = mapped_column(String(32))
    pieces: Mapped[int]
    total: Mapped[int]
    at_us: Mapped[int]
    label: Mapped[str] = mapped_column(String(60))
    party: Mapped[str] = mapped_column(String(32))
    taken: Mapped[int]


class EndedHold(StoreBase):
    """A hold that ended at this till: listed no longer, also before head office has heard.

    Attributes:
        basket_id: the basket that goes on here; None when it does not.
    """

    __tablename__ = "ended_hold"
    __table_args__ = _NO_ROWID
    hold: Mapped[str] = mapped_column(String(32), primary_key=True)
    at: Mapped[datetime]
    basket_id: Mapped[UUID | None]


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
