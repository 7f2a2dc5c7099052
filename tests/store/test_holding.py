"""Baskets that wait."""

from __future__ import annotations

from uuid import UUID

import pytest

from pos_app.checkout import by_hand, holding, service
from pos_app.staff.approvals import Why
from retail.errors import RetailError
from retail.reductions import Cut
from tests.support.till import SHELF, Books

PIECE, OTHER = SHELF.code(SHELF.piece), SHELF.code(SHELF.other)


def test_a_basket_waits_and_comes_back_as_it_was(selling: Books) -> None:
    selling.enter(f"3*{PIECE}")
    selling.run(by_hand.note_line, selling.session, 1, "gift")
    before = selling.run(
        by_hand.reduce_basket, selling.session, Cut(ppm=10_000), Why("goodwill")
    ).priced
    after = selling.run(holding.hold, selling.session, "  Mrs  Smith ")
    assert after.priced.lines == ()
    assert after.priced.basket.basket_id != before.basket.basket_id
    (waiting,) = selling.run(holding.held)
    assert (waiting.label, waiting.count, waiting.minor) == ("Mrs Smith", 3, before.total_minor)
    assert waiting.staff_id == selling.session.staff.staff_id
    selling.sell(OTHER)
    back = selling.run(holding.recall, selling.session, waiting.basket_id)
    assert back.priced == before
    assert selling.run(holding.held) == ()
    assert selling.pay().rid == before.basket.basket_id
    assert selling.verify().broken == ""


def test_an_open_basket_gives_way_to_the_one_that_is_recalled(selling: Books) -> None:
    first = selling.enter(PIECE).priced
    selling.run(holding.hold, selling.session)
    second = selling.enter(OTHER).priced
    back = selling.run(holding.recall, selling.session, first.basket.basket_id)
    assert back.priced == first
    assert [one.basket_id for one in selling.run(holding.held)] == [second.basket.basket_id]


def test_no_basket_is_lost_where_one_shift_ends_and_another_begins(selling: Books) -> None:
    """Complaint 10: open baskets vanish at the close."""
    selling.enter(PIECE)
    selling.run(holding.hold, selling.session, "Mrs Smith")
    started = selling.enter(f"2*{OTHER}").priced
    selling.execute("UPDATE shift SET closed_at = opened_at")
    selling.clock.step(days=1)
    selling.begin_work()
    assert selling.run(service.current, selling.session).priced == started
    sold = selling.pay()
    (waiting,) = selling.run(holding.held)
    assert waiting.label == "Mrs Smith"
    selling.run(holding.recall, selling.session, waiting.basket_id)
    later = selling.pay()
    shifts = selling.query("SELECT DISTINCT shift_id FROM sale")
    assert selling.session.shift is not None
    assert shifts == [(selling.session.shift.shift_id.bytes,)]
    assert [sold.rid, later.rid] == [started.basket.basket_id, waiting.basket_id]


def test_undo_does_not_go_back_behind_a_hold(selling: Books) -> None:
    selling.enter(PIECE)
    selling.run(holding.hold, selling.session)
    assert selling.run(service.undo, selling.session).priced.lines == ()
    assert len(selling.run(holding.held)) == 1


@pytest.mark.parametrize("between", ["nothing", "a sale", "an open basket"])
def test_undo_does_not_lose_a_basket_that_was_taken_up(selling: Books, between: str) -> None:
    taken = selling.enter(f"2*{PIECE}").priced
    selling.run(holding.hold, selling.session)
    if between == "a sale":
        selling.sell(OTHER)
    elif between == "an open basket":
        selling.enter(OTHER)
    selling.run(holding.recall, selling.session, taken.basket.basket_id)
    selling.enter(OTHER)
    for _ in range(3):
        view = selling.run(service.undo, selling.session)
    assert view.priced == taken
    assert len(selling.enter(OTHER).priced.lines) == 2
    assert selling.pay().rid == taken.basket.basket_id


def test_there_must_be_something_to_put_aside_or_to_recall(selling: Books) -> None:
    with pytest.raises(RetailError, match="nothing to put aside"):
        selling.run(holding.hold, selling.session)
    with pytest.raises(RetailError, match="no longer waits"):
        selling.run(holding.recall, selling.session, UUID(int=7))
