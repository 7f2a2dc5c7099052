"""Outages as people see them: the pill's states, the queue's figures, the waiting between tries."""

from __future__ import annotations

import threading
from typing import Any, NoReturn

import pytest

from pos_app.checkout.closing import ClosedSale
from pos_app.sync import engine as engine_module
from pos_app.sync.backoff import Backoff
from pos_app.sync.client import HeadOffice
from pos_app.sync.errors import Rejected
from pos_app.sync.status import SyncState
from pos_app.sync.watch import Watch
from retail.contract.envelope import Problem
from tests.support.proxy import Exchange, Fault, Harm
from tests.support.sync_rig import Rig, Shop
from tests.support.waiting import wait_until

pytestmark = pytest.mark.expect_warnings


def settled(shop: Shop) -> None:
    """Everything is acknowledged, and people were told so."""
    shop.pushed()
    shop.seen.synced()


def test_a_till_sells_before_during_and_after_an_outage(rig: Rig) -> None:
    with rig.shop() as shop:
        shop.sell(2)
        settled(shop)
        rig.link.cut()
        shop.seen.state(SyncState.OFFLINE)
        shop.sell(3)
        away = shop.seen.wait(lambda s: s.queued == 3)
        assert away.state is SyncState.OFFLINE
        assert away.value_minor == 605 + 2 * 121 + 3 * 242
        assert away.oldest_at is not None
        assert away.last_synced_at is not None
        assert away.cause == "The head office cannot be reached."
        mark = len(shop.seen.states)
        rig.link.heal()
        settled(shop)
        came_back = shop.seen.states[mark:]
        assert any(s.state is SyncState.SYNCING and s.queued_total == 3 for s in came_back)
        newest = shop.seen.states[-1]
        assert (newest.queued, newest.value_minor, newest.oldest_at) == (0, 0, None)
        assert newest.cause == ""
        shop.sell()
        settled(shop)
        rig.check(shop)


def test_a_head_office_that_stops_and_starts_is_found_again(rig: Rig) -> None:
    with rig.shop() as shop:
        shop.sell()
        settled(shop)
        rig.head.stop()
        shop.sell(2)
        shop.seen.wait(lambda s: s.state is SyncState.OFFLINE and s.queued == 2)
        rig.head.start()
        settled(shop)
        rig.check(shop)


def test_a_till_that_starts_without_head_office_sells(rig: Rig) -> None:
    with rig.shop() as shop:
        shop.sell()
        settled(shop)
    rig.link.cut()
    with rig.shop() as shop:
        shop.seen.state(SyncState.OFFLINE)
        shop.sell(2)
    with rig.shop() as shop:
        shop.sell()
        rig.link.heal()
        settled(shop)
        rig.check(shop)


