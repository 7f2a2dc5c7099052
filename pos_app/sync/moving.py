"""A till that head office moves to another store: a new journal, and that store's data."""

from __future__ import annotations

from sqlalchemy import Connection, delete, select, update

from db.store.journal import Journal
from db.store.sales import SharedBasket
from db.store.streams import StagedRow, Stream
from db.store.tills import Device, StaffMember, Store
from pos_app.journal.again import journal_again
from pos_app.journal.desk import Desk
from pos_app.sync import push
from pos_app.till.queries import open_shift
from retail.contract.scopes import store_stream, till_stream

REASON = "moved"


def move(tx: Connection, desk: Desk, store_id: str, till: int) -> bool:
    """Stand in another store from now on; False while a shift is open or entries wait.

    The old journal is closed with all it holds, which head office has.
    """
    if open_shift(tx) is not None or push.queue_state(tx).entries:
        return False
    old = tx.execute(select(Device.store_id, Device.till)).one()
    gone = (store_stream(old.store_id), till_stream(old.store_id, old.till))
    tx.execute(delete(Stream).where(Stream.name.in_(gone)))
    tx.execute(delete(StagedRow).where(StagedRow.stream.in_(gone)))
    for table in (StaffMember, Store, SharedBasket):
        tx.execute(delete(table))
    tx.execute(update(Device).values(store_id=store_id, till=till))
    journal = tx.execute(select(Journal.jid, Journal.head_seq).where(Journal.state == "open")).one()
    journal_again(tx, desk, journal.jid, journal.head_seq, REASON)
    return True
