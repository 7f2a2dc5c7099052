"""Points at the till: earned with a sale, taken back with its goods, spent as money."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from uuid import UUID

import pytest
from msgspec import structs

from pos_app.checkout import closing
from pos_app.checkout.closing import ClosedSale
from pos_app.value.queries import Gave, standing
from pos_app.value.service import note_balance
from retail.contract.codec import read_entry
from retail.contract.sales import ValueMove
from retail.contract.slim import slim, whole
from retail.contract.value import HeldAnswer
from retail.errors import RetailError
from retail.tender.settlement import Offer, TenderKind
from retail.value import ValueKind
from tests.support.members import (
    ANN,
    BEN,
    attach,
    customer,
    give_points,
    lookup,
    pay_out,
    take_back,
)
from tests.support.till import SHELF, Books

PIECE, OTHER = (SHELF.code(a) for a in (SHELF.piece, SHELF.other))
PRICE, OTHER_PRICE = (a.minor["NL"] for a in (SHELF.piece, SHELF.other))


@pytest.fixture
def giving(selling: Books) -> Books:
    """A till of a store that gives a point for each euro, a manager at work."""
    manager = next(one for one in selling.staff() if one.role == "manager")
    selling.session = replace(selling.session, staff=manager)
    give_points(selling)
    return selling


def _points(books: Books, *sales: ClosedSale) -> Counter[str]:
    """What sales did to points, by act."""
    found: Counter[str] = Counter()
    for sale in sales:
        for move in books.fact(sale.rid).value:
            assert move.kind == "points"
            found[move.act] += move.amount
    return found


def test_a_sale_with_a_customer_earns_and_one_without_does_not(giving: Books) -> None:
    giving.enter(f"9*{PIECE}")
    assert giving.view().priced.points_earned == 0
    attach(giving, customer(giving))
    expected = 9 * PRICE // 100
    assert giving.view().priced.points_earned == expected > 0
    fact = giving.fact(giving.pay().rid)
    (move,) = fact.value
    assert (move.act, move.kind, move.amount) == ("earn", "points", expected)
    assert (move.party, move.lookup) == (ANN, lookup(ANN))
    assert fact.points is not None
    assert fact.points.earned == expected
    giving.enter(PIECE)
    assert giving.fact(giving.pay().rid).value == ()
    assert giving.verify().broken == ""


def test_a_store_without_rules_and_a_till_without_the_key_promise_nothing(selling: Books) -> None:
    attach(selling, customer(selling))
    selling.enter(f"9*{PIECE}")
    assert selling.view().priced.points_earned == 0
    give_points(selling)
    assert selling.view().priced.points_earned > 0
    selling.execute("DELETE FROM value_key")
    assert selling.view().priced.points_earned == 0
    assert selling.fact(selling.pay().rid).value == ()


def test_points_go_back_with_the_goods_that_earned_them(giving: Books) -> None:
    """Complaint 21: bought for the points, given back for the money, and the points kept."""
    for _ in range(10):
        attach(giving, customer(giving))
        giving.enter(f"9*{PIECE}", f"3*{OTHER}")
        sold = giving.pay()
        earned = _points(giving, sold)["earn"]
        assert earned > 0
        parts = []
        for n, thousandths in ((1, 2000), (2, 1000), (1, 7000), (2, 2000)):
            take_back(giving, sold, n, thousandths)
            parts.append(pay_out(giving))
            assert _points(giving, *parts)["reverse"] <= earned
        assert _points(giving, sold, *parts) == Counter(earn=earned, reverse=earned)
    assert giving.verify().broken == ""


def test_the_points_are_taken_from_whoever_earned_them(giving: Books) -> None:
    attach(giving, customer(giving))
    giving.enter(f"9*{PIECE}")
    sold = giving.pay()
    attach(giving, customer(giving, BEN))
    take_back(giving, sold, 1, 9000)
    giving.enter(f"9*{OTHER}")
    due = giving.view().priced.total_minor
    exchanged = pay_out(giving) if due < 0 else giving.pay()
    moves = {move.act: move for move in giving.fact(exchanged.rid).value}
    assert (moves["reverse"].party, moves["reverse"].lookup) == (ANN, lookup(ANN))
    assert (moves["earn"].party, moves["earn"].amount) == (BEN, 9 * OTHER_PRICE // 100)


def test_goods_of_a_sale_that_earned_nothing_take_nothing_along(giving: Books) -> None:
    giving.enter(PIECE)
    sold = giving.pay()
    take_back(giving, sold)
    assert _points(giving, pay_out(giving)) == Counter()


def _spend(points: int, minor: int) -> tuple[Offer, ValueMove]:
    spent = ValueMove(
        n=0, act="redeem", kind="points", lookup=lookup(ANN), amount=points, minor=minor, party=ANN
    )
    return Offer(TenderKind.POINTS, minor), spent


def _sold_for(books: Books, points: int, minor: int) -> ClosedSale:
    """Seven pieces, a part of them paid in points and the rest by card."""
    attach(books, customer(books))
    priced = books.enter(f"7*{PIECE}").priced
    offer, spent = _spend(points, minor)
    rest = Offer(TenderKind.CARD, priced.total_minor - minor, "A1")
    basket = priced.basket.basket_id
    return books.run(closing.close_sale, books.session, basket, (offer, rest), (spent,))


def test_points_that_paid_come_back_as_points_in_parts_that_add_up(giving: Books) -> None:
    # Three points are worth seven: no part of the money is a whole number of points.
    give_points(giving, redeem_points=3, redeem_value=7)
    sold = _sold_for(giving, 300, 700)
    fact = giving.fact(sold.rid)
    # What points pay earns none.
    assert _points(giving, sold)["earn"] == (sold.total_minor - 700) // 100
    back = []
    for _ in range(7):
        take_back(giving, sold)
        back.append(pay_out(giving))
    moves = _points(giving, *back)
    assert (moves["refund"], moves["reverse"]) == (300, _points(giving, sold)["earn"])
    minor = [
        move.paid for one in back for move in giving.fact(one.rid).value if move.act == "refund"
    ]
    assert sum(minor) == 700
    assert fact.party == ANN
    assert giving.verify().broken == ""


@pytest.mark.parametrize("pieces", [7, 3])
def test_goods_that_points_paid_earn_none_for_what_they_are_exchanged_for(
    giving: Books, pieces: int
) -> None:
    sold = _sold_for(giving, 700, 700)
    points_paid = round(700 * pieces / 7)
    attach(giving, customer(giving))
    take_back(giving, sold, 1, pieces * 1000)
    giving.enter(f"20*{OTHER}")
    exchanged = giving.pay()
    assert _points(giving, exchanged)["earn"] == (20 * OTHER_PRICE - points_paid) // 100
    # A chain earns no more: what the second article was paid with is still a part points.
    attach(giving, customer(giving))
    take_back(giving, exchanged, 2, 20_000)
    giving.enter(f"20*{OTHER}")
    basket = giving.view().priced.basket.basket_id
    again = _points(giving, giving.run(closing.close_sale, giving.session, basket, ()))
    assert again["earn"] == again["reverse"] == _points(giving, exchanged)["earn"]
    assert giving.verify().broken == ""


def test_money_for_less_than_a_point_is_kept_for_the_next_one() -> None:
    gave = Gave(taken=3, taken_minor=30, returned=0, returned_minor=0)
    assert gave.amount_of(9) == 0
    assert replace(gave, returned_minor=9).amount_of(1) == 1
    assert replace(gave, returned=1, returned_minor=10).amount_of(20) == 2


def test_what_the_points_pay_must_be_what_the_tender_says(giving: Books) -> None:
    attach(giving, customer(giving))
    priced = giving.enter(PIECE).priced
    offer, spent = _spend(10, 10)
    wrong = structs.replace(spent, minor=9)
    offers = (offer, Offer(TenderKind.CARD, priced.total_minor - 10, "A1"))
    with pytest.raises(RetailError, match="nothing was booked"):
        giving.run(closing.close_sale, giving.session, priced.basket.basket_id, offers, (wrong,))


def test_the_newer_word_of_head_office_counts_and_own_sales_since(giving: Books) -> None:
    customer(giving, points=500)
    known = giving.run(standing, ValueKind.POINTS, ANN)
    assert known is not None
    assert known.balance == 500
    giving.clock.step(minutes=1)
    held = HeldAnswer(amount=0, balance=900, available=900, expires_us=0)
    giving.run(note_balance, bytes.fromhex(lookup(ANN)), held, giving.desk.now())
    known = giving.run(standing, ValueKind.POINTS, ANN)
    assert known is not None
    assert known.balance == 900
    attach(giving, customer(giving, points=500))
    giving.enter(f"9*{PIECE}")
    earned = _points(giving, giving.pay())["earn"]
    known = giving.run(standing, ValueKind.POINTS, ANN)
    assert known is not None
    assert known.balance == 500 + earned
    assert giving.run(standing, ValueKind.HOUSE_ACCOUNT, ANN) is None


def test_what_was_held_online_is_in_what_head_office_tells_after_it(giving: Books) -> None:
    attach(giving, customer(giving))
    priced = giving.enter(PIECE).priced
    offer, spent = _spend(100, 100)
    rest = Offer(TenderKind.CARD, priced.total_minor - 100, "A1")
    online = structs.replace(spent, authority="online", reservation=giving.desk.new_id())
    basket = priced.basket.basket_id
    giving.run(closing.close_sale, giving.session, basket, (offer, rest), (online,))
    giving.clock.step(minutes=1)
    # Captured when the sale was closed; its journal entry is not booked yet.
    held = HeldAnswer(amount=0, balance=900, available=900, expires_us=0)
    giving.run(note_balance, bytes.fromhex(lookup(ANN)), held, giving.desk.now())
    known = giving.run(standing, ValueKind.POINTS, ANN)
    earned = (priced.total_minor - 100) // 100
    assert known is not None
    assert known.balance == 900 + earned
    seq = giving.value("SELECT max(seq) FROM journal_entry")
    jid = UUID(bytes=bytes(giving.value("SELECT jid FROM journal WHERE state = 'open'")))
    booked = structs.replace(
        held, balance=900 + earned, available=900 + earned, applied=((jid, seq),)
    )
    giving.run(note_balance, bytes.fromhex(lookup(ANN)), booked, giving.desk.now())
    known = giving.run(standing, ValueKind.POINTS, ANN)
    assert known is not None
    assert known.balance == 900 + earned


def test_the_wire_carries_a_sale_with_points_slim(giving: Books) -> None:
    attach(giving, customer(giving))
    giving.enter(f"9*{PIECE}")
    sold = giving.pay()
    data = giving.value("SELECT entry FROM journal_entry WHERE rid = :rid", rid=sold.rid.bytes)
    entry = read_entry(bytes(data))
    short = slim(entry.body, entry.at_us)
    assert short is not None
    assert whole(short, entry.at_us) == entry.body


def test_a_sale_whose_entry_was_let_go_is_in_what_was_told_since(giving: Books) -> None:
    attach(giving, customer(giving, points=0))
    giving.enter(f"9*{PIECE}")
    sold = giving.pay()
    earned = _points(giving, sold)["earn"]
    giving.clock.step(days=40)
    customer(giving, points=earned)
    known = giving.run(standing, ValueKind.POINTS, ANN)
    # Head office did not say that this till's entry is in it.
    assert known is not None
    assert known.balance == 2 * earned
    for (name,) in giving.query("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
        giving.execute(f"DROP TRIGGER {name}")
    giving.execute("DELETE FROM journal_entry WHERE rid = :rid", rid=sold.rid.bytes)
    known = giving.run(standing, ValueKind.POINTS, ANN)
    assert known is not None
    assert known.balance == earned
