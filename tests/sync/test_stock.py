"""Stock of a store converges: each movement counts once at every till, whenever it arrives."""

from __future__ import annotations

from contextlib import ExitStack

import pytest
from sqlalchemy import Connection, select

from backoffice.intake.applier import catch_up
from db.head.stock import StockLevel
from db.transaction import begin
from pos_app.inventory import queries, service
from pos_app.journal.verify import verify
from retail.errors import RetailError
from tests.support.head_books import levels, summed_moves
from tests.support.proxy import Fault, Harm
from tests.support.sync_rig import Rig, Shop
from tests.support.waiting import wait_until
from tests.sync.test_faults import every_other

SKUS = ("P1", "P2", "P3")


def seen(shop: Shop) -> list[int]:
    return [int(shop.read(queries.on_hand, sku)) for sku in SKUS]


def booked(rig: Rig) -> list[int]:
    query = select(StockLevel.sku, StockLevel.thousandths).where(
        StockLevel.store_id == "S1", StockLevel.state == "on_hand"
    )
    with begin(rig.engine) as tx:
        found = {row.sku: row.thousandths for row in tx.execute(query)}
        assert levels(tx) == summed_moves(tx)
    return [found.get(sku, 0) for sku in SKUS]


def agree(rig: Rig, *shops: Shop) -> list[int]:
    """After quiescence head office and every till show the same; what they show."""
    assert wait_until(lambda: all(shop.acked() == shop.head() for shop in shops), seconds=20)
    assert catch_up(rig.engine, seconds=20)
    there = booked(rig)
    assert wait_until(lambda: all(seen(shop) == there for shop in shops), seconds=20), (
        there,
        [seen(shop) for shop in shops],
    )
    for shop in shops:
        assert shop.read(verify).broken == ""
    return there


def count(shop: Shop, **counted: int) -> None:
    shop.till.tasks.run(service.count, shop.session, counted).result()


@pytest.mark.expect_warnings
def test_own_movements_are_shown_at_once_and_counted_once(rig: Rig) -> None:
    with rig.shop() as shop:
        shop.seen.synced()
        rig.link.cut()
        shop.sell(6)
        assert seen(shop) == [-2_000, -4_000, -6_000]
        rig.link.heal()
        assert agree(rig, shop) == [-2_000, -4_000, -6_000]
        shop.sell(3)
        assert agree(rig, shop) == [-3_000, -6_000, -9_000]


@pytest.mark.expect_warnings
@pytest.mark.parametrize("fault", [None, Fault.DROP_ANSWER, Fault.DUPLICATE, Fault.TRUNCATE_ANSWER])
def test_three_tills_of_a_store_agree_after_quiescence(rig: Rig, fault: Fault | None) -> None:
    with begin(rig.engine) as tx:
        third_till(tx)
    with ExitStack() as stack:
        shops = [stack.enter_context(rig.beside(number).shop()) for number in (1, 2, 3)]
        if fault is not None:
            rig.link.rule = every_other(Harm(fault, at=150, seconds=0.01))
        for turn in range(3):
            for shop in shops:
                shop.sell(1 + turn)
        rig.link.heal()
        expected = [-1_000 * n for n in (3 * 3, 3 * 4, 3 * 3)]
        assert agree(rig, *shops) == expected


def third_till(tx: Connection) -> None:
    tx.exec_driver_sql("INSERT INTO terminal (store_id, till, name) VALUES ('S1', 3, 'Till 3')")


@pytest.mark.expect_warnings
def test_what_is_sold_during_a_count_is_not_lost(rig: Rig) -> None:
    with rig.beside(1).shop() as counting, rig.beside(2).shop() as selling:
        counting.sell(3)
        selling.sell(3)
        assert agree(rig, counting, selling) == [-2_000, -4_000, -6_000]
        rig.link.cut()
        counting.sell(3)
        count(counting, P1=50_000, P2=40_000)
        counting.sell(3)
        selling.sell(3)
        # The shelf as the counting till knows it: counted, less what it sold since.
        assert seen(counting) == [49_000, 38_000, -6_000 - 6_000]
        rig.link.heal()
        assert agree(rig, counting, selling) == [48_000, 36_000, -6_000 - 9_000]


def test_a_count_that_comes_before_its_own_shop_agrees_too(rig: Rig) -> None:
    with rig.beside(1).shop() as one, rig.beside(2).shop() as two:
        count(one, P1=10_000)
        count(two, P1=12_000, P3=7_000)
        one.sell(3)
        total = agree(rig, one, two)
        assert total[2] == 7_000 - 3_000
        count(one, P1=5_000)
        assert agree(rig, one, two)[0] == 5_000


def test_what_is_no_count(rig: Rig) -> None:
    with rig.shop(work=False) as shop:
        for counted, code in (({}, "count.empty"), ({"P1": -1}, "count.quantity")):
            with pytest.raises(RetailError) as told:
                count(shop, **counted)
            assert told.value.code == code
