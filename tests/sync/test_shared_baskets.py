"""Baskets that wait for any till of the store: two real tills, a real head office."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from backoffice.oms import baskets
from backoffice.oms.baskets import UNHEARD_FOR
from db.head.baskets import HeldBasket
from db.head.cases import ExceptionCase
from db.head.stores import Terminal
from db.transaction import begin
from pos_app.checkout import closing, holding, receipt_search, returning, service
from pos_app.checkout.closing import ClosedSale
from pos_app.checkout.held import Held
from pos_app.checkout.holding import Waiting
from pos_app.checkout.open_basket import CheckoutView
from pos_app.checkout.returning import Back
from pos_app.staff.approvals import Why
from retail.contract.baskets import ClaimBasketAnswer
from retail.errors import RetailError
from retail.tender.settlement import Offer, TenderKind
from tests.support.proxy import Fault, Harm, Proxy, proxy
from tests.support.small_chain import gtin
from tests.support.sync_rig import SECONDS, Rig, Shop
from tests.support.waiting import wait_until

pytestmark = pytest.mark.expect_warnings


def until(condition: Callable[[], object]) -> None:
    assert wait_until(condition, seconds=SECONDS)


@dataclass
class Two:
    """Two tills of one store; the rig's link is the first one's, ``wire`` the second one's."""

    rig: Rig
    wire: Proxy
    first: Shop
    second: Shop

    def run(self, shop: Shop, use_case: Callable[..., Any], *args: Any) -> Any:
        return shop.till.tasks.run(use_case, shop.session, *args).result()

    def hold(self, shop: Shop, label: str = "") -> CheckoutView:
        """Scan an article and put it aside; what waited."""
        view: CheckoutView = self.run(shop, service.enter, gtin(1))
        self.run(shop, holding.hold, label)
        return view

    def waiting(self, shop: Shop) -> Waiting:
        found: Waiting = shop.read(holding.waiting, shop.session)
        return found

    def listed(self, shop: Shop) -> Held:
        """The one basket of another till, as soon as it is listed."""
        until(lambda: self.waiting(shop).elsewhere)
        (one,) = self.waiting(shop).elsewhere
        return one

    def claim(self, shop: Shop, one: Held) -> ClaimBasketAnswer:
        return shop.till.counter.claim_basket(one.basket_id).result()

    def take_up(self, shop: Shop, one: Held) -> CheckoutView:
        answer = self.claim(shop, one)
        assert answer.granted
        view: CheckoutView = self.run(shop, holding.take_up, one.basket_id, answer.body)
        return view

    def pay(self, shop: Shop) -> ClosedSale:
        priced = self.run(shop, service.current).priced
        offers = (Offer(TenderKind.CASH, priced.total_minor),)
        sold: ClosedSale = self.run(shop, closing.close_sale, priced.basket.basket_id, offers)
        return sold

    def cases(self) -> list[tuple[Any, ...]]:
        self.rig.booked()
        query = select(ExceptionCase.kind, ExceptionCase.amount_minor)
        with begin(self.rig.engine) as tx:
            return [tuple(row) for row in tx.execute(query)]


@pytest.fixture
def two(rig: Rig) -> Iterator[Two]:
    with ExitStack() as stack:
        wire = stack.enter_context(proxy(rig.head.url))
        first = stack.enter_context(rig.shop())
        second = stack.enter_context(replace(rig.beside(2), link=wire).shop())
        yield Two(rig, wire, first, second)


def test_a_basket_goes_on_at_another_till(two: Two) -> None:
    view = two.hold(two.first, "Mrs Smith")
    one = two.listed(two.second)
    assert (one.till, one.label, one.count, one.minor) == (1, "Mrs Smith", 1, 605)
    taken = two.take_up(two.second, one)
    assert [x.line for x in taken.priced.lines] == [x.line for x in view.priced.lines]
    assert taken.priced.basket.basket_id != view.priced.basket.basket_id
    assert taken.priced.basket.origin == view.priced.basket.basket_id
    assert two.waiting(two.second).elsewhere == ()
    until(lambda: two.waiting(two.first).due)
    (gone,) = two.run(two.first, holding.tidy)
    assert (gone.label, gone.till) == ("Mrs Smith", 2)
    assert two.waiting(two.first) == Waiting((), (), due=False)
    two.pay(two.second)
    two.second.seen.synced()
    assert two.cases() == []


def test_the_first_of_two_claims_wins_and_again_gets_the_same_answer(two: Two) -> None:
    two.hold(two.first)
    one = two.listed(two.second)
    first = two.claim(two.second, one)
    assert first.granted
    assert two.claim(two.second, one) == first
    refused = two.claim(two.first, one)
    assert (refused.granted, refused.taken, refused.body) == (False, 2, "")
    with pytest.raises(RetailError, match="Till 2 has taken"):
        raise holding.taken_by(refused.taken)


def test_two_tills_that_claim_at_once_have_one_winner(two: Two) -> None:
    with begin(two.rig.engine) as tx:
        tx.execute(insert(Terminal).values(store_id="S1", till=3, name="Till 3"))
    two.hold(two.first)
    one = two.listed(two.second)
    with two.rig.beside(3).shop() as third:
        asked = [shop.till.counter.claim_basket(one.basket_id) for shop in (two.second, third)]
        answers = [future.result() for future in asked]
    assert sorted(answer.granted for answer in answers) == [False, True]
    (winner,) = {answer.taken for answer in answers}
    assert winner in {2, 3}


