"""What baskets take back of receipts, and what of that waits at this till."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import Connection, select

from db.store.sales import HeldBasket
from pos_app.checkout import drafts
from retail.basket.model import Basket


def waiting(tx: Connection) -> list[Basket]:
    """The baskets that were put aside."""
    return [drafts.decode(body) for body in tx.execute(select(HeldBasket.body)).scalars()]


def waiting_of(tx: Connection, sale: UUID) -> Counter[int]:
    """What of a sale waiting baskets take back, in thousandths by line."""
    return taken_back(waiting(tx)).get(sale, Counter())


def taken_back(baskets: Iterable[Basket]) -> dict[UUID, Counter[int]]:
    """What baskets take back, in thousandths by sale and line."""
    found: dict[UUID, Counter[int]] = {}
    for basket in baskets:
        for line in basket.lines:
            back = line.returned
            if back is not None and back.sale is not None:
                found.setdefault(back.sale, Counter())[back.n] += line.quantity
    return found
