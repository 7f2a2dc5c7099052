"""Reading the stock ledger."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, select

from db.head.stock import StockMove


@dataclass(frozen=True, slots=True)
class MoveRecord:
    """A movement; ``thousandths`` is positive, the direction is from and to."""

    line: int
    component: int
    sku: str
    thousandths: int
    from_site: str
    from_state: str
    to_site: str
    to_state: str
    kind: str


def moves_of(tx: Connection, store_id: str, rid: UUID) -> tuple[MoveRecord, ...]:
    """The movements of a document, in the order of its lines."""
    columns = [getattr(StockMove, name) for name in MoveRecord.__dataclass_fields__]
    rows = tx.execute(
        select(*columns)
        .where(StockMove.store_id == store_id, StockMove.rid == rid)
        .order_by(StockMove.line, StockMove.component)
    )
    return tuple(MoveRecord(*row) for row in rows)
