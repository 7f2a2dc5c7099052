"""Head offices that are restored under tills, and tills that are restored themselves."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from backoffice.backups import begin_recovery_here, restore
from backoffice.fleet.queries import recovery_status
from backoffice.identity import kept_in
from backoffice.platform.clock import system_clock
from db.crash_points import KILLED
from db.errors import StoreUnavailable
from db.head.stores import Installation
from db.store.tills import Device
from db.transaction import begin
from pos_app.bootstrap.till import Till
from pos_app.journal.verify import verify
from pos_app.journal.witness import FILE
from pos_app.sync.status import SyncState
from retail.errors import RetailError
from retail.identity import parse_document_number
from tests.support.processes import done, run
from tests.support.restores import Safe, durable, settled
from tests.support.sync_rig import Rig, Shop
from tests.support.waiting import wait_until

pytestmark = pytest.mark.expect_warnings


def test_only_a_backup_makes_entries_durable(rig: Rig, safe: Safe) -> None:
    with rig.shop() as shop:
        shop.sell(2)
        settled(shop)
        assert durable(shop) == 0
        safe.back_up()
        held = shop.head()
        shop.sell()
        settled(shop)
        assert wait_until(lambda: durable(shop) == held)


def test_the_same_backup_twice_and_an_older_one_after_it(rig: Rig, safe: Safe) -> None:
    with rig.shop() as shop:
        shop.sell()
        settled(shop)
        older = safe.back_up("older")
        shop.sell(2)
        settled(shop)
        newer = safe.back_up("newer")
        shop.sell()
        for number, file in enumerate((newer, newer, older), 2):
            safe.restore(file)
            assert wait_until(lambda: rig.head_seq() == shop.head(), seconds=30)
            rig.check(shop)
            identity = kept_in(rig.head.identity)
            assert identity is not None
            assert (identity.incarnation, identity.greatest_seen) == (number, 1)
            assert wait_until(lambda: not recovery(rig).under_way)
            assert (recovery(rig).back, recovery(rig).journals) == (1, 1)


def recovery(rig: Rig) -> Any:
    with begin(rig.engine) as tx:
        return recovery_status(tx)


def test_a_head_office_from_before_an_enrolment_knows_the_till_by_its_ticket(
    rig: Rig, safe: Safe
) -> None:
    file = safe.back_up()
    with rig.shop() as shop:
        shop.sell(3)
        settled(shop)
        before = shop.till.identity
        safe.restore(file)
        shop.sell()
        assert wait_until(lambda: rig.head_seq() == shop.head(), seconds=30)
        settled(shop)
        rig.check(shop)
        assert shop.till.identity == before
        assert len(shop.journals()) == 1


def test_a_secret_that_is_newer_than_the_backup_is_known_by_its_ticket(
    rig: Rig, safe: Safe
) -> None:
    with rig.shop() as shop:
        shop.sell()
        settled(shop)
        file = safe.back_up()
        old = secret(shop)
        age(rig, timedelta(days=31))
        assert wait_until(lambda: secret(shop) != old)
        shop.sell()
        settled(shop)
        safe.restore(file)
        shop.sell()
        assert wait_until(lambda: rig.head_seq() == shop.head(), seconds=30)
        settled(shop)
        rig.check(shop)


def secret(shop: Shop) -> bytes:
    return bytes(shop.read(lambda tx: tx.execute(select(Device.secret)).scalar_one()))


def age(rig: Rig, by: timedelta) -> None:
    """Let a till's secret be that old."""
    with begin(rig.engine) as tx:
        tx.execute(update(Installation).values(key_since=datetime.now(UTC) - by))


def test_what_is_no_backup_changes_nothing(rig: Rig, safe: Safe, tmp_path: Path) -> None:
    strange = tmp_path / "strange"
    strange.write_bytes(b"no backup")
    with rig.shop() as shop:
        shop.sell()
        settled(shop)
        with pytest.raises(StoreUnavailable):
            restore(safe.config, strange, system_clock)
        with pytest.raises(RetailError, match="There is no backup"):
            restore(safe.config, tmp_path / "nothing", system_clock)
        shop.sell()
        settled(shop)
        rig.check(shop)


