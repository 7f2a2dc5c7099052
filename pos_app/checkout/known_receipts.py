"""Receipts as head office told of them: those of other tills, and what others took back of ours.

What is kept outlives a crash, so that a return which was begun can be paid out. The till's own
ledger counts beside it: a ticket that both know of counts once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

import msgspec
from msgspec import structs
from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.sqlite import insert

from db.store.receipts import KnownReceipt
from pos_app.till.service import TillSession
from pos_app.value.queries import Gave
from retail.contract.receipts import GaveValue, GoodsClaimed, OpenReceiptAnswer, PaidWith

T = TypeVar("T", PaidWith, GaveValue)
_KEPT_FOR = timedelta(days=7)
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(OpenReceiptAnswer).decode


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What a receipt is told apart by from one of this till.

    Attributes:
        claimed: what other tills have in their open baskets.
        place: store and till of a receipt that is not this till's; empty for one that is.
        invoice: the number of its invoice, which the till that issued it credits and no other.
    """

    claimed: tuple[GoodsClaimed, ...] = ()
    place: str = ""
    invoice: str = ""


HERE = Elsewhere()


def keep(tx: Connection, session: TillSession, told: OpenReceiptAnswer) -> None:
    """Keep what head office told; what others are about to take is true for a moment only."""
    now = session.desk.now()
    forget(tx, now)
    values = {"body": _encode(structs.replace(told, claimed=())), "as_of": now}
    tx.execute(
        insert(KnownReceipt)
        .values(rid=told.rid, **values)
        .on_conflict_do_update(index_elements=["rid"], set_=values)
    )


def forget(tx: Connection, now: datetime) -> None:
    """Let go what was told more than a week ago."""
    tx.execute(delete(KnownReceipt).where(KnownReceipt.as_of < now - _KEPT_FOR))


def kept(tx: Connection, rid: UUID) -> OpenReceiptAnswer | None:
    """What head office told of a receipt."""
    body = tx.execute(select(KnownReceipt.body).where(KnownReceipt.rid == rid)).scalar()
    return None if body is None else _decode(bytes(body))


def taken_elsewhere(told: OpenReceiptAnswer, own: Collection[UUID]) -> dict[int, int]:
    """What came back with tickets that this till does not have, in thousandths by line."""
    found: dict[int, int] = {}
    for one in told.back:
        if one.rid not in own:
            found[one.n] = found.get(one.n, 0) + one.thousandths
    return found


def tenders(tx: Connection, rids: Collection[UUID], own: Collection[UUID]) -> list[PaidWith]:
    """Tenders of these receipts and their tickets that this till's own ledger does not have."""
    found = _by_sale((told.tenders for told in _told(tx, rids)), own)
    return [one for ones in found.values() for one in ones]


def value_given(
    tx: Connection, rids: Collection[UUID], own: Collection[UUID], kind: str
) -> Mapping[bytes, Gave]:
    """What instruments of a kind paid there and got back, by their lookup."""
    gave: dict[bytes, Gave] = {}
    for moves in _by_sale((told.value for told in _told(tx, rids)), own).values():
        for one in moves:
            if one.kind == kind:
                key = bytes.fromhex(one.lookup)
                worth = one.minor or one.amount
                taken = one.act == "redeem"
                more = Gave(one.amount, worth, 0, 0) if taken else Gave(0, 0, one.amount, worth)
                gave[key] = gave[key] + more if key in gave else more
    return gave


def _by_sale(told: Iterable[Iterable[T]], own: Collection[UUID]) -> dict[UUID, list[T]]:
    """What is told of each sale, once, however many receipts tell it; but for own sales."""
    found: dict[UUID, list[T]] = {}
    for each in told:
        anew: dict[UUID, list[T]] = {}
        for one in each:
            if one.rid not in own and one.rid not in found:
                anew.setdefault(one.rid, []).append(one)
        found |= anew
    return found


def _told(tx: Connection, rids: Collection[UUID]) -> list[OpenReceiptAnswer]:
    bodies = tx.execute(
        select(KnownReceipt.body).where(KnownReceipt.rid.in_(rids)).order_by(KnownReceipt.rid)
    )
    return [_decode(bytes(body)) for body in bodies.scalars()]
