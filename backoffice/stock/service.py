"""Stock movements of sales, and the balances that follow them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, insert
from sqlalchemy.dialects import postgresql

from backoffice.platform.events import SaleAccepted
from db.head.stock import StockLevel, StockMove
from retail.stock import Movement, SoldComponent, movements_of_sale

_Balance = tuple[str, str, str, str]
"""Store, SKU, site, state: also the order in which balances are locked."""


def apply_sales(tx: Connection, sales: Sequence[SaleAccepted]) -> None:
    """Book what left and came back with these sales, and move the balances.

    Balances are changed in the order of their keys, so that two batches never wait for each
    other in a circle. Shelves may go below zero: what was sold was there.
    """
    moves = [(sale, move) for sale in sales for move in _movements(sale)]
    if not moves:
        return
    tx.execute(insert(StockMove), [_row(sale, move) for sale, move in moves])
    changes: dict[_Balance, int] = {}
    for sale, move in moves:
        for site, state, delta in (
            (move.from_site, move.from_state, -move.thousandths),
            (move.to_site, move.to_state, move.thousandths),
        ):
            key = (sale.store_id, move.sku, site, str(state))
            changes[key] = changes.get(key, 0) + delta
    upsert = postgresql.insert(StockLevel)
    upsert = upsert.on_conflict_do_update(
        index_elements=[c.name for c in StockLevel.__table__.primary_key],
        set_={"thousandths": StockLevel.thousandths + upsert.excluded.thousandths},
    )
    rows = [
        {"store_id": store, "sku": sku, "site": site, "state": state, "thousandths": delta}
        for (store, sku, site, state), delta in sorted(changes.items())
    ]
    tx.execute(upsert, rows)


def _movements(sale: SaleAccepted) -> tuple[Movement, ...]:
    components = (
        SoldComponent(line.n, index, part.sku, part.thousandths)
        for line in sale.fact.lines
        for index, part in enumerate(line.parts)
    )
    return movements_of_sale(sale.store_id, sale.rid, components)


def _row(sale: SaleAccepted, move: Movement) -> dict[str, Any]:
    return {
        "store_id": sale.store_id,
        "rid": sale.rid,
        "line": move.line,
        "component": move.component,
        "sku": move.sku,
        "thousandths": move.thousandths,
        "from_site": move.from_site,
        "from_state": move.from_state,
        "to_site": move.to_site,
        "to_state": move.to_state,
        "kind": move.kind,
        "at": sale.at,
    }