def test_a_database_put_back_by_hand_is_found_out_by_the_tills(rig: Rig, safe: Safe) -> None:
    """Its identity file was put back as well, so that nothing but a till can know."""
    with rig.shop() as shop:
        shop.sell()
        settled(shop)
        assert rig.head.identity is not None
        old = rig.head.identity.read_bytes()
        file = safe.back_up()
        safe.restore(file)
        settled(shop)
        assert wait_until(lambda: shop.read(incarnation) == 2)
        rig.head.stop()
        rig.engine.dispose()
        rig.head.identity.write_bytes(old)
        restore(safe.config, file, system_clock)
        rig.head.identity.write_bytes(old)
        with begin(rig.engine) as tx:
            tx.exec_driver_sql("UPDATE head_office SET incarnation = 1")
        rig.head.start()
        shop.seen.state(SyncState.DOWN)
        rig.head.stop()
        found = kept_in(rig.head.identity)
        assert found is not None
        assert found.greatest_seen == 2
        begin_recovery_here(safe.config, system_clock)
        rig.head.start()
        shop.till.sync.retry_now()
        shop.sell()
        settled(shop)
        rig.check(shop)


def incarnation(tx: Any) -> int:
    return int(tx.execute(select(Device.incarnation)).scalar_one())


def test_a_till_that_is_out_of_date_prints_no_number_twice(rig: Rig, tmp_path: Path) -> None:
    with rig.shop() as shop:
        first = shop.sell(2)
        settled(shop)
    image = tmp_path / "image"
    shutil.copytree(rig.folder, image)
    rig.link.cut()
    with rig.shop() as shop:
        lost = shop.sell(3)
    shutil.rmtree(rig.folder)
    shutil.copytree(image, rig.folder)
    # The cable is still out: only the witness knows.
    with rig.shop() as shop:
        later = shop.sell(3)
        told = shop.seen.wait(lambda status: status.notice)
        assert told.notice.startswith("This till's data is an older copy.")
        rig.link.heal()
        shop.till.sync.retry_now()
        settled(shop)
        rig.check(shop)
        assert [state for state, _ in shop.journals()] == ["closed", "open"]
    numbers = [parse_document_number(sale.receipt_number) for sale in (*first, *lost, *later)]
    assert len({str(number) for number in numbers}) == 8
    with rig.shop() as shop:
        shop.seen.synced()
        assert len(shop.journals()) == 2


def test_a_torn_witness_and_none_at_all_hold_up_nothing(rig: Rig, tmp_path: Path) -> None:
    with rig.shop() as shop:
        shop.sell()
        settled(shop)
    file = tmp_path / "till-witness" / FILE
    file.write_bytes(file.read_bytes() + b"0123 torn")
    with rig.shop() as shop:
        shop.sell()
        settled(shop)
        assert len(shop.journals()) == 1
    shutil.rmtree(file.parent)
    file.parent.write_bytes(b"a file where the folder was")
    with rig.shop() as shop:
        shop.sell()
        told = shop.seen.wait(lambda status: status.notice)
        assert "witness" in told.notice
        settled(shop)
        assert len(shop.journals()) == 1


def test_an_image_that_head_office_knows_better_gets_new_numbers(rig: Rig, tmp_path: Path) -> None:
    with rig.shop() as shop:
        first = shop.sell(2)
        settled(shop)
    image = tmp_path / "image"
    shutil.copytree(rig.folder, image)
    with rig.shop() as shop:
        later = shop.sell(2)
        settled(shop)
    shutil.rmtree(rig.folder)
    shutil.copytree(image, rig.folder)
    shutil.rmtree(tmp_path / "till-witness")
    with rig.shop() as shop:
        told = shop.seen.wait(lambda status: status.notice)
        assert told.notice.startswith("Head office has later sales")
        again = shop.sell(2)
        settled(shop)
    numbers = [sale.receipt_number for sale in (*first, *later, *again)]
    assert len(set(numbers)) == 6


