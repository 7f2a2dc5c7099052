"""The open basket on disk: every change is saved, so a crash loses nothing and undo is exact."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import msgspec
from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from db.prepared import Prepared
from db.store.sales import BasketStep
from pos_app.journal.desk import Desk
from retail.basket.model import Basket

KEPT_STEPS = 21
"""The basket itself and 20 steps back."""

_NEWEST = Prepared(
    select(BasketStep.step, BasketStep.body, BasketStep.at)
    .where(BasketStep.undone.is_(False))
    .order_by(BasketStep.step.desc())
    .limit(1)
)
_NEWEST_TWO = Prepared(
    select(BasketStep.step, BasketStep.body, BasketStep.basket_id)
    .where(BasketStep.undone.is_(False))
    .order_by(BasketStep.step.desc())
    .limit(2)
)
_FORGET = Prepared(delete(BasketStep).where(BasketStep.step > bindparam("newest")))
_INSERT = Prepared(insert(BasketStep), ("step", "basket_id", "at", "body", "undone"))
_PRUNE = Prepared(delete(BasketStep).where(BasketStep.step <= bindparam("oldest")))
_OVER = b""
"""The body of a state that no undo goes behind: what was open became a sale or was put aside, or a
basket that waited goes on, and then the state bears its id."""
encode = msgspec.json.Encoder().encode
decode = msgspec.json.Decoder(Basket).decode


@dataclass(frozen=True, slots=True)
class Draft:
    """A basket and when it came to be so; prices are judged by that instant, not by the look."""

    basket: Basket
    at_us: int


def current(tx: Connection) -> Draft | None:
    """The open basket, or None when there is none."""
    row = _NEWEST.first(tx, {})
    return None if row is None or row[1] == _OVER else Draft(decode(row[1]), row[2])


def save(tx: Connection, draft: Draft) -> None:
    """Keep a basket as the newest state."""
    step = _append(tx, draft.basket.basket_id, draft.at_us, encode(draft.basket))
    _PRUNE.one(tx, {"oldest": step - KEPT_STEPS})


def step_back(tx: Connection) -> bool:
    """Go one state back; False when there is none to go back to.

    That is so behind the oldest state that is kept, and behind that in which a basket was taken up
    again: what it held would be nowhere.
    """
    rows = _NEWEST_TWO.all(tx, {})
    if not rows or rows[0][1] == _OVER:
        return False
    step, _body, basket_id = rows[0]
    before = rows[1] if len(rows) > 1 else None
    began = step > 1 if before is None else before[1:] == (_OVER, basket_id)
    if began:
        return False
    tx.execute(update(BasketStep).where(BasketStep.step == step).values(undone=True))
    return True


def step_forward(tx: Connection) -> bool:
    """Go to the state that was left last; False when there is none, or a change followed."""
    left = select(func.min(BasketStep.step)).where(BasketStep.undone.is_(True)).scalar_subquery()
    found = tx.execute(update(BasketStep).where(BasketStep.step == left).values(undone=False))
    return bool(found.rowcount)


def close(tx: Connection, desk: Desk, basket_id: UUID) -> None:
    """The basket became a sale, was put aside or is taken up: no undo goes back behind this."""
    _append(tx, basket_id, desk.now_us(), _OVER)


def fresh(desk: Desk, currency: str) -> Basket:
    """An empty basket with the id that its sale will have."""
    return Basket(basket_id=desk.new_id(), currency=currency)


def _append(tx: Connection, basket_id: UUID, at_us: int, body: bytes) -> int:
    row = _NEWEST.first(tx, {})
    newest = 0 if row is None else row[0]
    # What was undone cannot be done again behind a new change.
    _FORGET.one(tx, {"newest": newest})
    step = newest + 1
    values = {"step": step, "basket_id": basket_id.bytes, "at": at_us, "body": body, "undone": 0}
    _INSERT.one(tx, values)
    return step
