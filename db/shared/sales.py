"""Columns of finished sales on both sides; amounts in minor units."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import String, text, true
from sqlalchemy.orm import Mapped, mapped_column

from retail.contract.sales import ForeignCash


class SaleColumns:
    """The head of a finished sale; it never changes.

    ``snapshot`` is the hash of the promotions it was priced with, empty without any;
    ``minimised`` and ``bound`` are the solver's, in 1/10,000 minor unit.
    """

    till: Mapped[int]
    number: Mapped[str] = mapped_column(String(32))
    business_date: Mapped[date]
    at: Mapped[datetime]
    jid: Mapped[UUID | None]
    shift_id: Mapped[UUID | None]
    staff_id: Mapped[UUID]
    party_id: Mapped[UUID | None]
    currency: Mapped[str] = mapped_column(String(3))
    total_minor: Mapped[int]
    tax_minor: Mapped[int]
    savings_minor: Mapped[int]
    rounding_minor: Mapped[int]
    note: Mapped[str] = mapped_column(String(200), server_default="")
    certificate: Mapped[str] = mapped_column(String(40), server_default="")
    snapshot: Mapped[str] = mapped_column(String(64), server_default="")
    engine_version: Mapped[int] = mapped_column(server_default=text("0"))
    minimised: Mapped[int] = mapped_column(server_default=text("0"))
    bound: Mapped[int] = mapped_column(server_default=text("0"))
    proved: Mapped[bool] = mapped_column(server_default=true())


class SaleLineColumns:
    """A sold line; ``quantity`` in thousandths."""

    sku: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(120))
    unit: Mapped[str] = mapped_column(String(8))
    quantity: Mapped[int]
    price_minor: Mapped[int]
    gross_minor: Mapped[int]
    discount_minor: Mapped[int]
    net_minor: Mapped[int]
    note: Mapped[str] = mapped_column(String(200), server_default="")
    seller_id: Mapped[UUID | None]
    serial: Mapped[str] = mapped_column(String(40), server_default="")
    lot: Mapped[str] = mapped_column(String(40), server_default="")
    expires: Mapped[str] = mapped_column(String(10), server_default="")


class SaleLineCutColumns:
    """What somebody took off a sold line by hand: off its price, the line, or as its share.

    ``ppm`` is the share it was given as, 0 for an amount.
    """

    minor: Mapped[int]
    ppm: Mapped[int]
    reason: Mapped[str] = mapped_column(String(16))
    staff_id: Mapped[UUID]
    approved_id: Mapped[UUID | None]


class SaleLineBackColumns:
    """Goods that came back; ``sale_rid`` and ``sale_n`` are the line they were sold with."""

    disposition: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str] = mapped_column(String(16))
    staff_id: Mapped[UUID]
    approved_id: Mapped[UUID | None]
    sale_rid: Mapped[UUID | None]
    sale_n: Mapped[int]


class SaleTaxColumns:
    """A row of the sale's tax table."""

    ppm: Mapped[int]
    net_minor: Mapped[int]
    tax_minor: Mapped[int]


class SaleTenderColumns:
    """A booked tender; ``amount = given - change``, in the sale's currency.

    Attributes:
        currency, currency_minor, rate_ppm: what was given when that was other money: minor units
            of its currency, and its rate in millionths; empty and 0 for money of the sale's.
    """

    kind: Mapped[str] = mapped_column(String(16))
    amount_minor: Mapped[int]
    given_minor: Mapped[int]
    change_minor: Mapped[int]
    reference: Mapped[str] = mapped_column(String(64))
    currency: Mapped[str] = mapped_column(String(3), server_default="")
    currency_minor: Mapped[int] = mapped_column(server_default=text("0"))
    rate_ppm: Mapped[int] = mapped_column(server_default=text("0"))


def foreign_columns(given: ForeignCash | None) -> dict[str, str | int]:
    """What a tender's row says of the other money that was given, in the order of the columns."""
    if given is None:
        return {"currency": "", "currency_minor": 0, "rate_ppm": 0}
    return {"currency": given.currency, "currency_minor": given.minor, "rate_ppm": given.ppm}
