"""Counting stock: an event with the position it was counted at, never an overwrite."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import Connection, func, select

from db.store.journal import Journal
from pos_app.inventory.queries import on_hand, vector
from pos_app.journal.append import Draft, append, head
from pos_app.till.service import TillSession
from pos_app.till.stock import write_movements
from retail.contract.facts import CountedLine, JournalPosition, StockCounted
from retail.errors import RetailError
from retail.stock import CountDifference, movements_of_count

_END = func.coalesce(Journal.moved_after, Journal.head_seq)


def count(tx: Connection, session: TillSession, counted: Mapping[str, int]) -> UUID:
    """Journal what was counted (thousandths by SKU) and move the shelf to it; returns the record.

    Head office finds the difference to its own ledger as of what this till knows now; until
    then the till shows what was counted, with what is sold after it.

    Raises:
        RetailError: ``count.empty`` without an article, ``count.quantity`` below zero.
    """
    if not counted:
        raise RetailError("count.empty", "Nothing was counted; nothing was changed.")
    if any(quantity < 0 for quantity in counted.values()):
        raise RetailError("count.quantity", "Nobody counts less than nothing; nothing was changed.")
    rid, place = session.desk.new_id(), session.place()
    lines = tuple(CountedLine(sku, n, on_hand(tx, sku)) for sku, n in sorted(counted.items()))
    fact = StockCounted(staff=session.staff.staff_id, lines=lines, base=_base(tx, place.store_id))
    append(tx, session.desk, head(tx), Draft(rid, place, fact))
    differences = (
        CountDifference(n, line.sku, line.counted - line.expected)
        for n, line in enumerate(lines, 1)
    )
    write_movements(tx, movements_of_count(place.store_id, rid, differences))
    return rid


def _base(tx: Connection, store_id: str) -> tuple[JournalPosition, ...]:
    """What is known to have happened: all own entries, and other tills' as head office told."""
    known = vector(tx, store_id)
    own = tx.execute(select(Journal.jid, _END.label("end"))).all()
    known |= {row.jid: row.end for row in own}
    return tuple(JournalPosition(jid, seq) for jid, seq in sorted(known.items()) if seq)
