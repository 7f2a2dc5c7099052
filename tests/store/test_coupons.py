"""Coupons at the till: kept with the basket, passed to the prices, used up with the sale."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import cast
from uuid import UUID

import pytest
from sqlalchemy import insert

from db.store.value import ValueLease
from pos_app.checkout import campaigns, coupon_holds, coupons, holding, service
from pos_app.checkout.coupons import Wanted
from pos_app.printing import queue
from pos_app.value import leases
from pos_app.value.service import Asked, allow_offline
from retail.barcode.scanned import Coupon as CouponCode
from retail.basket.model import Coupon
from retail.contract.sales import ValueMove
from retail.contract.value import LeaseBack
from retail.errors import RetailError
from retail.promotions.explanation import Kind
from retail.receipt import Pair
from retail.value import ValueKind, lookup_of
from tests.support import till
from tests.support.members import KEY
from tests.support.offers import in_force, percent, version
from tests.support.till import SHELF, Books, receive

PIECE, OTHER = SHELF.code(SHELF.piece), SHELF.code(SHELF.other)
SKU, PRICE = SHELF.piece.row.sku, SHELF.piece.minor["NL"]
ON_IT = {"skus": [SKU]}
TEN = version("TEN", percent(1000, scope=ON_IT, coupon={"code": "WELCOME10"}))
FEW = version("FEW", percent(5000, scope=ON_IT, coupon={"code": "FEW", "uses_left": 3}))
EACH = version(
    "EACH",
    {
        "type": "amount_off",
        "amount": 10,
        "scope": ON_IT,
        "coupon": {"code": "EACH", "uses_left": 200, "per_application": True},
    },
)
GONE = version("GONE", percent(5000, coupon={"code": "GONE", "uses_left": 0}))


@pytest.fixture
def taking(selling: Books) -> Books:
    """A till where coupons hold."""
    rows = in_force((TEN, FEW, EACH, GONE))
    selling.run(receive, "promotions", rows, selling.desk.now())
    selling.execute("INSERT INTO value_key VALUES (1, :key)", key=KEY)
    return selling


def _add(books: Books, code: str, *held: ValueMove) -> coupons.Added:
    return books.run(coupons.add, books.session, code, held)


def _codes(books: Books) -> list[str]:
    return [one.code for one in books.view().priced.basket.coupons]


def _held(amount: int, code: str = "FEW") -> ValueMove:
    return ValueMove(
        n=0, act="redeem", kind="campaign", lookup="ab" * 32, amount=amount,
        last_four=code[-4:], reservation=UUID(int=9),
    )  # fmt: skip


def test_a_coupon_makes_its_promotion_hold_and_stands_in_the_sale(taking: Books) -> None:
    taking.enter(PIECE)
    added = _add(taking, "WELCOME10")
    assert added.coupon.saves_minor == PRICE - added.view.priced.total_minor > 0
    sold = taking.pay()
    fact = taking.fact(sold.rid)
    assert (fact.coupons, fact.value) == (("WELCOME10",), ())
    document = taking.run(queue.newest_document, sold.rid)
    assert document is not None
    assert Pair("Coupon", "WELCOME10") in document.blocks
    assert _codes(taking) == []
    assert taking.verify().broken == ""


def test_it_tells_what_it_gives_or_why_it_gives_nothing_yet(taking: Books) -> None:
    assert _add(taking, "WELCOME10").coupon.told == ()
    taking.enter(OTHER)
    (shown,) = taking.run(coupons.coupons_shown, taking.session).coupons
    assert shown.saves_minor == 0
    assert [one.explanation.kind for one in shown.told] == [Kind.NO_MATCH]
    taking.enter(PIECE)
    (shown,) = taking.run(coupons.coupons_shown, taking.session).coupons
    assert shown.saves_minor > 0
    gone = _add(taking, "GONE").coupon
    assert [one.explanation.reason for one in gone.told] == ["coupon_used_up"]


def test_a_code_is_found_however_it_is_typed_and_an_unknown_one_is_refused(taking: Books) -> None:
    wanted = taking.run(coupons.wanted, taking.session, " welcome 10 ")
    assert wanted == Wanted("WELCOME10")
    view = taking.run(service.enter, taking.session, "welcome10")
    assert view.other == CouponCode("welcome10", "")
    assert not view.priced.lines
    with pytest.raises(RetailError) as refused:
        taking.run(coupons.wanted, taking.session, "NOBODY")
    assert refused.value.code == "coupon.unknown"
    _add(taking, "WELCOME10")
    with pytest.raises(RetailError) as refused:
        taking.run(coupons.wanted, taking.session, "welcome10")
    assert refused.value.code == "coupon.twice"


def test_a_till_without_promotions_knows_no_coupon(selling: Books) -> None:
    assert not selling.run(coupons.is_known, selling.session, "WELCOME10")
    assert selling.run(coupons.coupons_shown, selling.session).coupons == ()
    selling.run(campaigns.keep_leases, selling.desk.now_us())
    assert selling.value("SELECT count(*) FROM value_quota") == 0


def test_it_is_taken_out_undone_and_survives_a_crash_and_a_wait(
    taking: Books, folder: Path
) -> None:
    taking.enter(PIECE)
    _add(taking, "WELCOME10")
    taking.run(coupons.remove, taking.session, "WELCOME10")
    assert _codes(taking) == []
    taking.run(service.undo, taking.session)
    assert _codes(taking) == ["WELCOME10"]
    taking.run(service.undo, taking.session)
    taking.run(service.redo, taking.session)
    assert _codes(taking) == ["WELCOME10"]
    basket = taking.view().priced.basket.basket_id
    taking.run(holding.hold, taking.session)
    assert _codes(taking) == []
    taking.run(holding.recall, taking.session, basket)
    with till.books(folder, seed=2) as again:
        again.begin_work()
        assert _codes(again) == ["WELCOME10"]
        assert again.view().priced.savings_minor > 0


def test_a_limited_coupon_asks_for_a_use_and_books_it_with_the_sale(taking: Books) -> None:
    wanted = taking.run(coupons.wanted, taking.session, "FEW")
    assert wanted.asked == Asked(ValueKind.CAMPAIGN, "FEW", 1)
    taking.enter(PIECE)
    added = _add(taking, "FEW", _held(1))
    assert added.view.priced.basket.coupons[0].lookup == "ab" * 32
    (move,) = taking.fact(taking.pay().rid).value
    assert (move.act, move.kind, move.amount, move.reservation) == (
        "redeem", "campaign", 1, UUID(int=9),
    )  # fmt: skip


def test_a_coupon_that_gives_nothing_uses_nothing(taking: Books) -> None:
    taking.enter(OTHER)
    _add(taking, "FEW", _held(1))
    fact = taking.fact(taking.pay().rid)
    assert (fact.coupons, fact.value) == ((), ())


def test_one_that_counts_each_use_holds_several_and_books_what_was_used(taking: Books) -> None:
    wanted = taking.run(coupons.wanted, taking.session, "EACH")
    assert wanted.asked == Asked(ValueKind.CAMPAIGN, "EACH", coupons.MOST_AT_ONCE)
    taking.enter(f"12*{PIECE}")
    _add(taking, "EACH", _held(10))
    moves = taking.fact(taking.pay().rid).value
    assert [(move.amount, move.authority) for move in moves] == [(10, "online"), (2, "floor")]


def _lease(books: Books, uses: int) -> UUID:
    """A quota of the campaign FEW, lent for a day."""
    values = {
        "lease_id": books.desk.new_id(),
        "lookup": lookup_of(KEY, ValueKind.CAMPAIGN, "FEW"),
        "kind": "campaign",
        "granted": uses,
        "state": "open",
        "expires_at": books.desk.now() + timedelta(days=1),
    }
    books.run(lambda tx: tx.execute(insert(ValueLease).values(**values)))
    return cast("UUID", values["lease_id"])


def _take_offline(books: Books) -> coupons.Added:
    """Take the coupon FEW as a till does that nobody answers."""
    wanted = books.run(coupons.wanted, books.session, "FEW")
    assert wanted.asked is not None
    allowed = books.run(allow_offline, books.session, wanted.asked)
    return _add(books, "FEW", *allowed.moves)


def test_a_use_that_a_waiting_basket_holds_is_not_offered_to_another(taking: Books) -> None:
    first, second = _lease(taking, 1), _lease(taking, 1)
    held = []
    for _ in range(2):
        taking.enter(PIECE)
        (coupon,) = _take_offline(taking).view.priced.basket.coupons
        held += [one.lease for one in coupon.held]
        taking.run(holding.hold, taking.session)
    assert set(held) == {first, second}
    with pytest.raises(RetailError, match="Nothing can be taken"):
        _take_offline(taking)
    for _ in range(2):
        (waiting, *_rest) = taking.run(holding.held)
        taking.run(holding.recall, taking.session, waiting.basket_id)
        (move,) = taking.fact(taking.pay().rid).value
        held.remove(move.lease)
    assert held == []


def test_a_use_of_a_basket_that_is_given_up_is_free(taking: Books) -> None:
    _lease(taking, 1)
    taking.enter(PIECE)
    _take_offline(taking)
    taking.run(service.clear, taking.session)
    taking.enter(PIECE)
    _take_offline(taking)
    assert len(taking.fact(taking.pay().rid).value) == 1


def test_a_lease_goes_back_once_no_basket_counts_on_it(taking: Books) -> None:
    lease = _lease(taking, 1)
    taking.enter(PIECE)
    _take_offline(taking)
    taking.clock.step(days=2)
    due = taking.run(leases.prepare, taking.desk, coupon_holds.held_leases)
    assert [one.request.back for one in due if one.request.back] == []
    taking.pay()
    due = taking.run(leases.prepare, taking.desk, coupon_holds.held_leases)
    assert due[0].request.back == (LeaseBack(lease, 1),)


def test_what_a_lease_of_this_till_holds_does_not_go_along_to_another(taking: Books) -> None:
    _lease(taking, 1)
    taking.enter(PIECE)
    basket = _take_offline(taking).view.priced.basket
    (coupon,) = coupon_holds.without_leases(basket).coupons
    assert (coupon.code, coupon.lookup, coupon.held) == ("FEW", basket.coupons[0].lookup, ())


def test_some_uses_of_large_campaigns_are_kept_for_when_the_cable_is_out(taking: Books) -> None:
    taking.run(campaigns.keep_leases, taking.desk.now_us())
    kept = taking.query("SELECT kind, wanted FROM value_quota ORDER BY wanted")
    # A till would keep the few uses of a small one from all the others.
    assert kept == [("campaign", 0), ("campaign", 0), ("campaign", 4)]


def test_a_basket_of_before_has_no_coupons(taking: Books) -> None:
    assert Coupon("A") == Coupon("A", "", ())
    taking.enter(PIECE)
    body = bytes(taking.value("SELECT body FROM basket_step ORDER BY step DESC LIMIT 1"))
    older = body.replace(b',"coupons":[]', b"")
    assert older != body
    taking.execute("UPDATE basket_step SET body = :body", body=older)
    assert _codes(taking) == []
