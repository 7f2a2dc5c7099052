"""Baskets below zero are paid out to what their receipts were paid with, whoever asks."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pos_app.checkout import closing, receipt_search, refunding, returning
from pos_app.checkout.closing import ClosedSale
from pos_app.checkout.refunding import BLIND_CASH_MINOR, Payout
from pos_app.checkout.returning import Back
from pos_app.staff.approvals import ApprovalNeededError, Why
from pos_app.staff.service import StaffMember
from retail.contract.sales import ValueMove
from retail.errors import RetailError
from retail.rights import Right
from retail.tender.settlement import Offer, TenderKind
from tests.support.till import SHELF, Books

PIECE, OTHER = (SHELF.code(a) for a in (SHELF.piece, SHELF.other))
PRICE, OTHER_PRICE = (a.minor["NL"] for a in (SHELF.piece, SHELF.other))
UNWANTED = Why("unwanted")
CASH, CARD = TenderKind.CASH, TenderKind.CARD


@pytest.fixture
def cashier(selling: Books) -> Books:
    """A till of store S1 where a cashier is at work."""
    selling.session = replace(selling.session, staff=_who(selling, "cashier"))
    return selling


def _who(books: Books, role: str) -> StaffMember:
    return next(person for person in books.staff() if person.role == role)


def _by_card(books: Books, *codes: str) -> ClosedSale:
    books.enter(*codes)
    return books.pay(Offer(CARD, books.view().priced.total_minor, "A1"))


def _take_back(books: Books, sold: ClosedSale, n: int = 1, thousandths: int = 1000) -> None:
    receipt = books.run(receipt_search.receipt, sold.rid)
    assert receipt is not None
    books.run(returning.take_back, books.session, receipt, n, Back(thousandths, UNWANTED))


def _proposal(books: Books) -> Payout:
    basket = books.view().priced.basket.basket_id
    return books.run(refunding.proposal, books.session, basket)


def _paid_out(books: Books) -> tuple[tuple[str, int], ...]:
    return books.pay(*_proposal(books).offers).tenders


def test_a_card_sale_goes_back_to_its_card_and_not_to_the_drawer(cashier: Books) -> None:
    _take_back(cashier, _by_card(cashier, PIECE))
    total = cashier.view().priced.total_minor
    for offers in ((Offer(CASH, total),), (Offer(CARD, total + 1, "A1"), Offer(CASH, -1))):
        with pytest.raises(ApprovalNeededError) as refused:
            cashier.pay(*offers)
        assert refused.value.right is Right.REFUND_OTHERWISE
    assert cashier.value("SELECT count(*) FROM sale") == 1
    assert cashier.view().priced.total_minor == -PRICE
    # The terminal gives the refund a reference of its own.
    assert cashier.pay(Offer(CARD, total, "R9")).tenders == (("card", -PRICE),)
    assert cashier.verify().broken == ""


def test_a_cash_sale_is_not_paid_out_on_a_card(cashier: Books) -> None:
    _take_back(cashier, cashier.sell(PIECE))
    with pytest.raises(ApprovalNeededError):
        cashier.pay(Offer(CARD, -PRICE, "X"))
    assert _paid_out(cashier) == (("cash", -PRICE),)


def test_somebody_with_the_right_allows_another_way(cashier: Books) -> None:
    _take_back(cashier, _by_card(cashier, PIECE))
    priced = cashier.view().priced
    done = cashier.run(
        closing.close_sale,
        cashier.session,
        priced.basket.basket_id,
        (Offer(CASH, -PRICE),),
        approver=_who(cashier, "manager"),
    )
    assert done.tenders == (("cash", -PRICE),)


def test_what_a_card_and_cash_paid_goes_back_to_the_card_first(cashier: Books) -> None:
    cashier.enter(f"3*{PIECE}")
    due = cashier.view().priced.total_minor
    sold = cashier.pay(Offer(CARD, PRICE, "A1"), Offer(CASH, due - PRICE))
    _take_back(cashier, sold, thousandths=2000)
    assert _paid_out(cashier) == (("card", -PRICE), ("cash", -PRICE))
    _take_back(cashier, sold)
    assert _proposal(cashier).parts[0].kind is CASH
    assert _paid_out(cashier) == (("cash", -PRICE),)


def test_a_second_refund_gets_what_the_first_has_left(cashier: Books) -> None:
    cashier.enter(f"2*{PIECE}")
    due = cashier.view().priced.total_minor
    sold = cashier.pay(Offer(CARD, due - 10, "A1"), Offer(CASH, 10))
    _take_back(cashier, sold)
    assert _paid_out(cashier) == (("card", -PRICE),)
    _take_back(cashier, sold)
    assert _paid_out(cashier) == (("card", -(PRICE - 10)), ("cash", -10))
    known = cashier.run(refunding.account, [sold.rid])
    assert [one.left_minor for one in known.originals] == [0, 0]


def test_what_an_exchange_kept_comes_back_to_the_tender_of_the_first_receipt(
    cashier: Books,
) -> None:
    dear, cheap = sorted([(PRICE, PIECE), (OTHER_PRICE, OTHER)], reverse=True)
    sold = _by_card(cashier, dear[1])
    _take_back(cashier, sold)
    cashier.enter(cheap[1])
    same = dear[0] == cheap[0]
    exchanged = cashier.pay() if same else cashier.pay(*_proposal(cashier).offers)
    n = next(line.n for line in cashier.fact(exchanged.rid).lines if line.qty > 0)
    _take_back(cashier, exchanged, n)
    assert _paid_out(cashier) == (("card", -cheap[0]),)
    known = cashier.run(refunding.account, [sold.rid])
    assert sum(one.left_minor for one in known.originals) == 0


def test_two_receipts_in_one_basket_get_back_what_each_was_paid_with(cashier: Books) -> None:
    by_card, in_cash = _by_card(cashier, PIECE), cashier.sell(OTHER)
    _take_back(cashier, in_cash)
    _take_back(cashier, by_card)
    assert _paid_out(cashier) == (("card", -PRICE), ("cash", -OTHER_PRICE))


def test_cash_refunds_of_a_receipt_are_rounded_like_one(rounding: Books) -> None:
    sold = rounding.sell(f"3*{PIECE}")
    paid = sum(amount for _kind, amount in sold.tenders)
    given = 0
    for _ in range(3):
        _take_back(rounding, sold)
        given -= sum(amount for _kind, amount in _paid_out(rounding))
    assert given == paid
    assert rounding.verify().broken == ""


def test_without_a_receipt_cash_goes_out_up_to_a_limit(selling: Books) -> None:
    manager = _who(selling, "manager")
    selling.session = replace(selling.session, staff=manager)
    back = Back(1000, UNWANTED)
    selling.run(returning.take_back_blind, selling.session, PIECE, back)
    assert _paid_out(selling) == (("cash", -PRICE),)
    many = (BLIND_CASH_MINOR // PRICE + 1) * 1000
    selling.run(returning.take_back_blind, selling.session, PIECE, Back(many, UNWANTED))
    (part,) = _proposal(selling).parts
    assert (part.kind, part.origin) == (TenderKind.STORE_CREDIT, -1)
    selling.session = replace(selling.session, staff=_who(selling, "cashier"))
    with pytest.raises(ApprovalNeededError):
        selling.pay(Offer(CASH, selling.view().priced.total_minor))


def test_nothing_is_proposed_where_nothing_is_owed(cashier: Books) -> None:
    basket = cashier.enter(PIECE).priced.basket.basket_id
    with pytest.raises(RetailError, match="Nothing is owed"):
        cashier.run(refunding.proposal, cashier.session, basket)
    cashier.pay()
    with pytest.raises(RetailError, match="Another basket"):
        cashier.run(refunding.proposal, cashier.session, basket)


def test_what_a_gift_card_paid_goes_back_onto_it(selling: Books) -> None:
    """Complaint 21: points and gift cards are spent twice."""
    selling.enter(f"2*{PIECE}")
    priced = selling.view().priced
    half = priced.total_minor // 2
    spent = ValueMove(n=0, act="redeem", kind="gift_card", lookup="ab" * 16, amount=half)
    offers = (Offer(TenderKind.GIFT_CARD, half), Offer(TenderKind.CARD, priced.total_minor - half))
    sold = selling.run(
        closing.close_sale, selling.session, priced.basket.basket_id, offers, (spent,)
    )
    receipt = selling.run(receipt_search.by_code, sold.receipt_number)
    assert receipt is not None
    back = Back(2000, Why("unwanted"))
    view = selling.run(returning.take_back, selling.session, receipt, 1, back)
    basket = view.priced.basket.basket_id
    planned = selling.run(refunding.proposal, selling.session, basket)
    kinds = {offer.kind: offer.amount_minor for offer in planned.offers}
    assert kinds == {TenderKind.CARD: half - priced.total_minor, TenderKind.GIFT_CARD: -half}
    done = selling.run(closing.close_sale, selling.session, basket, planned.offers)
    (move,) = selling.fact(done.rid).value
    assert (move.act, move.lookup, move.amount) == ("refund", "ab" * 16, half)
    assert selling.verify().broken == ""


def test_a_card_that_paid_nothing_gets_nothing(selling: Books) -> None:
    selling.session = replace(selling.session, staff=_who(selling, "manager"))
    sold = selling.sell(PIECE)
    receipt = selling.run(receipt_search.by_code, sold.receipt_number)
    assert receipt is not None
    view = selling.run(
        returning.take_back, selling.session, receipt, 1, Back(1000, Why("unwanted"))
    )
    offers = (Offer(TenderKind.GIFT_CARD, view.priced.total_minor),)
    before = selling.dump()
    with pytest.raises(RetailError, match="No card of the receipt"):
        selling.run(closing.close_sale, selling.session, view.priced.basket.basket_id, offers)
    assert selling.dump() == before


def test_two_tenders_of_a_kind_get_no_more_than_its_card_gave(selling: Books) -> None:
    selling.session = replace(selling.session, staff=_who(selling, "manager"))
    selling.enter(f"2*{PIECE}")
    priced = selling.view().priced
    half = priced.total_minor // 2
    spent = ValueMove(n=0, act="redeem", kind="gift_card", lookup="ab" * 16, amount=half)
    offers = (Offer(TenderKind.GIFT_CARD, half), Offer(CARD, priced.total_minor - half))
    basket = priced.basket.basket_id
    sold = selling.run(closing.close_sale, selling.session, basket, offers, (spent,))
    _take_back(selling, sold, thousandths=2000)
    view = selling.view().priced
    twice = (
        Offer(TenderKind.GIFT_CARD, -half),
        Offer(TenderKind.GIFT_CARD, half - priced.total_minor),
    )
    before = selling.dump()
    with pytest.raises(RetailError, match="No card of the receipt"):
        selling.run(closing.close_sale, selling.session, view.basket.basket_id, twice)
    assert selling.dump() == before
