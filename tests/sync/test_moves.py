"""A till that is moved to another store: drained first, then with that store's data and numbers."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import delete, select, update

from backoffice.fleet.access import Decider
from backoffice.fleet.moves import order_move
from db.head.journals import JournalEntry, JournalHead
from db.head.oms import Sale as HeadSale
from db.head.stores import Installation, Terminal
from db.store.tills import StaffMember, Store
from db.transaction import begin
from pos_app.journal.verify import verify
from pos_app.sync.errors import NoAnswer
from retail.errors import RetailError
from retail.identity import parse_document_number
from tests.support.proxy import Fault, Harm
from tests.support.sync_rig import Rig, Shop
from tests.support.waiting import wait_until


def order(rig: Rig, store: str = "S2", till: int = 1) -> None:
    with begin(rig.engine) as tx:
        by = Decider("TW", "anna", datetime.now(UTC))
        order_move(tx, ("S1", 1), (store, till), by)


def close_shift(shop: Shop) -> None:
    shop.till.tasks.run(
        lambda tx: tx.exec_driver_sql("UPDATE shift SET closed_at = opened_at + 1")
    ).result()
    shop._session = None


def store_of(shop: Shop) -> tuple[str, int]:
    known = shop.till.identity
    assert known is not None
    return known.store_id, known.till


def test_a_drained_till_moves_and_sells_for_the_other_store(rig: Rig) -> None:
    with rig.shop(work=False) as shop:
        first = shop.sell(2)
        close_shift(shop)
        shop.till.sync.run_once()
        order(rig)
        shop.till.sync.run_once()
        assert store_of(shop) == ("S2", 1)
        assert shop.read(lambda tx: tx.execute(select(Store.store_id)).scalars().all()) == ["S2"]
        assert shop.read(lambda tx: tx.execute(select(StaffMember.staff_id)).all())
        later = shop.sell(2)
        shop.till.sync.run_once()
        assert shop.read(verify).broken == ""
        numbers = [parse_document_number(x.receipt_number) for x in (*first, *later)]
        assert [number.store for number in numbers] == ["S1", "S1", "S2", "S2"]
        assert len({number.series for number in numbers}) == 2
        assert booked(rig) == {"S1": 2, "S2": 2}
        with begin(rig.engine) as tx:
            places = tx.execute(select(Installation.store_id, Installation.till)).all()
            assert [tuple(place) for place in places] == [("S2", 1)]
            free = select(Terminal.installation_id).where(Terminal.store_id == "S1")
            assert set(tx.execute(free).scalars()) == {None}


def booked(rig: Rig) -> dict[str, int]:
    assert rig.booked()
    with begin(rig.engine) as tx:
        stores = tx.execute(select(HeadSale.store_id).where(HeadSale.jid.is_not(None))).scalars()
        found: dict[str, int] = {}
        for store in stores:
            found[store] = found.get(store, 0) + 1
    return found


def test_an_open_shift_and_a_queue_stop_the_order(rig: Rig) -> None:
    with rig.shop(work=False) as shop:
        shop.sell()
        shop.till.sync.run_once()
        shop.till.sync.run_once()
        with pytest.raises(RetailError, match="A shift is open"):
            order(rig)
        close_shift(shop)
        rig_sells_unsent(rig, shop)
        with pytest.raises(RetailError, match="wait at this till"):
            order(rig)
        shop.till.sync.run_once()
        shop.till.sync.run_once()
        for store, till in (("S1", 1), ("S2", 9), ("S9", 1)):
            with pytest.raises(RetailError, match="no free till"):
                order(rig, store, till)


def rig_sells_unsent(rig: Rig, shop: Shop) -> None:
    """As of its last hello entries wait at the till."""
    with begin(rig.engine) as tx:
        tx.exec_driver_sql("UPDATE installation SET queued = 3, shift_open = false")


def test_a_till_that_is_at_work_again_moves_when_it_is_not(rig: Rig) -> None:
    with rig.shop(work=False) as shop:
        shop.sell()
        close_shift(shop)
        shop.till.sync.run_once()
        order(rig)
        shop.sell()
        shop.till.sync.run_once()
        assert store_of(shop) == ("S1", 1)
        close_shift(shop)
        shop.till.sync.run_once()
        assert store_of(shop) == ("S2", 1)
        assert booked(rig) == {"S1": 2}


def test_late_entries_are_booked_where_they_were_sold(rig: Rig) -> None:
    """Head office lost the end of the old journal after the move."""
    with rig.shop(work=False) as shop:
        shop.sell(3)
        close_shift(shop)
        shop.till.sync.run_once()
        order(rig)
        shop.till.sync.run_once()
        shop.sell()
        shop.till.sync.run_once()
        assert booked(rig) == {"S1": 3, "S2": 1}
        whole = held(rig)
        forget_end(rig, "S1")
        assert held(rig) != whole
        shop.till.sync.run_once()
        assert held(rig) == whole
        assert booked(rig) == {"S1": 3, "S2": 1}
        assert shop.read(verify).broken == ""


def held(rig: Rig) -> list[tuple[str, int]]:
    """Store and position of every entry at head office."""
    query = select(JournalEntry.store_id, JournalEntry.seq)
    with begin(rig.engine) as tx:
        rows = tx.execute(query.order_by(JournalEntry.store_id, JournalEntry.seq))
        return [(row.store_id, row.seq) for row in rows]


def forget_end(rig: Rig, store: str) -> None:
    """Head office has lost the last entry of a store's journal."""
    with begin(rig.engine) as tx:
        head = tx.execute(select(JournalHead).where(JournalHead.store_id == store)).one()
        of_head = JournalEntry.jid == head.jid
        tx.execute(delete(JournalEntry).where(of_head, JournalEntry.seq == head.head_seq))
        last = select(JournalEntry.hash).where(of_head, JournalEntry.seq == head.head_seq - 1)
        tx.execute(
            update(JournalHead)
            .where(JournalHead.jid == head.jid)
            .values(
                head_seq=head.head_seq - 1,
                applied_seq=head.head_seq - 1,
                head_hash=last.scalar_subquery(),
            )
        )


def test_a_move_survives_a_lost_answer(rig: Rig) -> None:
    with rig.shop(work=False) as shop:
        shop.sell()
        close_shift(shop)
        shop.till.sync.run_once()
        order(rig)
        rig.link.once(Harm(Fault.DROP_ANSWER), path="hello")
        for _ in range(3):
            try_sync(shop)
        assert wait_until(lambda: store_of(shop) == ("S2", 1))
        shop.sell()
        shop.till.sync.run_once()
        assert booked(rig) == {"S1": 1, "S2": 1}


def try_sync(shop: Shop) -> None:
    try:
        shop.till.sync.run_once()
    except NoAnswer:
        return
