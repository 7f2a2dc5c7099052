"""A record that head office will not take never keeps the others waiting."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import pytest

from backoffice.erp.service import post_sales
from backoffice.intake.applier import retry_set_aside
from pos_app.sync import results
from pos_app.sync.status import SyncState
from retail.contract.codec import OPAQUE
from retail.contract.wire import from_wire
from retail.errors import RetailError
from tests.support.sync_rig import Rig, Shop
from tests.support.waiting import wait_until

pytestmark = pytest.mark.expect_warnings


def refuse(patch: pytest.MonkeyPatch, *, opaque: bool = False) -> set[UUID]:
    """Head office cannot read every fifth line; ``opaque``: in no form at all.

    Returns the records that it met so.
    """
    victims: set[UUID] = set()

    def reading(jid: UUID, line: bytes) -> Any:
        entry, side = from_wire(jid, line)
        if entry.seq % 5 == 0 and (opaque or entry.type != OPAQUE):
            victims.add(entry.rid)
            raise RetailError("wire.entry", "A line of the batch is no journal entry.")
        return entry, side

    patch.setattr("backoffice.intake.batches.from_wire", reading)
    return victims


def acknowledged(shop: Shop) -> bool:
    return shop.acked() == shop.head()


def test_a_record_that_head_office_cannot_read_is_sent_as_bytes_and_the_others_go_on(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Complaint 4: one bad order blocks the rest."""
    with rig.shop() as shop:
        victims = refuse(monkeypatch)
        shop.seen.synced()
        rig.link.cut()
        shop.sell(20)
        rig.link.heal()
        assert wait_until(lambda: acknowledged(shop), seconds=20)
        # The bytes hash as they do here, and are booked: head office could read them after all.
        rig.check(shop)
        told = shop.read(results.results)
        assert {(one.rid, one.state, one.code) for one in told} == {
            (rid, "refused", "bad_batch") for rid in victims
        }
        assert len(victims) >= 4
        first = told[0].rid
        exported = json.loads(shop.read(results.export_record, first))
        assert (exported["rid"], exported["type"]) == (str(first), "sale.closed")
        assert exported["fact"]["lines"]
        assert exported["result"]["code"] == "bad_batch"
        shop.till.tasks.run(results.mark_seen, first).result()
        assert {one.rid for one in told} - {first} == {
            one.rid for one in shop.read(lambda tx: results.results(tx, unseen=True))
        }


def test_a_head_office_that_refuses_the_bytes_too_loses_nothing(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    with rig.shop() as shop:
        shop.seen.synced()
        with monkeypatch.context() as patch:
            refuse(patch, opaque=True)
            shop.sell(6)
            assert wait_until(
                lambda: shop.seen.states[-1].cause.startswith("A line of the batch"), seconds=20
            )
            assert shop.seen.states[-1].state is SyncState.ACTION
        shop.till.sync.retry_now()
        assert wait_until(lambda: acknowledged(shop), seconds=20)
        rig.check(shop)


def test_a_record_of_another_till_is_not_exported(rig: Rig) -> None:
    with rig.shop() as shop, pytest.raises(RetailError, match="no such record"):
        shop.read(results.export_record, UUID(int=1))


def test_what_became_of_a_record_comes_back_to_its_till(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    def states(shop: Shop) -> dict[UUID, tuple[str, bool]]:
        return {one.rid: (one.state, one.seen) for one in shop.read(results.results)}

    with rig.shop() as shop:
        shop.seen.synced()
        rig.link.cut()
        good, bad = (sale.rid for sale in shop.sell(2))

        def broken(tx: Any, sales: Any) -> None:
            if any(sale.rid == bad for sale in sales):
                raise RetailError("erp.account", "The chart of accounts has no account for it.")
            post_sales(tx, sales)

        with monkeypatch.context() as patch:
            patch.setattr("backoffice.wiring.post_sales", broken)
            rig.link.heal()
            assert wait_until(lambda: states(shop) == {bad: ("quarantined", False)}, seconds=20)
            (told,) = shop.read(results.results)
            assert (told.code, told.type) == ("erp.account", "sale.closed")
            assert told.detail == "The chart of accounts has no account for it."
            shop.till.tasks.run(results.mark_seen, bad).result()
        assert retry_set_aside(rig.engine, new_release=False).applied == 1
        assert wait_until(lambda: states(shop) == {bad: ("applied", False)}, seconds=20)
        assert good not in states(shop)
        rig.check(shop)
