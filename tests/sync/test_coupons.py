"""Limited coupons between tills and head office: each use is counted once, offline by lease."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select

from backoffice.cases import queries as cases
from backoffice.cases.queries import CaseFilter
from backoffice.intake.applier import catch_up
from backoffice.promotions import service as promotions
from backoffice.value import queries as head_queries
from backoffice.value.service import company_key
from db.store.value import ValueLease
from db.transaction import begin
from pos_app.checkout import closing, coupons
from pos_app.checkout import service as checkout
from pos_app.checkout.closing import ClosedSale
from pos_app.value import service
from pos_app.value.service import Allowed
from retail.errors import RetailError
from retail.tender.settlement import Offer, TenderKind
from retail.value import ValueKind, lookup_of
from tests.support.head_data import COMPANY
from tests.support.offers import percent
from tests.support.small_chain import gtin
from tests.support.sync_rig import Rig
from tests.support.waiting import wait_until
from tests.sync.test_promotions import _actor, publish
from tests.sync.test_value import Cashier, cashier

pytestmark = pytest.mark.expect_warnings


def limited(uses: int) -> dict[str, Any]:
    return percent(1000, scope={"skus": ["P1"]}, coupon={"code": "FEW", "uses_left": uses})


def knows(one: Cashier) -> bool:
    return bool(one.shop.read(coupons.is_known, one.desk.session, "FEW"))


def hold(one: Cashier) -> Allowed:
    """Show the coupon: a use of it is held."""
    wanted = one.shop.read(coupons.wanted, one.desk.session, "few")
    assert wanted.asked is not None
    return service.ask(one.desk, wanted.asked)


def sell(one: Cashier) -> ClosedSale:
    """One article with the coupon, paid in cash."""
    allowed = hold(one)
    run, session = one.shop.till.tasks.run, one.desk.session
    run(checkout.enter, session, gtin(1)).result()
    view = run(coupons.add, session, "FEW", allowed.moves).result().view
    assert view.priced.coupons == ("FEW",)
    offers = (Offer(TenderKind.CASH, view.priced.total_minor),)
    basket = view.priced.basket.basket_id
    return run(closing.close_sale, session, basket, offers).result()


def left(rig: Rig) -> tuple[int, int]:
    """Uses by the ledger, and those that nobody holds."""
    assert catch_up(rig.engine, seconds=20)
    with begin(rig.engine) as tx:
        lookup = lookup_of(company_key(tx, COMPANY), ValueKind.CAMPAIGN, "FEW")
        found = head_queries.find(tx, COMPANY, lookup, datetime.now(UTC))
    assert found is not None
    return found.balance, found.available


def lent(one: Cashier) -> list[int]:
    query = select(ValueLease.granted).where(ValueLease.state == "open")
    found: list[int] = one.shop.read(lambda tx: list(tx.execute(query).scalars()))
    return found


def refused(one: Cashier) -> str:
    with pytest.raises(RetailError) as told:
        hold(one)
    return told.value.code


def test_the_uses_of_a_coupon_are_counted_over_all_tills(rig: Rig) -> None:
    publish(rig, "FEW", limited(2))
    with cashier(rig.beside(1)) as one, cashier(rig.beside(2)) as two:
        for each in (one, two):
            assert wait_until(partial(knows, each), seconds=20)
            sell(each)
        assert refused(one) == "value.refused"
        for each in (one, two):
            each.synced()
        assert left(rig) == (0, 0)
        # Few uses are never lent: a till would keep them from the others.
        assert lent(one) == lent(two) == []
        rig.link.cut()
        assert refused(two) == "value.refused"
        rig.link.heal()
        with begin(rig.engine) as tx:
            assert cases.cases(tx, CaseFilter(), at=None).rows == ()


def test_what_a_basket_holds_and_gives_back_is_free_again(rig: Rig) -> None:
    publish(rig, "FEW", limited(1))
    with cashier(rig) as one:
        assert wait_until(lambda: knows(one), seconds=20)
        allowed = hold(one)
        assert refused(one) == "value.refused"
        assert service.give_back(one.desk, allowed)
        assert hold(one).amount == 1


def test_uses_of_a_large_campaign_are_lent_and_used_offline(rig: Rig) -> None:
    publish(rig, "FEW", limited(150))
    with cashier(rig) as one:
        assert wait_until(lambda: lent(one) == [3], seconds=20)
        rig.link.cut()
        for _ in range(3):
            sell(one)
        assert refused(one) == "value.refused"
        rig.link.heal()
        one.synced()
        assert left(rig)[0] == 147


def test_another_limit_counts_from_the_next_version_on(rig: Rig) -> None:
    publish(rig, "FEW", limited(2))
    with cashier(rig) as one:
        assert wait_until(lambda: knows(one), seconds=20)
        sell(one)
        one.synced()
        publish(rig, "FEW", limited(5))
        assert left(rig) == (4, 4)
    with begin(rig.engine) as tx:
        promotions.pause(tx, "FEW", _actor())
