"""What networks do to requests: after each fault every sale is at head office exactly once."""

from __future__ import annotations

import random
import threading
from collections import Counter

import pytest

from pos_app.sync import client
from pos_app.sync.client import HeadOffice
from pos_app.sync.errors import NoAnswer
from pos_app.sync.identity import load_enrolment
from pos_app.sync.status import SyncState
from tests.support.proxy import Exchange, Fault, Harm, Rule
from tests.support.sync_rig import Rig, Shop
from tests.support.waiting import wait_until

pytestmark = pytest.mark.expect_warnings


def acknowledged(shop: Shop) -> bool:
    return shop.acked() == shop.head()


def all_arrived(rig: Rig, shop: Shop) -> None:
    """After the heal everything drains with no new sale."""
    rig.link.heal()
    assert wait_until(lambda: acknowledged(shop), seconds=20)
    rig.check(shop)


def every_other(harm: Harm) -> Rule:
    """Every other request of each kind is hit, so that none gets through for ever."""
    counts: Counter[str] = Counter()

    def rule(exchange: Exchange) -> Harm | None:
        kind = exchange.path.rsplit("/", 1)[-1].split("?")[0]
        counts[kind] += 1
        return harm if counts[kind] % 2 else None

    return rule


@pytest.mark.parametrize("fault", list(Fault), ids=lambda fault: fault.name)
def test_a_fault_at_every_other_request_loses_and_doubles_nothing(rig: Rig, fault: Fault) -> None:
    """Complaint 2: a time-out doubles an order."""
    with rig.shop() as shop:
        rig.link.rule = every_other(Harm(fault, at=150, seconds=0.01))
        sold = shop.sell(6)
        assert wait_until(lambda: acknowledged(shop), seconds=20)
        all_arrived(rig, shop)
    assert len({sale.receipt_number for sale in sold}) == 6


@pytest.mark.parametrize("fault", [Fault.TRUNCATE_REQUEST, Fault.CUT_BODY, Fault.TRUNCATE_ANSWER])
def test_a_cut_at_any_byte_loses_and_doubles_nothing(rig: Rig, fault: Fault) -> None:
    """Complaint 6: an interrupted sync forgets what is still to be sent."""
    with rig.shop() as shop:
        for at in (0, 1, 2, 17, 100, 180, 240, 300, 420, 600, 900):
            struck = rig.link.once(Harm(fault, at=at), path="entries")
            shop.sell()
            assert struck.wait(20)
            assert wait_until(lambda: acknowledged(shop), seconds=20)
        all_arrived(rig, shop)


def test_an_answer_that_is_cut_at_any_byte_of_its_head_is_no_strangers(rig: Rig) -> None:
    with rig.shop(work=False) as shop:
        known = shop.read(load_enrolment)
        office = HeadOffice(known.server, known.installation, (known.secret,))
        try:
            for at in range(420):
                rig.link.once(Harm(Fault.TRUNCATE_ANSWER, at=at), path="manifest")
                with pytest.raises(NoAnswer):
                    office.manifest()
            assert office.manifest() is not None
        finally:
            office.close()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_all_faults_together_lose_and_double_nothing(rig: Rig, seed: int) -> None:
    rng = random.Random(seed)

    def rule(_: Exchange) -> Harm | None:
        if rng.random() < 0.6:
            return None
        return Harm(rng.choice(list(Fault)), at=rng.randrange(900), seconds=rng.random() * 0.03)

    with rig.shop() as shop:
        rig.link.rule = rule
        shop.sell(40)
        all_arrived(rig, shop)


def test_a_lost_answer_is_learnt_from_a_hello_and_nothing_is_sent_again(rig: Rig) -> None:
    with rig.shop() as shop:
        shop.sell()
        assert wait_until(lambda: acknowledged(shop))
        before = len(rig.link.paths("entries"))
        struck = rig.link.once(Harm(Fault.DROP_ANSWER), path="entries")
        shop.sell()
        assert struck.wait(20)
        assert wait_until(lambda: acknowledged(shop))
        sent = rig.link.paths("entries")[before:]
        assert [exchange.status for exchange in sent] == [200]
        assert rig.link.paths("hello")[-1].number > sent[0].number
        rig.check(shop)


def test_a_time_out_means_unknown(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """The late request may still arrive, before, while or after the till has asked again."""
    with rig.shop() as shop:
        shop.sell()
        assert wait_until(lambda: acknowledged(shop))
        monkeypatch.setattr(client, "READ_SECONDS", 0.1)
        struck = rig.link.once(Harm(Fault.DELAY, seconds=0.5), path="entries")
        shop.sell()
        assert shop.seen.state(SyncState.DOWN).cause.endswith("in time.")
        assert struck.is_set()
        monkeypatch.undo()
        all_arrived(rig, shop)


def test_selling_does_not_wait_for_a_head_office_that_hangs(rig: Rig) -> None:
    hanging, release = threading.Event(), threading.Event()

    def rule(_: Exchange) -> Harm | None:
        hanging.set()
        release.wait(30)
        return None

    with rig.shop() as shop:
        shop.sell()
        rig.link.rule = rule
        assert hanging.wait(20)
        shop.sell(20)
        assert not release.is_set()
        release.set()
        all_arrived(rig, shop)
