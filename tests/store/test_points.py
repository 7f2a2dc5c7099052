"""Points at the till: earned with a sale, taken back with its goods, spent as money."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from pos_app.checkout.closing import ClosedSale
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
