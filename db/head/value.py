"""Stored value: instruments, their append-only ledger, reservations and leases.

Amounts are in the instrument's unit: minor units, points or uses. A code is kept as a keyed hash.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import BY_RID, HeadBase, distributed


class ValueKey(HeadBase):
    """The key that a company's codes are hashed and its vouchers proved with; never shown."""

    __tablename__ = "value_key"
    __table_args__ = distributed("company")
    company_id: Mapped[str] = mapped_column(String(8), primary_key=True)
    key: Mapped[bytes]


class ValueInstrument(HeadBase):
    """A gift card, a customer's points, a campaign; ``balance`` is a cache of its entries.

    ``party_id`` is whose it is, of kinds that are found by a party.
    """

    __tablename__ = "value_instrument"
    __table_args__ = distributed(
        "company",
        Index("ix_value_instrument_lookup", "company_id", "lookup", unique=True),
        Index("ix_value_instrument_party", "party_id"),
        CheckConstraint("state IN ('active', 'blocked')", name="state"),
    )
    company_id: Mapped[str] = mapped_column(String(8), primary_key=True)
    instrument_id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    lookup: Mapped[bytes]
    last_four: Mapped[str] = mapped_column(String(4))
    balance: Mapped[int]
    state: Mapped[str] = mapped_column(String(8))
    opened_at: Mapped[datetime]
    party_id: Mapped[UUID | None]


class ValueEntry(HeadBase):
    """A posting; ``(rid, n)`` is its source. Append-only. Partitioned by ``rid``.

    ``act`` is issue, load, earn, redeem, refund (of what was redeemed), reverse (of what was
    earned), expire, settle or limit (another credit line); ``amount`` is signed.
    """

    __tablename__ = "value_entry"
    __table_args__ = distributed(
        "company",
        Index("ix_value_entry_instrument", "company_id", "instrument_id"),
        CheckConstraint(
            "act IN ('issue', 'load', 'earn', 'redeem', 'refund', 'reverse', 'expire', 'settle',"
            " 'limit')",
            name="act",
        ),
        **BY_RID,
    )
    company_id: Mapped[str] = mapped_column(String(8), primary_key=True)
    rid: Mapped[UUID] = mapped_column(primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)
    instrument_id: Mapped[UUID]
    store_id: Mapped[str] = mapped_column(String(8))
    act: Mapped[str] = mapped_column(String(8))
    amount: Mapped[int]
    authority: Mapped[str] = mapped_column(String(8))
    at: Mapped[datetime]


class ValueReservation(HeadBase):
    """Value held for a sale that is being paid; the till made its id."""

    __tablename__ = "value_reservation"
    __table_args__ = distributed(
        "company",
        Index("ix_value_reservation_instrument", "company_id", "instrument_id", "state"),
        CheckConstraint("state IN ('open', 'captured', 'released')", name="state"),
    )
    company_id: Mapped[str] = mapped_column(String(8), primary_key=True)
    rid: Mapped[UUID] = mapped_column(primary_key=True)
    instrument_id: Mapped[UUID]
    store_id: Mapped[str] = mapped_column(String(8))
    till: Mapped[int]
    amount: Mapped[int]
    state: Mapped[str] = mapped_column(String(8))
    expires_at: Mapped[datetime]


class ValueLease(HeadBase):
    """Value lent to a till, which spends it without asking.

    ``used`` is what booked sales took of it; what the till has given back is ``returned``.
    """

    __tablename__ = "value_lease"
    __table_args__ = distributed(
        "company",
        Index("ix_value_lease_instrument", "company_id", "instrument_id", "state"),
        CheckConstraint("state IN ('open', 'returned')", name="state"),
    )
    company_id: Mapped[str] = mapped_column(String(8), primary_key=True)
    lease_id: Mapped[UUID] = mapped_column(primary_key=True)
    instrument_id: Mapped[UUID]
    store_id: Mapped[str] = mapped_column(String(8))
    till: Mapped[int]
    installation_id: Mapped[UUID]
    granted: Mapped[int]
    used: Mapped[int]
    returned: Mapped[int]
    state: Mapped[str] = mapped_column(String(8))
    expires_at: Mapped[datetime]
