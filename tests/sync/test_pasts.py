"""Two pasts of one journal: restored head offices, forks, copied disks, shut-out tills."""

from __future__ import annotations

import shutil
from typing import Any

import pytest
from sqlalchemy import select, update

from db.embedded import EmbeddedPostgres
from db.head.stores import HeadOffice, Installation
from db.store.journal import Journal
from db.streams import publish_each
from db.transaction import begin
from pos_app.journal.verify import verify
from pos_app.sync.status import SyncState
from retail.contract.reference import PriceRow
from retail.identity import parse_document_number
from tests.support.head_books import strange_entry
from tests.support.postgres import run_on
from tests.support.sync_rig import Rig, Shop
from tests.support.waiting import wait_until

pytestmark = pytest.mark.expect_warnings


def settled(shop: Shop) -> None:
    shop.pushed()


class Backup:
    """A copy of head office's database, as of when it was made."""

    def __init__(self, rig: Rig, server: EmbeddedPostgres) -> None:
        self._rig, self._server = rig, server
        self._name = str(rig.engine.url.database)
        self._copy(self._name, f"{self._name}_backup")

    def restore(self, *, incarnation: int) -> None:
        """Put the copy in place of the database, as the restore procedure does."""
        self._copy(f"{self._name}_backup", self._name)
        with begin(self._rig.engine) as tx:
            tx.execute(update(HeadOffice).values(incarnation=incarnation))

    def drop(self) -> None:
        run_on(self._server, f"DROP DATABASE {self._name}_backup")

    def _copy(self, source: str, target: str) -> None:
        self._rig.head.stop()
        self._rig.engine.dispose()
        run_on(self._server, f"DROP DATABASE IF EXISTS {target} WITH (FORCE)")
        run_on(self._server, f"CREATE DATABASE {target} TEMPLATE {source}")

    def serve(self) -> None:
        self._rig.head.start()


def test_a_restored_head_office_gets_the_lost_part_again_without_a_new_sale(
    rig: Rig, head_server: EmbeddedPostgres
) -> None:
    with rig.shop() as shop:
        shop.sell(3)
        settled(shop)
        backup = Backup(rig, head_server)
        backup.serve()
        shop.sell(4)
        settled(shop)
        full = shop.acked()
        for incarnation in (2, 3):
            backup.restore(incarnation=incarnation)
            assert rig.head_seq() == full - 4
            backup.serve()
            assert wait_until(lambda: rig.head_seq() == full, seconds=20)
            settled(shop)
            rig.check(shop)
        shop.sell()
        settled(shop)
        rig.check(shop)
        rig.head.stop()
        backup.drop()


def test_a_restored_head_office_gets_the_lost_part_from_a_till_that_was_off(
    rig: Rig, head_server: EmbeddedPostgres
) -> None:
    with rig.shop() as shop:
        shop.sell(2)
        settled(shop)
        backup = Backup(rig, head_server)
        backup.serve()
        shop.sell(3)
        settled(shop)
    backup.restore(incarnation=2)
    backup.serve()
    with rig.shop() as shop:
        shop.sell()
        assert wait_until(lambda: rig.head_seq() == shop.head(), seconds=20)
        settled(shop)
        rig.check(shop)
    rig.head.stop()
    backup.drop()


def test_a_fork_goes_on_in_a_journal_of_its_own_and_nothing_is_lost(rig: Rig) -> None:
    with rig.shop() as shop:
        first = shop.sell(2)
        settled(shop)
        common = shop.head()
        strange_entry(rig.engine)
        assert shop.acked() == common
        again = shop.sell()
        assert wait_until(lambda: len(shop.journals()) == 2)
        settled(shop)
        assert shop.journals() == [("closed", common), ("open", None)]
        later = shop.sell(2)
        settled(shop)
        assert rig.booked() > shop.sales()
        assert len(rig.booked()) == len(shop.sales()) + 1
        assert shop.read(verify).broken == ""
        numbers = [parse_document_number(x.receipt_number) for x in (*first, *again, *later)]
        assert [number.n for number in numbers] == [1, 2, 3, 1, 2]
        assert len({number.series for number in numbers}) == 2
    sent = len(rig.link.paths("entries"))
    with rig.shop() as shop:
        shop.seen.synced()
        assert len(shop.journals()) == 2
        assert len(rig.link.paths("entries")) == sent


