"""Goods of receipts that head office holds for this till, beside what its baskets take back."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, delete, select, update
from sqlalchemy.dialects.sqlite import insert

from db.store.receipts import ReturnClaim
from db.store.sales import Sale, SaleLine, SaleLineBack
from pos_app.checkout import drafts, receipt_search
from pos_app.checkout.receipt_search import Receipt
from pos_app.checkout.waiting_returns import taken_back, waiting, waiting_of
from pos_app.till.service import TillSession
from retail.basket.model import Basket
from retail.contract.receipts import ClaimReturnAnswer, ClaimReturnRequest, GoodsTaken
from retail.errors import RetailError
from retail.quantity import plain

ASKED_AGAIN = timedelta(minutes=20)
"""Well before head office lets a claim go by itself, after half an hour."""


def wanted(
    receipt: Receipt, here: Mapping[int, int], more: Mapping[int, int]
) -> ClaimReturnRequest:
    """What to claim of a receipt: what the basket takes back already, and ``more`` of it."""
    lines = {**here, **more}.items()
    some = tuple(sorted((n, thousandths) for n, thousandths in lines if thousandths > 0))
    return ClaimReturnRequest(sale=receipt.rid, lines=some)


def note(tx: Connection, session: TillSession, asked: ClaimReturnRequest) -> ClaimReturnRequest:
    """What is about to be asked for, with what waiting baskets take back of the receipt too.

    Noted before it is asked: a claim whose answer is lost is given up like any other.
    """
    lines = Counter(dict(asked.lines))
    lines.update(waiting_of(tx, asked.sale))
    return _put(tx, session, asked.sale, tuple(sorted(lines.items())))


def granted(tx: Connection, session: TillSession, asked: ClaimReturnRequest) -> None:
    """Head office holds this now, and nothing else of the receipt."""
    this = (ReturnClaim.sale_rid == asked.sale) & (ReturnClaim.lines == json.dumps(asked.lines))
    if asked.lines:
        tx.execute(update(ReturnClaim).where(this).values(granted_at=session.desk.now()))
    else:
        tx.execute(delete(ReturnClaim).where(this))


def settle(tx: Connection, session: TillSession) -> tuple[ClaimReturnRequest, ...] | None:
    """What head office must be asked for, that it holds what this till's baskets take back.

    That is what it was not asked for, what it has not granted or granted long ago, and what no
    basket needs any longer; None when nothing comes back. A claim whose goods came back is not
    told: head office drops it with the return itself, and until then it keeps other tills from
    taking the same goods.
    """
    claims = {row.sale_rid: row for row in tx.execute(select(ReturnClaim.__table__))}
    back = taken_back([*_open(tx), *waiting(tx)])
    if not claims and not back:
        return None
    due = []
    for sale in sorted({*claims, *back}):
        lines, claim = tuple(sorted(back.get(sale, {}).items())), claims.get(sale)
        if claim is None or claim.granted_at is None:
            due.append(_put(tx, session, sale, lines))
        elif not lines and _came_back(tx, claim):
            tx.execute(delete(ReturnClaim).where(ReturnClaim.sale_rid == sale))
        elif lines != _lines(claim) or session.desk.now() - claim.granted_at >= ASKED_AGAIN:
            due.append(_put(tx, session, sale, lines))
    return tuple(due)


def due_now(tx: Connection, session: TillSession) -> tuple[ClaimReturnRequest, ...]:
    """What of that the open basket takes back, which is about to be paid out."""
    here = taken_back(_open(tx))
    return tuple(one for one in settle(tx, session) or () if one.sale in here)


def why_not(
    tx: Connection, asked: ClaimReturnRequest, answer: ClaimReturnAnswer
) -> RetailError | None:
    """Why goods that are in a basket do not come back here; None for an unknown receipt."""
    receipt = receipt_search.receipt(tx, asked.sale)
    return None if receipt is None else refusal(receipt, answer)


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
    if not answer.number:
        return RetailError(
            "return.came_back_here",
            "No more than %(left)s of %(name)s can come back: the rest came back at this till, or "
            "is in another of its baskets.",
            name=name,
            left=left,
        )
    return RetailError(
        "return.came_back",
        "%(name)s came back with %(number)s already; %(left)s can come back here.",
        name=name,
        number=answer.number,
        left=left,
    )


def _put(
    tx: Connection, session: TillSession, sale: UUID, lines: tuple[tuple[int, int], ...]
) -> ClaimReturnRequest:
    values = {"lines": json.dumps(lines), "at": session.desk.now(), "granted_at": None}
    tx.execute(
        insert(ReturnClaim)
        .values(sale_rid=sale, **values)
        .on_conflict_do_update(index_elements=["sale_rid"], set_=values)
    )
    came = tuple(GoodsTaken(rid, n, gone) for rid, n, gone, _at in _came(tx, sale))
    return ClaimReturnRequest(sale=sale, lines=lines, came=came)


def _open(tx: Connection) -> list[Basket]:
    draft = drafts.current(tx)
    return [draft.basket] if draft else []


def _lines(claim: Row[Any]) -> tuple[tuple[int, int], ...]:
    return tuple((n, thousandths) for n, thousandths in json.loads(claim.lines))


def _came_back(tx: Connection, claim: Row[Any]) -> bool:
    """Whether all that was claimed came back here since."""
    gone: Counter[int] = Counter()
    for _rid, n, thousandths, at in _came(tx, claim.sale_rid):
        gone[n] += thousandths if at >= claim.at else 0
    lines = _lines(claim)
    return bool(lines) and all(gone[n] >= thousandths for n, thousandths in lines)


def _came(tx: Connection, sale: UUID) -> list[tuple[UUID, int, int, datetime]]:
    """What came back at this till: ticket, line of the receipt, thousandths, when."""
    rows = tx.execute(
        select(SaleLineBack.rid, SaleLineBack.sale_n, -SaleLine.quantity, Sale.at)
        .join(SaleLine, (SaleLine.rid == SaleLineBack.rid) & (SaleLine.n == SaleLineBack.n))
        .join(Sale, Sale.rid == SaleLineBack.rid)
        .where(SaleLineBack.sale_rid == sale)
        .order_by(SaleLineBack.rid, SaleLineBack.n)
    )
    return [(rid, n, thousandths, at) for rid, n, thousandths, at in rows if n is not None]
