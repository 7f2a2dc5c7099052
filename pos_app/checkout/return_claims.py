"""Goods of receipts that head office holds for this till, beside what its baskets take back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.sqlite import insert

from db.store.receipts import ReturnClaim
from db.store.sales import HeldBasket, Sale, SaleLineBack
from pos_app.checkout import drafts
from pos_app.checkout.receipt_search import Receipt
from pos_app.till.service import TillSession
from retail.basket.model import Basket
from retail.contract.receipts import ClaimReturnAnswer, ClaimReturnRequest
from retail.errors import RetailError
from retail.quantity import plain


def wanted(
    receipt: Receipt, here: Mapping[int, int], more: Mapping[int, int]
) -> ClaimReturnRequest:
    """What to claim of a receipt: what the basket takes back already, and ``more`` of it."""
    lines = {**here, **more}.items()
    some = tuple(sorted((n, thousandths) for n, thousandths in lines if thousandths > 0))
    return ClaimReturnRequest(sale=receipt.rid, lines=some)


def note(tx: Connection, session: TillSession, claimed: ClaimReturnRequest) -> None:
    """Head office holds this now, and nothing else of the receipt."""
    if not claimed.lines:
        tx.execute(delete(ReturnClaim).where(ReturnClaim.sale_rid == claimed.sale))
        return
    values = {"lines": json.dumps(claimed.lines), "at": session.desk.now()}
    tx.execute(
        insert(ReturnClaim)
        .values(sale_rid=claimed.sale, **values)
        .on_conflict_do_update(index_elements=["sale_rid"], set_=values)
    )


def settle(tx: Connection) -> tuple[ClaimReturnRequest, ...] | None:
    """Claims that no basket of this till needs any longer, to be told; None when it has none.

    A claim whose goods came back is not told: head office drops it with the return itself, and
    until then it keeps other tills from taking the same goods.
    """
    claims = tx.execute(select(ReturnClaim.__table__)).all()
    if not claims:
        return None
    baskets = _baskets(tx)
    due = []
    for claim in claims:
        lines = _taken_back(baskets, claim.sale_rid)
        if lines == tuple((n, thousandths) for n, thousandths in json.loads(claim.lines)):
            continue
        if not lines and _came_back(tx, claim.sale_rid, claim.at):
            tx.execute(delete(ReturnClaim).where(ReturnClaim.sale_rid == claim.sale_rid))
            continue
        due.append(ClaimReturnRequest(sale=claim.sale_rid, lines=lines))
    return tuple(due)


def refusal(receipt: Receipt, answer: ClaimReturnAnswer) -> RetailError:
    """Why goods do not come back here, by the name of whoever takes them or took them."""
    name = next((line.name for line in receipt.fact.lines if line.n == answer.line), "")
    if not name:
        return RetailError(
            "return.unknown_there",
            "Head office does not have this sale yet; try again in a moment, or take the goods "
            "back at the till that sold them.",
        )
    left = plain(answer.left)
    if answer.till:
        return RetailError(
            "return.claimed",
            "%(name)s is just being taken back at till %(till)s of %(store)s; %(left)s can come "
            "back here.",
            name=name,
            till=answer.till,
            store=answer.store,
            left=left,
        )
    return RetailError(
        "return.came_back",
        "%(name)s came back with %(number)s already; %(left)s can come back here.",
        name=name,
        number=answer.number,
        left=left,
    )


def _baskets(tx: Connection) -> list[Basket]:
    draft = drafts.current(tx)
    held = tx.execute(select(HeldBasket.body)).scalars()
    return [*([draft.basket] if draft else []), *(drafts.decode(body) for body in held)]


def _taken_back(baskets: list[Basket], sale: UUID) -> tuple[tuple[int, int], ...]:
    found: dict[int, int] = {}
    for basket in baskets:
        for line in basket.lines:
            back = line.returned
            if back is not None and back.sale == sale:
                found[back.n] = found.get(back.n, 0) + line.quantity
    return tuple(sorted(found.items()))


def _came_back(tx: Connection, sale: UUID, since: object) -> bool:
    backs = (
        select(SaleLineBack.rid)
        .join(Sale, Sale.rid == SaleLineBack.rid)
        .where(SaleLineBack.sale_rid == sale, Sale.at >= since)
    )
    return tx.execute(backs.limit(1)).first() is not None
