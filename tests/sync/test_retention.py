"""What a till lets go: only what is in a proved backup and old, and nothing by accident."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, select
from sqlalchemy.exc import IntegrityError

from db.store.journal import JournalEntry
from pos_app.journal.verify import verify
from pos_app.sync import retention
from tests.support.restores import Safe, durable, settled
from tests.support.sync_rig import Rig, Shop
from tests.support.waiting import wait_until

pytestmark = pytest.mark.expect_warnings


def prunes(shop: Shop, days: int) -> int:
    """What goes when it is that many days later."""
    later = datetime.now(UTC) + timedelta(days=days)
    gone = 0
    while part := shop.till.tasks.run(retention.prune, later).result():
        gone += part
    return gone


def held(shop: Shop) -> int:
    return len(shop.read(lambda tx: tx.execute(select(JournalEntry.seq)).all()))


def test_nothing_goes_that_is_not_both_durable_and_old(rig: Rig, safe: Safe) -> None:
    with rig.shop() as shop:
        shop.sell(3)
        settled(shop)
        assert prunes(shop, 400) == 0
        safe.back_up()
        known = shop.head()
        shop.sell(2)
        settled(shop)
        assert wait_until(lambda: durable(shop) == known)
        assert prunes(shop, 34) == 0
        assert prunes(shop, 36) == known
        assert held(shop) == shop.head() - known
        assert shop.read(verify).broken == ""
        shop.sell()
        settled(shop)
        rig_totals = rig.totals()
        assert rig_totals.last_seq == shop.head()
        assert shop.read(verify).broken == ""


def test_a_pruned_journal_is_still_compared_and_forked(rig: Rig, safe: Safe) -> None:
    with rig.shop() as shop:
        shop.sell(3)
        settled(shop)
        file = safe.back_up()
        known = shop.head()
        shop.sell(2)
        settled(shop)
        assert wait_until(lambda: durable(shop) == known)
        prunes(shop, 36)
        safe.restore(file)
        shop.sell()
        assert wait_until(lambda: rig.head_seq() == shop.head(), seconds=30)
        settled(shop)
        assert rig.booked() == shop.sales()
        assert len(shop.journals()) == 1
        assert shop.read(verify).broken == ""


def test_a_head_office_that_lacks_what_is_gone_gets_all_the_rest(rig: Rig, safe: Safe) -> None:
    with rig.shop() as shop:
        shop.sell(2)
        settled(shop)
        older = safe.back_up("older")
        shop.sell(2)
        settled(shop)
        safe.back_up("newer")
        known = shop.head()
        assert wait_until(lambda: durable(shop) == known)
        prunes(shop, 36)
        shop.sell(2)
        settled(shop)
        # Not the newest backup: what was only in that one is in no till any more.
        safe.restore(older)
        assert wait_until(lambda: len(shop.journals()) == 2, seconds=30)
        settled(shop)
        assert len(rig.booked()) == 4
        assert len(shop.sales()) == 6
        assert shop.read(verify).broken == ""


def test_a_prune_that_is_broken_off_loses_nothing(
    rig: Rig, safe: Safe, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken_off(place: str) -> None:
        raise OSError(place)

    with rig.shop() as shop:
        shop.sell(3)
        settled(shop)
        safe.back_up()
        known = shop.head()
        assert wait_until(lambda: durable(shop) == known)
        with monkeypatch.context() as patch:
            patch.setattr(retention, "crash_point", broken_off)
            with pytest.raises(OSError, match=r"prune\.slice"):
                prunes(shop, 36)
        assert held(shop) == known
        assert shop.read(verify).broken == ""
        assert prunes(shop, 36) == known
        assert shop.read(verify).broken == ""


def test_the_database_itself_refuses_to_lose_what_is_not_durable(rig: Rig, safe: Safe) -> None:
    with rig.shop() as shop:
        shop.sell(2)
        settled(shop)
        for statement in (
            "DELETE FROM journal_entry",
            "UPDATE journal SET pruned_seq = 1",
        ):
            with pytest.raises(IntegrityError):
                shop.till.tasks.run(does, statement).result()
        assert shop.read(verify).broken == ""


def does(tx: Connection, statement: str) -> None:
    tx.exec_driver_sql(statement)


@pytest.fixture
def rig(kept_rig: Rig) -> Rig:
    return kept_rig