def copied(rig: Rig) -> Rig:
    """A copy of the till's disk, on the same wire."""
    other = Rig(rig.head, rig.link, rig.engine, rig.folder.with_name("copy"))
    shutil.copytree(rig.folder, other.folder)
    return other


def test_a_restored_head_office_that_a_copied_till_reaches_first_gets_the_sales_of_both(
    rig: Rig, head_server: EmbeddedPostgres
) -> None:
    with rig.shop() as shop:
        shop.sell(2)
        settled(shop)
    copy = copied(rig)
    backup = Backup(rig, head_server)
    backup.serve()
    with rig.shop() as shop:
        shop.sell(3)
        settled(shop)
    backup.restore(incarnation=2)
    backup.serve()
    with copy.shop() as other:
        other.sell(2)
        settled(other)
        theirs = other.sales()
    with rig.shop() as shop:
        shop.sell()
        assert wait_until(lambda: len(shop.journals()) == 2)
        settled(shop)
        assert rig.booked() == shop.sales() | theirs
        assert len(shop.sales() | theirs) == 2 + 2 + 4
        assert shop.read(verify).broken == ""
        # An older copy of head office again: also what was journalled again comes back.
        backup.restore(incarnation=3)
        backup.serve()
        assert wait_until(lambda: rig.booked() == shop.sales(), seconds=20)
        assert shop.read(verify).broken == ""
    rig.head.stop()
    backup.drop()


def test_a_copied_disk_is_found_and_both_go_on_selling(rig: Rig) -> None:
    with rig.shop() as shop:
        shop.sell()
        settled(shop)
    clone = copied(rig)
    with rig.shop() as shop:
        for _ in range(3):
            shop.seen.state(SyncState.ONLINE)
        shop.sell()
        settled(shop)
        with clone.shop() as other:
            told = other.seen.state(SyncState.ACTION)
            assert "Another copy of this till" in told.cause
            other.sell(2)
            assert other.read(verify).broken == ""
        shop.sell()
        settled(shop)
        rig.check(shop)


def change(rig: Rig, **values: Any) -> None:
    with begin(rig.engine) as tx:
        tx.execute(update(Installation).values(**values))


def test_a_till_that_was_shut_out_goes_on_selling(rig: Rig) -> None:
    with rig.shop() as shop:
        shop.sell()
        settled(shop)
        change(rig, state="revoked")
        shop.sell()
        told = shop.seen.by_now(lambda status: status.state is SyncState.ACTION)
        assert told.cause.startswith("This till was shut out by the head office.")
        shop.sell(2)
        # It gets nothing any more, but what it holds may be money.
        shop.pushed()
        change(rig, state="active")
        shop.till.sync.retry_now()
        settled(shop)
        rig.check(shop)


def test_a_till_that_hears_of_it_while_it_asks_for_prices_sends_what_it_sells(rig: Rig) -> None:
    with rig.shop() as shop:
        shop.sell()
        settled(shop)
        with begin(rig.engine) as tx:
            tx.execute(update(Installation).values(state="revoked"))
            publish_each(tx, [PriceRow(zone="NL", sku="P1", minor=599)])
        told = shop.seen.by_now(lambda status: status.state is SyncState.ACTION)
        assert told.cause.endswith("What it still holds is taken in.")
        shop.sell(2)
        shop.pushed()
        rig.check(shop)


def test_a_head_office_that_does_not_know_the_till_any_more_is_told(rig: Rig) -> None:
    with rig.shop() as shop:
        shop.sell()
        settled(shop)
        change(rig, signing_key=bytes(32))
        shop.sell()
        told = shop.seen.by_now(lambda status: status.state is SyncState.ACTION)
        assert "enrol it again" in told.cause
        assert shop.read(verify).broken == ""


def test_the_open_journal_stays_open(rig: Rig) -> None:
    with rig.shop() as shop:
        shop.sell()
        rows = shop.read(lambda tx: tx.execute(select(Journal.state)).scalars().all())
        assert rows == ["open"]
