"""Receipts of other tills as a till asks for them, and the claim on goods that come back.

Answers hold what a refund needs and nothing else: no note, no seller, and a customer's party only
where points of theirs go back with the goods.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

import msgspec

from retail.contract.sales import SaleClosed


class FindReceiptsRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is known of a receipt; an empty field narrows nothing.

    Attributes:
        number: all of it, or its end.
        reference: what is printed for a tender: a card's last digits, an authorisation.
        day: a trading day.
        party: a customer, whose receipts of all stores are found.
    """

    number: str = ""
    reference: str = ""
    day: date | None = None
    sku: str = ""
    party: UUID | None = None


class FoundReceipt(msgspec.Struct, frozen=True, kw_only=True):
    """A receipt in a list of them."""

    rid: UUID
    store: str
    store_name: str
    till: int
    number: str
    at_us: int
    total: int
    currency: str
    articles: str


class FindReceiptsAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The receipts that fit, the newest first."""

    found: tuple[FoundReceipt, ...] = ()


class OpenReceiptRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One receipt, by its sale's id or by its whole number."""

    rid: UUID | None = None
    number: str = ""


class GoodsTaken(msgspec.Struct, frozen=True, array_like=True):
    """Of line ``n`` so many thousandths came back with the sale ``rid``, booked already."""

    rid: UUID
    n: int
    thousandths: int


class GoodsClaimed(msgspec.Struct, frozen=True, array_like=True):
    """Of line ``n`` so many thousandths are in an open basket of another till."""

    n: int
    thousandths: int
    store: str
    till: int


class PaidWith(msgspec.Struct, frozen=True, array_like=True):
    """A tender of the receipt, or of a ticket that took goods of it back.

    Attributes:
        minor: exact, without the rounding of cash; below zero where it was paid out.
    """

    rid: UUID
    at_us: int
    kind: str
    minor: int
    ref: str


class GaveValue(msgspec.Struct, frozen=True, array_like=True):
    """What an instrument paid, or got back; ``act`` is ``redeem`` or ``refund``.

    Attributes:
        minor: what that was in money, where it is not ``amount``.
    """

    rid: UUID
    kind: str
    act: str
    lookup: str
    amount: int
    minor: int = 0


class OpenReceiptAnswer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A receipt with all that came back of it, at whatever till.

    Attributes:
        fact: None when head office has no such receipt of the till's company.
        rounding: how its store rounds tax.
        invoice: number of its invoice, empty while there is none.
    """

    fact: SaleClosed | None = None
    rid: UUID = UUID(int=0)
    store: str = ""
    store_name: str = ""
    at_us: int = 0
    business_date: date = date(1970, 1, 1)
    rounding: str = "per_rate"
    back: tuple[GoodsTaken, ...] = ()
    claimed: tuple[GoodsClaimed, ...] = ()
    tenders: tuple[PaidWith, ...] = ()
    value: tuple[GaveValue, ...] = ()
    invoice: str = ""


class ClaimReturnRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What of a receipt the till's baskets take back, in thousandths by line.

    It takes the place of what the till claimed of that receipt before; nothing releases it.

    Attributes:
        came: what came back at the till before. What head office has not booked of it yet stays
            claimed.
    """

    sale: UUID
    lines: tuple[tuple[int, int], ...] = ()
    came: tuple[GoodsTaken, ...] = ()


class ClaimReturnAnswer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Whether the goods may come back here.

    Attributes:
        line: the first line of which too little is left; ``left`` thousandths of it.
        store, till: who has the rest in an open basket; ``number`` the ticket it came back with.
    """

    granted: bool
    line: int = 0
    left: int = 0
    store: str = ""
    till: int = 0
    number: str = ""
