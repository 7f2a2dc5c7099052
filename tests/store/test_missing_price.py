"""Articles that have no price yet: found, and paid once somebody with the right entered one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pos_app.checkout import by_hand
from pos_app.staff.approvals import ApprovalNeededError, Why
from retail.basket.blocks import Block, blocks
from retail.errors import RetailError
from retail.rights import Right
from tests.support.till import SHELF, Books

SKU, PIECE = SHELF.piece.row.sku, SHELF.code(SHELF.piece)


@pytest.fixture
def bare(selling: Books) -> Books:
    """A till whose article has lost its price."""
    selling.execute("DELETE FROM price WHERE sku = :sku", sku=SKU)
    return selling


def _as(books: Books, role: str) -> None:
    member = next(one for one in books.staff() if one.role == role)
    books.session = replace(books.session, staff=member)


@pytest.mark.parametrize("code", [PIECE, SKU])
def test_it_is_found_and_keeps_the_basket_from_being_paid(bare: Books, code: str) -> None:
    view = bare.enter(code)
    (line,) = view.priced.lines
    assert line.line.item is not None
    assert (line.line.item.sku, line.line.item.unpriced, line.net_minor) == (SKU, True, 0)
    assert view.notice is None
    assert [one.block for one in blocks(view.priced.basket)] == [Block.PRICE_MISSING]
    with pytest.raises(RetailError, match="has no price yet"):
        bare.pay()


def test_whoever_has_the_whole_right_enters_one_and_nobody_else(bare: Books) -> None:
    _as(bare, "cashier")
    bare.enter(PIECE)
    with pytest.raises(ApprovalNeededError) as caught:
        bare.run(by_hand.override_price, bare.session, 1, 250, Why("label"))
    assert caught.value.right is Right.PRICE
    boss = next(one for one in bare.staff() if one.role == "manager")
    view = bare.run(by_hand.override_price, bare.session, 1, 250, Why("label", boss))
    assert (view.priced.total_minor, blocks(view.priced.basket)) == (250, ())
    (line,) = bare.fact(bare.pay().rid).lines
    assert (line.sku, line.net) == (SKU, 250)
    assert bare.verify().broken == ""


def test_a_price_taken_away_again_is_missing_again(bare: Books) -> None:
    _as(bare, "manager")
    bare.enter(PIECE)
    bare.run(by_hand.override_price, bare.session, 1, 250, Why("label"))
    view = bare.run(by_hand.reset_price, bare.session, 1)
    assert [one.block for one in blocks(view.priced.basket)] == [Block.PRICE_MISSING]


def test_raising_a_price_is_measured_like_lowering_it(selling: Books) -> None:
    _as(selling, "cashier")
    selling.enter(PIECE)
    listed = SHELF.piece.minor["NL"]
    selling.run(by_hand.override_price, selling.session, 1, listed * 119 // 100, Why("label"))
    with pytest.raises(ApprovalNeededError):
        selling.run(by_hand.override_price, selling.session, 1, listed * 2, Why("label"))
