"""Weights told by a scale or typed, from the basket to the receipt and the record."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pos_app.checkout import returning, service, weighing
from pos_app.printing.queue import newest_document
from pos_app.staff.approvals import ApprovalNeededError, Why
from pos_app.staff.service import StaffMember
from retail.basket.model import Weight
from retail.contract.sales import TypedWeight
from retail.errors import RetailError
from retail.quantity import extend
from retail.receipt import Item
from retail.rights import Right
from tests.support.till import SHELF, Books

APPLES, PIECE = SHELF.code(SHELF.weighed), SHELF.code(SHELF.piece)
PRICE = SHELF.weighed.minor["NL"]


def _person(books: Books, role: str) -> StaffMember:
    return next(person for person in books.staff() if person.role == role)


@pytest.fixture
def shop(selling: Books) -> Books:
    """A cashier at a till with a scale."""
    desk = replace(selling.desk, weighs=True)
    cashier = _person(selling, "cashier")
    selling.session = replace(selling.session, desk=desk, staff=cashier)
    return selling


def _printed(books: Books, rid: object) -> Item:
    document = books.run(newest_document, rid)  # type: ignore[arg-type]
    assert document is not None
    return next(block for block in document.blocks if isinstance(block, Item))


def test_a_weight_is_sold_without_its_packing_and_printed_so(shop: Books) -> None:
    shop.enter(APPLES)
    view = shop.run(weighing.take_weight, shop.session, 1, 842, 5)
    assert view.priced.total_minor == extend(PRICE, 842)
    sold = shop.pay()
    (line,) = shop.fact(sold.rid).lines
    assert (line.qty, line.tare, line.typed) == (842, 5, None)
    item = _printed(shop, sold.rid)
    assert (item.quantity, item.note) == ("0.842 kg", "Tare 0.005 kg")
    assert shop.verify().broken == ""


def test_a_typed_weight_needs_the_right_and_stays_on_record(shop: Books) -> None:
    shop.enter(APPLES)
    before = shop.dump()
    with pytest.raises(ApprovalNeededError) as caught:
        shop.run(weighing.type_weight, shop.session, 1, 842, 5)
    assert caught.value.right is Right.TYPE_WEIGHT
    assert shop.dump() == before
    boss = _person(shop, "manager")
    view = shop.run(weighing.type_weight, shop.session, 1, 842, 5, approver=boss)
    cashier = shop.session.staff.staff_id
    assert view.priced.lines[0].line.weight == Weight(5, cashier, boss.staff_id)
    sold = shop.pay()
    (line,) = shop.fact(sold.rid).lines
    assert (line.tare, line.typed) == (5, TypedWeight(cashier, boss.staff_id))
    assert _printed(shop, sold.rid).note == "Tare 0.005 kg · Weight typed"


def test_a_typed_weight_that_comes_back_without_a_receipt_needs_it_too(shop: Books) -> None:
    boss = _person(shop, "manager")
    both = shop.session
    shop.session = replace(both, staff=boss)
    by_boss = returning.Back(842, Why("unwanted"))
    view = shop.run(returning.take_back_blind, shop.session, APPLES, by_boss)
    assert view.priced.lines[0].line.weight == Weight(0, boss.staff_id)
    shop.run(service.clear, shop.session)
    shop.session = both
    allowed = returning.Back(842, Why("unwanted", boss))
    view = shop.run(returning.take_back_blind, shop.session, APPLES, allowed)
    cashier = shop.session.staff.staff_id
    assert view.priced.lines[0].line.weight == Weight(0, cashier, boss.staff_id)
    view = shop.run(
        returning.take_back_blind, shop.session, PIECE, replace(allowed, thousandths=1000)
    )
    assert view.priced.lines[1].line.weight is None


def test_every_way_to_type_a_weight_asks_for_the_right(shop: Books) -> None:
    sku, boss = SHELF.weighed.row.sku, _person(shop, "manager")
    shop.enter(APPLES)
    for verb, *args in (
        (service.add_code, APPLES, 500),
        (service.add_sku, sku, 500),
        (service.set_quantity, 1, 500),
        (service.change_by, 1, 1000),
    ):
        with pytest.raises(ApprovalNeededError):
            shop.run(verb, shop.session, *args)  # type: ignore[arg-type]
        view = shop.run(verb, shop.session, *args, approver=boss)  # type: ignore[arg-type]
        (line,) = (x.line for x in view.priced.lines if x.line.line == view.changed_line)
        assert line.weight == Weight(0, shop.session.staff.staff_id, boss.staff_id)


def test_a_manager_types_without_asking_and_it_is_on_record_all_the_same(shop: Books) -> None:
    boss = _person(shop, "manager")
    shop.session = replace(shop.session, staff=boss)
    shop.enter(f"0.5*{APPLES}")
    (line,) = shop.fact(shop.pay().rid).lines
    assert (line.qty, line.typed) == (500, TypedWeight(boss.staff_id, None))


def test_pieces_and_labels_are_no_weights(shop: Books) -> None:
    view = shop.enter(f"3*{PIECE}")
    assert view.priced.lines[0].line.weight is None
    for verb in (weighing.take_weight, weighing.type_weight):
        with pytest.raises(RetailError) as refused:
            shop.run(verb, shop.session, 1, 842)
        assert refused.value.code == "basket.not_weighed"


def test_without_a_scale_a_weight_is_typed_as_ever(shop: Books) -> None:
    shop.session = replace(shop.session, desk=replace(shop.session.desk, weighs=False))
    view = shop.enter(f"0.842*{APPLES}")
    assert view.priced.lines[0].line.weight is None
    (line,) = shop.fact(shop.pay().rid).lines
    assert (line.qty, line.tare, line.typed) == (842, 0, None)


def test_a_weight_that_is_changed_loses_what_was_known_of_the_other(shop: Books) -> None:
    boss = _person(shop, "manager")
    shop.enter(APPLES)
    shop.run(weighing.type_weight, shop.session, 1, 842, 5, approver=boss)
    view = shop.run(weighing.take_weight, shop.session, 1, 900)
    assert view.priced.lines[0].line.weight == Weight()
    view = shop.run(service.undo, shop.session)
    assert view.priced.lines[0].line.weight == Weight(5, shop.session.staff.staff_id, boss.staff_id)
    assert shop.view().priced.lines[0].line.quantity == 842, "also after a restart"