def clone_of(rig: Rig) -> Rig:
    other = Rig(rig.head, rig.link, rig.engine, rig.folder.with_name("copy"))
    shutil.copytree(rig.folder, other.folder)
    return other


def test_a_copy_is_let_in_again_with_an_identity_of_its_own(rig: Rig) -> None:
    with rig.shop() as shop:
        shop.sell()
        settled(shop)
    clone = clone_of(rig)
    with rig.shop() as shop:
        for _ in range(3):
            shop.seen.state(SyncState.ONLINE)
        shop.sell(2)
        settled(shop)
        with clone.shop() as other:
            other.seen.state(SyncState.ACTION)
            other.sell(2)
            theirs = other.sales()
        with Till(clone.folder) as till:
            till.enrol(rig.link.url, rig.code(till=2), again=True)
        with clone.shop() as other:
            other.sell()
            settled(other)
            assert other.sales() > theirs
            assert other.read(verify).broken == ""
            assert rig.booked() == shop.sales() | other.sales()
        shop.sell()
        settled(shop)
        assert shop.read(verify).broken == ""


def test_a_folder_that_is_not_enrolled_is_not_enrolled_again(rig: Rig) -> None:
    with Till(rig.folder) as till, pytest.raises(RetailError, match="leave --again out"):
        till.enrol(rig.link.url, rig.code(), again=True)


def test_a_code_of_another_store_changes_nothing(rig: Rig) -> None:
    with rig.shop(work=False) as shop:
        before = shop.till.identity
        with pytest.raises(RetailError, match="stands in store S1"):
            shop.till.enrol(rig.link.url, rig.code("S2", 1), again=True)
        assert shop.till.identity == before


def test_two_copies_that_greet_strictly_in_turn_are_told_apart_by_their_journals(
    rig: Rig,
) -> None:
    """To the nonces they look like one till that loses every answer; their pasts do not."""
    with rig.shop(work=False) as shop:
        shop.till.sync.run_once()
    clone = clone_of(rig)
    with rig.shop(work=False) as shop, clone.shop(work=False) as other:
        for _ in range(4):
            for one in (shop, other):
                assert one.till.sync.run_once().state is SyncState.ONLINE
        shop.sell(2)
        shop.till.sync.run_once()
        other.till.sync.run_once()
        # Head office is ahead: before it sells anything, the copy has numbers of its own.
        assert [state for state, _ in other.journals()] == ["closed", "open"]
        other.sell(2)
        for one in (other, shop):
            one.till.sync.run_once()
            assert one.read(verify).broken == ""
        assert rig.booked() == shop.sales() | other.sales()
        assert len(rig.booked()) == 4


def test_a_renewed_secret_takes_over_without_a_word(rig: Rig) -> None:
    with rig.shop() as shop:
        shop.sell()
        settled(shop)
        old = secret(shop)
        age(rig, timedelta(days=31))
        assert wait_until(lambda: secret(shop) != old)
        shop.sell()
        settled(shop)
        rig.check(shop)
        assert shop.read(lambda tx: tx.execute(select(Device.next_secret)).scalar_one()) is None


@pytest.mark.timeout(300)
@pytest.mark.parametrize("place", ["rotate.kept", "rotate.promoted"])
def test_a_till_that_is_killed_while_its_secret_changes_has_one_that_is_good(
    rig: Rig, place: str
) -> None:
    till = ("--data", rig.folder)
    done("pos_app", "enrol", *till, "--server", rig.head.url, "--code", rig.code())
    age(rig, timedelta(days=31))
    once = ("pos_app", "sync", "--once", *till)
    codes = [run(*once, env={"POS_CRASH_AT": f"{place}:1"}).code for _ in range(2)]
    assert KILLED in codes
    for _ in range(2):
        done(*once)
    with rig.shop() as shop:
        shop.sell()
        settled(shop)
        rig.check(shop)
        assert shop.read(lambda tx: tx.execute(select(Device.next_secret)).scalar_one()) is None


@pytest.fixture
def rig(kept_rig: Rig) -> Rig:
    return kept_rig