def test_a_lost_answer_leaves_the_basket_to_the_till_that_asked(two: Two) -> None:
    two.hold(two.first)
    one = two.listed(two.second)
    two.wire.once(Harm(Fault.DROP_ANSWER), path="/v1/baskets/claim")
    with pytest.raises(RetailError, match="try again when head office answers"):
        two.claim(two.second, one)
    until(lambda: two.waiting(two.first).due)
    assert two.listed(two.second).basket_id == one.basket_id
    assert [x.net_minor for x in two.take_up(two.second, one).priced.lines] == [605]
    with pytest.raises(RetailError, match="no longer waits"):
        two.run(two.second, holding.take_up, one.basket_id, "{}")


def test_a_claim_that_nobody_received_is_free_again_after_ten_minutes(two: Two) -> None:
    two.hold(two.first)
    one = two.listed(two.second)
    two.claim(two.second, one)
    earlier = datetime.now(UTC) - UNHEARD_FOR
    with begin(two.rig.engine) as tx:
        tx.execute(update(HeldBasket).values(taken_at=earlier))
    assert two.claim(two.first, one).taken == 1


def test_a_claimed_basket_that_never_arrived_is_listed_again_at_all_tills(two: Two) -> None:
    two.hold(two.first)
    one = two.listed(two.second)
    two.claim(two.second, one)
    until(lambda: two.waiting(two.first).due)
    two.run(two.first, holding.tidy)
    two.first.seen.synced()
    two.rig.booked()
    with begin(two.rig.engine) as tx:
        assert baskets.free_unheard(tx, datetime.now(UTC)) == 0
        assert baskets.free_unheard(tx, datetime.now(UTC) + UNHEARD_FOR) == 1
    again = two.listed(two.first)
    assert again.basket_id == one.basket_id
    assert len(two.take_up(two.first, again).priced.lines) == 1
    until(lambda: not two.waiting(two.second).elsewhere)
    until(lambda: two.first.acked() == two.first.head())
    two.rig.booked()
    with begin(two.rig.engine) as tx:
        assert baskets.free_unheard(tx, datetime.now(UTC) + UNHEARD_FOR) == 0


def test_with_the_cable_out_a_till_takes_up_its_own(two: Two) -> None:
    view = two.hold(two.first)
    one = two.listed(two.second)
    two.rig.link.cut()
    two.wire.cut()
    with pytest.raises(RetailError, match="try again when head office answers"):
        two.claim(two.second, one)
    assert two.listed(two.second) == one
    two.run(two.first, holding.recall, view.priced.basket.basket_id)
    two.rig.link.heal()
    two.wire.heal()
    until(lambda: not two.waiting(two.second).elsewhere)
    assert two.pay(two.first).rid == view.priced.basket.basket_id


def test_a_basket_that_two_tills_sold_is_a_case(two: Two) -> None:
    view = two.hold(two.first)
    one = two.listed(two.second)
    two.rig.link.cut()
    two.take_up(two.second, one)
    two.pay(two.second)
    two.second.seen.synced()
    assert two.cases() == []
    two.run(two.first, holding.recall, view.priced.basket.basket_id)
    two.pay(two.first)
    two.rig.link.heal()
    two.first.seen.synced()
    assert two.cases() == [("basket_sold_twice", 605)]


def test_what_is_put_aside_again_waits_anew(two: Two) -> None:
    view = two.hold(two.first, "first")
    old = two.listed(two.second)
    two.run(two.first, holding.recall, view.priced.basket.basket_id)
    two.run(two.first, holding.hold, "second")
    until(lambda: [x.label for x in two.waiting(two.second).elsewhere] == ["second"])
    assert two.claim(two.second, old) == ClaimBasketAnswer(granted=False)
    two.take_up(two.second, two.listed(two.second))
    two.run(two.second, holding.hold, "third")
    until(lambda: two.waiting(two.first).due)
    two.run(two.first, holding.tidy)
    again = two.listed(two.first)
    assert (again.label, again.till) == ("third", 2)
    taken = two.take_up(two.first, again)
    assert taken.priced.basket.origin == view.priced.basket.basket_id


def test_nobody_comes_for_it_and_the_store_forgets_it(two: Two) -> None:
    two.hold(two.first)
    two.listed(two.second)
    with begin(two.rig.engine) as tx:
        assert baskets.forget_stale(tx, datetime.now(UTC) + timedelta(days=1)) == 0
        assert baskets.forget_stale(tx, datetime.now(UTC) + timedelta(days=2)) == 1
    until(lambda: not two.waiting(two.second).elsewhere)


def test_goods_that_come_back_wait_at_their_till(two: Two) -> None:
    (sold,) = two.first.sell()
    receipt = two.first.read(receipt_search.receipt, sold.rid)
    two.run(two.first, returning.take_back, receipt, 1, Back(1000, Why("unwanted")))
    two.run(two.first, holding.hold)
    two.hold(two.first, "bought")
    assert two.listed(two.second).label == "bought"
    assert len(two.waiting(two.first).here) == 2
