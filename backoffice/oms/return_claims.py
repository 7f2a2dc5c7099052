"""Goods of a receipt that a till is about to take back: no other till takes them meanwhile.

A claim is a till's, for as long as its basket is open; it ends when the till gives the goods up,
when its return is booked, or by itself. Nothing depends on it: what two tills took all the same is
booked and becomes a case.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, delete, func, insert, select, update

from backoffice.platform.events import SaleAccepted
from db.head.oms import ReturnClaim, Sale, SaleLine, SaleLineBack
from db.head.stores import Store
from retail.contract.receipts import ClaimReturnAnswer, ClaimReturnRequest, GoodsClaimed

CLAIMED_FOR = timedelta(minutes=30)
_LOCK_SPACE = 0x5470
_REFUSED = ClaimReturnAnswer(granted=False)


@dataclass(frozen=True, slots=True)
class Asker:
    """The till that asks, and its company."""

    company_id: str
    store_id: str
    till: int
    installation_id: UUID


@dataclass(frozen=True, slots=True)
class _Booked:
    """What of each line came back, in thousandths.

    Attributes:
        numbers: the newest ticket that a line came back with.
        unbooked: what the till that asks paid out, and head office has not booked yet.
    """

    gone: Counter[int] = field(default_factory=Counter)
    numbers: dict[int, str] = field(default_factory=dict)
    unbooked: Counter[int] = field(default_factory=Counter)


def claim(
    tx: Connection, by: Asker, wanted: ClaimReturnRequest, now: datetime
) -> ClaimReturnAnswer:
    """Hold goods of a receipt for a till, in the place of what it held of it before.

    Refused as a whole when of one line too little is left; then what it held before stays.
    """
    tx.execute(select(func.pg_advisory_xact_lock(_LOCK_SPACE, func.hashtext(wanted.sale.hex))))
    sale = tx.execute(
        select(Sale.store_id)
        .join(Store, Store.store_id == Sale.store_id)
        .where(Sale.rid == wanted.sale, Store.company_id == by.company_id)
    ).first()
    if sale is None:
        return _REFUSED
    # Others first: goods whose claim ends with their return in between are seen as gone.
    others = of_others(tx, by, wanted.sale, now)
    booked = _booked(tx, wanted)
    refusal = _refusal(tx, wanted, others, booked)
    if refusal is not None:
        return refusal
    own = (ReturnClaim.sale_rid == wanted.sale) & (
        ReturnClaim.installation_id == by.installation_id
    )
    tx.execute(delete(ReturnClaim).where(ReturnClaim.store_id == sale.store_id, own))
    rows = [
        {
            "store_id": sale.store_id,
            "sale_rid": wanted.sale,
            "n": n,
            "installation_id": by.installation_id,
            "thousandths": thousandths,
            "at_store": by.store_id,
            "till": by.till,
            "expires_at": now + CLAIMED_FOR,
        }
        for n, thousandths in (Counter(dict(wanted.lines)) + booked.unbooked).items()
        if thousandths > 0
    ]
    if rows:
        tx.execute(insert(ReturnClaim), rows)
    return ClaimReturnAnswer(granted=True)


def of_others(tx: Connection, by: Asker, sale: UUID, now: datetime) -> tuple[GoodsClaimed, ...]:
    """What of a receipt other tills are about to take back."""
    rows = tx.execute(
        select(ReturnClaim.n, ReturnClaim.thousandths, Store.name, ReturnClaim.till)
        .join(Store, Store.store_id == ReturnClaim.at_store)
        .where(
            ReturnClaim.sale_rid == sale,
            ReturnClaim.installation_id != by.installation_id,
            ReturnClaim.expires_at > now,
        )
        .order_by(ReturnClaim.n, ReturnClaim.installation_id)
    )
    return tuple(GoodsClaimed(*row) for row in rows)


def consumed(tx: Connection, sales: Sequence[SaleAccepted]) -> None:
    """What a return that is booked brought back needs its claim no longer."""
    for sale in sales:
        for line in sale.fact.lines:
            if line.back is None or line.back.sale is None:
                continue
            own = (
                (ReturnClaim.sale_rid == line.back.sale)
                & (ReturnClaim.installation_id == sale.installation_id)
                & (ReturnClaim.n == line.back.n)
            )
            left = ReturnClaim.thousandths + line.qty
            tx.execute(delete(ReturnClaim).where(own, left <= 0))
            tx.execute(update(ReturnClaim).where(own).values(thousandths=left))


def forget_expired(tx: Connection, now: datetime) -> None:
    """Drop claims that have run out."""
    tx.execute(delete(ReturnClaim).where(ReturnClaim.expires_at <= now))


def _refusal(
    tx: Connection,
    wanted: ClaimReturnRequest,
    others: Sequence[GoodsClaimed],
    booked: _Booked,
) -> ClaimReturnAnswer | None:
    rows = tx.execute(
        select(SaleLine.n, SaleLine.quantity).where(
            SaleLine.rid == wanted.sale, SaleLine.quantity > 0
        )
    )
    sold = {row.n: row.quantity for row in rows}
    for n, thousandths in wanted.lines:
        held = [one for one in others if one.n == n]
        left = sold.get(n, 0) - booked.gone[n] - booked.unbooked[n]
        left -= sum(one.thousandths for one in held)
        if thousandths <= left:
            continue
        at = held[0] if held else None
        return ClaimReturnAnswer(
            granted=False,
            line=n,
            left=max(left, 0),
            store=at.store if at else "",
            till=at.till if at else 0,
            number=booked.numbers.get(n, ""),
        )
    return None


def _booked(tx: Connection, wanted: ClaimReturnRequest) -> _Booked:
    rows = tx.execute(
        select(SaleLineBack.rid, SaleLineBack.sale_n, SaleLine.quantity, Sale.number)
        .join(SaleLine, (SaleLine.store_id == SaleLineBack.store_id)
              & (SaleLine.rid == SaleLineBack.rid) & (SaleLine.n == SaleLineBack.n))
        .join(Sale, (Sale.store_id == SaleLine.store_id) & (Sale.rid == SaleLine.rid))
        .where(SaleLineBack.sale_rid == wanted.sale)
        .order_by(Sale.at)
    ).all()  # fmt: skip
    found, tickets = _Booked(), {row.rid for row in rows}
    for row in rows:
        found.gone[row.sale_n] -= row.quantity
        found.numbers[row.sale_n] = row.number
    for one in wanted.came:
        if one.rid not in tickets:
            found.unbooked[one.n] += one.thousandths
    return found
