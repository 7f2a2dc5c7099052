"""Stored value at the counter: on its own thread, online and with the cable out."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pos_app.checkout import closing
from pos_app.checkout import service as checkout
from pos_app.value.service import Asked
from retail.errors import RetailError
from retail.tender.settlement import Offer, TenderKind
from retail.value import Authority, ValueKind
from tests.support.small_chain import gtin
from tests.support.sync_rig import Rig, Shop
from tests.sync.test_value import CARD, balance, issue

pytestmark = pytest.mark.expect_warnings
WANTED = Asked(ValueKind.GIFT_CARD, CARD, 605)


@pytest.fixture
def shop(rig: Rig) -> Iterator[Shop]:
    issue(rig, ValueKind.GIFT_CARD, CARD, 1_000)
    with rig.shop() as opened:
        opened.seen.synced()
        yield opened


def test_what_is_held_pays_a_sale_and_is_captured_once(rig: Rig, shop: Shop) -> None:
    counter, run, session = shop.till.value, shop.till.tasks.run, shop.session
    view = run(checkout.enter, session, gtin(1)).result()
    total = view.priced.total_minor
    allowed = counter.hold(session, Asked(ValueKind.GIFT_CARD, CARD, total)).result()
    assert (allowed.amount, allowed.authority) == (total, Authority.ONLINE)
    offers = (Offer(TenderKind.GIFT_CARD, allowed.amount),)
    basket = view.priced.basket.basket_id
    sold = run(closing.close_sale, session, basket, offers, allowed.moves).result()
    assert counter.capture(session, sold.rid, sold.value).result()
    shop.seen.synced()
    assert balance(rig) == (1_000 - total, 1_000 - total)


def test_what_is_given_back_is_free_again(rig: Rig, shop: Shop) -> None:
    allowed = shop.till.value.hold(shop.session, WANTED).result()
    assert balance(rig) == (1_000, 395)
    assert shop.till.value.give_back(shop.session, allowed).result()
    assert balance(rig) == (1_000, 1_000)


def test_with_the_cable_out_a_card_pays_within_the_tills_limit(rig: Rig, shop: Shop) -> None:
    seen = shop.till.value.hold(shop.session, WANTED).result()
    assert shop.till.value.give_back(shop.session, seen).result()
    rig.link.cut()
    allowed = shop.till.value.hold(shop.session, WANTED).result()
    assert (allowed.amount, allowed.authority) == (605, Authority.FLOOR)
    assert [move.reservation for move in allowed.moves] == [None]
    rig.link.heal()


def test_a_card_that_nobody_knows_is_refused_with_a_sentence(shop: Shop) -> None:
    strange = Asked(ValueKind.GIFT_CARD, "NO-SUCH-CARD", 100)
    with pytest.raises(RetailError, match="Pay another way"):
        shop.till.value.hold(shop.session, strange).result()
