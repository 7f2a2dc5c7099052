"""The till's own stock movements and their balances, written with statements compiled once."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, insert
from sqlalchemy.dialects.sqlite import insert as upsert

from db.prepared import Prepared
from db.store.stock import StockLevel, StockMove
from retail.stock import Movement

_MOVE = Prepared(insert(StockMove), [column.key for column in StockMove.__table__.columns])
_level = upsert(StockLevel)
_LEVEL = Prepared(
    _level.on_conflict_do_update(
        index_elements=["site", "state", "sku"],
        set_={"thousandths": StockLevel.thousandths + _level.excluded.thousandths},
    ),
    ["site", "state", "sku", "thousandths"],
)


def write_movements(tx: Connection, moved: tuple[Movement, ...]) -> None:
    """Book movements and move the balances of this store's own stock."""
    _MOVE.many(tx, [_move(movement) for movement in moved])
    _LEVEL.many(tx, _balances(moved))


def _move(movement: Movement) -> dict[str, Any]:
    return {
        "rid": movement.rid.bytes,
        "line": movement.line,
        "component": movement.component,
        "sku": movement.sku,
        "thousandths": movement.thousandths,
        "from_site": movement.from_site,
        "from_state": movement.from_state.value,
        "to_site": movement.to_site,
        "to_state": movement.to_state.value,
        "kind": movement.kind.value,
    }


def _balances(moved: tuple[Movement, ...]) -> list[dict[str, Any]]:
    """What movements do to this store's own stock; what is outside has no balance at a till."""
    change: dict[tuple[str, str, str], int] = {}
    for movement in moved:
        for site, state, sign in (
            (movement.from_site, movement.from_state.value, -1),
            (movement.to_site, movement.to_state.value, 1),
        ):
            if site == movement.store:
                key = (site, state, movement.sku)
                change[key] = change.get(key, 0) + sign * movement.thousandths
    return [
        {"site": site, "state": state, "sku": sku, "thousandths": thousandths}
        for (site, state, sku), thousandths in sorted(change.items())
    ]