def test_a_burst_counts_down_from_its_total(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pos_app.sync.drain.MAX_ENTRIES", 10)
    with rig.shop() as shop:
        shop.sell()
        settled(shop)
        rig.link.cut()
        shop.seen.state(SyncState.OFFLINE)
        shop.sell(25)
        mark = len(shop.seen.states)
        rig.link.heal()
        settled(shop)
        drained = [s for s in shop.seen.states[mark:] if s.state is SyncState.SYNCING]
        assert [s.queued for s in drained] == [25, 15, 5]
        assert {s.queued_total for s in drained} == {25}
        rig.check(shop)


def waits(shop: Shop, seconds: float) -> None:
    """From now on a failure is followed by that much waiting."""
    shop.till.sync._backoff = Backoff(60.0, lambda _low, _high: seconds)


def test_sales_do_not_cut_a_back_off_short(rig: Rig) -> None:
    with rig.shop() as shop:
        shop.sell()
        settled(shop)
        waits(shop, 60.0)
        rig.link.rule = lambda _: Harm(Fault.DROP_REQUEST)
        shop.seen.state(SyncState.OFFLINE)
        tried = len(rig.link.seen)
        shop.sell(3)
        assert not shop.till.sync._wake.is_set()
        assert len(rig.link.seen) == tried
        rig.link.heal()
        shop.till.sync.retry_now()
        settled(shop)
        rig.check(shop)


def test_a_sale_during_the_failing_round_waits_as_well(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_module, "HELLO_SECONDS", 30.0)
    reached, failing = threading.Event(), threading.Event()

    def rule(_: Exchange) -> Harm | None:
        reached.set()
        failing.wait(20)
        return Harm(Fault.DROP_REQUEST)

    with rig.shop() as shop:
        shop.sell()
        settled(shop)
        waits(shop, 60.0)
        rig.link.rule = rule
        shop.sell()
        assert reached.wait(20)
        shop.sell(2)
        assert shop.till.sync._wake.is_set()
        failing.set()
        shop.seen.state(SyncState.OFFLINE)
        assert not shop.till.sync._wake.is_set()
        tried = len(rig.link.seen)
        shop.sell()
        assert len(rig.link.seen) == tried
        rig.link.heal()
        shop.till.sync.retry_now()
        settled(shop)


def test_a_sale_in_the_last_moment_of_the_round_that_heals_is_sent(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The queue was counted already, and the till does not yet count as healthy."""
    with rig.shop() as shop:
        shop.sell()
        settled(shop)
        rig.link.cut()
        shop.seen.state(SyncState.OFFLINE)
        monkeypatch.setattr(engine_module, "HELLO_SECONDS", 600.0)
        report = shop.till.sync._reporter.report

        def sold_right_after(state: SyncState, **kept: Any) -> None:
            report(state, **kept)
            if state is SyncState.ONLINE and not sold:
                sold.extend(shop.sell())

        sold: list[ClosedSale] = []
        monkeypatch.setattr(shop.till.sync._reporter, "report", sold_right_after)
        # News of the catalogue would set off a round of their own, and hide a lost one.
        monkeypatch.setattr(Watch, "watch", lambda *_: None)
        rig.link.heal()
        assert wait_until(lambda: sold)
        settled(shop)
        rig.check(shop)


def test_a_refused_catalogue_keeps_no_sale_from_being_sent(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    with rig.shop() as shop:
        shop.sell()
        settled(shop)
        monkeypatch.setattr(engine_module, "HELLO_SECONDS", 600.0)
        refuse = Rejected(409, Problem(code="stream.odd", message="This list is not for you."))
        monkeypatch.setattr(HeadOffice, "manifest", lambda *_args, **_kept: raises(refuse))
        shop.till.sync.retry_now()
        told = shop.seen.by_now(lambda s: s.state is SyncState.ACTION)
        assert told.cause == "This list is not for you."
        shop.sell()
        shop.pushed()
        shop.sell(2)
        shop.pushed()
        assert shop.till.sync.status.state is SyncState.ACTION
        monkeypatch.undo()
        shop.till.sync.retry_now()
        settled(shop)
        rig.check(shop)


def raises(problem: Exception) -> NoReturn:
    """As an expression."""
    raise problem


def test_a_till_stops_at_once_while_it_waits(rig: Rig) -> None:
    with rig.shop() as shop:
        waits(shop, 60.0)
        rig.link.cut()
        shop.seen.state(SyncState.OFFLINE)
    assert "till-sync" not in {thread.name for thread in threading.enumerate()}


def test_waits_double_up_to_the_cap_and_start_over() -> None:
    drawn: list[tuple[float, float]] = []

    def uniform(low: float, high: float) -> float:
        drawn.append((low, high))
        return high

    backoff = Backoff(60.0, uniform)
    assert [backoff.failed() for _ in range(8)] == [1, 2, 4, 8, 16, 32, 60, 60]
    assert {low for low, _ in drawn} == {0.0}
    backoff.succeeded()
    assert backoff.failed() == 1
    assert backoff.failed(retry_after=7.0) == 7
    assert backoff.failed(retry_after=1.0) == 4
    for _ in range(2_000):
        assert backoff.failed() <= 60


def test_waits_are_spread() -> None:
    backoff = Backoff(60.0)
    waited = {round(backoff.failed(), 6) for _ in range(50)}
    assert len(waited) > 40
    assert all(0 <= wait <= 60 for wait in waited)
