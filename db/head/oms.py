"""Finished sales of all channels, projected from the journals. Partitioned by ``rid``."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import BY_RID, HeadBase, distributed
from db.shared.sales import (
    SaleColumns,
    SaleLineBackColumns,
    SaleLineColumns,
    SaleLineCutColumns,
    SaleTaxColumns,
    SaleTenderColumns,
)


class Sale(SaleColumns, HeadBase):
    """A finished sale. Its number is not unique by design: a clash becomes a case."""

    __tablename__ = "sale"
    __table_args__ = distributed(
        "store",
        Index("ix_sale_business_date", "business_date", "store_id"),
        Index("ix_sale_number", "number"),
        Index("ix_sale_at", "at"),
        Index("ix_sale_party", "party_id", postgresql_where=text("party_id IS NOT NULL")),
        **BY_RID,
    )
    store_id: Mapped[str] = mapped_column(String(8), primary_key=True)
    rid: Mapped[UUID] = mapped_column(primary_key=True)


class SaleLine(SaleLineColumns, HeadBase):
    """A sold line."""

    __tablename__ = "sale_line"
    __table_args__ = distributed("store", **BY_RID)
    store_id: Mapped[str] = mapped_column(String(8), primary_key=True)
    rid: Mapped[UUID] = mapped_column(primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)


class SaleLineCut(SaleLineCutColumns, HeadBase):
    """What somebody took off a sold line by hand."""

    __tablename__ = "sale_line_cut"
    __table_args__ = distributed("store", **BY_RID)
    store_id: Mapped[str] = mapped_column(String(8), primary_key=True)
    rid: Mapped[UUID] = mapped_column(primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)
    scope: Mapped[str] = mapped_column(String(8), primary_key=True)


class SaleLineBack(SaleLineBackColumns, HeadBase):
    """Goods that came back with a line."""

    __tablename__ = "sale_line_back"
    __table_args__ = distributed(
        "store", Index("ix_sale_line_back_sale", "sale_rid", "sale_n"), **BY_RID
    )
    store_id: Mapped[str] = mapped_column(String(8), primary_key=True)
    rid: Mapped[UUID] = mapped_column(primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)


class SaleTax(SaleTaxColumns, HeadBase):
    """A row of a sale's tax table."""

    __tablename__ = "sale_tax"
    __table_args__ = distributed("store", **BY_RID)
    store_id: Mapped[str] = mapped_column(String(8), primary_key=True)
    rid: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(24), primary_key=True)


class SaleTender(SaleTenderColumns, HeadBase):
    """A booked tender; ``last_four`` and ``auth_code`` are what a terminal told of its card."""

    __tablename__ = "sale_tender"
    __table_args__ = distributed("store", **BY_RID)
    store_id: Mapped[str] = mapped_column(String(8), primary_key=True)
    rid: Mapped[UUID] = mapped_column(primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)
    last_four: Mapped[str] = mapped_column(String(4), server_default="")
    auth_code: Mapped[str] = mapped_column(String(40), server_default="")


class ReturnClaim(HeadBase):
    """Goods of a receipt that a till has in its open basket; ``store_id`` is the receipt's."""

    __tablename__ = "return_claim"
    __table_args__ = distributed("store", Index("ix_return_claim_sale", "sale_rid"))
    store_id: Mapped[str] = mapped_column(String(8), primary_key=True)
    sale_rid: Mapped[UUID] = mapped_column(primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)
    installation_id: Mapped[UUID] = mapped_column(primary_key=True)
    thousandths: Mapped[int]
    at_store: Mapped[str] = mapped_column(String(8))
    till: Mapped[int]
    expires_at: Mapped[datetime]
