"""Moving a till to another store: head office says so, the till does it once it is drained.

Until the till says that it stands in the other store nothing changes here. Its journals stay where
they were opened: whatever of them comes late is booked in the store that sold it.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, delete, insert, select, update

from backoffice.fleet.access import Decider, present, record, set_state
from db.head.stores import Installation, Terminal
from retail.errors import RetailError

Place = tuple[str, int]


def order_move(tx: Connection, place: Place, target: Place, by: Decider) -> None:
    """Have a till move once it has drained.

    Raises:
        RetailError: ``till.none`` when it is not enrolled, ``move.target`` when there is no such
            till in the other store or somebody works there, ``move.shift`` while a shift is open,
            ``move.undrained`` while entries wait at the till; nothing was changed.
    """
    row = present(tx, place)
    if row.shift_open:
        raise RetailError("move.shift", "A shift is open at this till; close it first.")
    if row.queued:
        raise RetailError(
            "move.undrained",
            "%(count)s entries wait at this till; let it sync first.",
            count=row.queued,
        )
    store_id, till = target
    free = select(Terminal.till).where(
        Terminal.store_id == store_id, Terminal.till == till, Terminal.installation_id.is_(None)
    )
    if target == place or tx.execute(free).first() is None:
        raise RetailError(
            "move.target",
            "Store %(store)s has no free till %(till)s; nothing was changed.",
            store=store_id,
            till=till,
        )
    set_state(tx, row, moves_to_store=store_id, moves_to_till=till)
    record(tx, by, "till.move_ordered", place, f", to store {store_id}, till {till}")


def ordered(tx: Connection, store_id: str, installation_id: UUID) -> Place | None:
    """Where a till is to move; None when it stays."""
    row = tx.execute(
        select(Installation.moves_to_store, Installation.moves_to_till).where(
            Installation.store_id == store_id, Installation.installation_id == installation_id
        )
    ).one()
    return (row.moves_to_store, row.moves_to_till) if row.moves_to_store else None


def complete(tx: Connection, store_id: str, installation_id: UUID, target: Place) -> None:
    """The till stands in the other store now."""
    new_store, new_till = target
    row: dict[str, Any] = dict(
        tx.execute(
            select(Installation).where(
                Installation.store_id == store_id, Installation.installation_id == installation_id
            )
        )
        .mappings()
        .one()
    )
    leave(tx, installation_id, but=new_store)
    stay = {"moves_to_store": "", "moves_to_till": 0}
    tx.execute(
        insert(Installation).values({**row, **stay, "store_id": new_store, "till": new_till})
    )
    tx.execute(
        update(Terminal)
        .where(Terminal.store_id == new_store, Terminal.till == new_till)
        .values(installation_id=installation_id)
    )


def leave(tx: Connection, installation_id: UUID, *, but: str) -> None:
    """A till stands in no store but that one."""
    tx.execute(
        update(Terminal)
        .where(Terminal.installation_id == installation_id, Terminal.store_id != but)
        .values(installation_id=None)
    )
    tx.execute(
        delete(Installation).where(
            Installation.installation_id == installation_id, Installation.store_id != but
        )
    )
