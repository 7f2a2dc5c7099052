"""Prices and conditions that people set by hand, with their rights and reasons."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from uuid import UUID

import pytest

from pos_app.checkout import attaching, by_hand, service
from pos_app.customers.queries import FoundCustomer
from pos_app.staff.approvals import ApprovalNeededError, Why
from pos_app.staff.service import StaffMember
from retail.contract.sales import SaleClosed
from retail.errors import RetailError
from retail.reductions import Cut
from retail.rights import Right
from retail.tax import TaxRounding
from tests.support.till import SHELF, Books

PIECE, OTHER = SHELF.code(SHELF.piece), SHELF.code(SHELF.other)
LISTED = SHELF.piece.minor["NL"]
DAMAGED = Why("damaged")


def _person(selling: Books, role: str) -> StaffMember:
    return next(person for person in selling.staff() if person.role == role)


@pytest.fixture
def cashier(selling: Books) -> Books:
    selling.session = replace(selling.session, staff=_person(selling, "cashier"))
    return selling


def _sold(books: Books) -> SaleClosed:
    sold = books.pay()
    assert books.verify().broken == ""
    return books.fact(sold.rid)


def test_another_price_is_sold_printed_and_on_record(cashier: Books) -> None:
    cashier.enter(f"2*{PIECE}")
    wanted = LISTED - LISTED // 10
    view = cashier.run(by_hand.override_price, cashier.session, 1, wanted, Why("label"))
    assert view.priced.total_minor == 2 * wanted
    fact = _sold(cashier)
    (line,) = fact.lines
    assert (line.price, line.was, line.discount) == (wanted, LISTED, 0)
    (cut,) = line.cuts
    assert (cut.scope, cut.minor, cut.reason) == ("price", 2 * (LISTED - wanted), "label")
    assert (cut.staff, cut.approved) == (cashier.session.staff.staff_id, None)


def test_beyond_the_role_somebody_else_must_allow_it(cashier: Books) -> None:
    cashier.enter(PIECE)
    boss = _person(cashier, "manager")
    before = cashier.dump()
    with pytest.raises(ApprovalNeededError) as caught:
        cashier.run(by_hand.reduce_line, cashier.session, 1, Cut(ppm=500_000), DAMAGED)
    assert (caught.value.right, caught.value.measure) == (Right.REDUCE_LINE, 500_000)
    assert cashier.dump() == before
    for nobody in (_person(cashier, "cashier"), cashier.session.staff):
        why = Why("damaged", nobody)
        with pytest.raises(ApprovalNeededError):
            cashier.run(by_hand.reduce_line, cashier.session, 1, Cut(ppm=500_000), why)
    why = Why("damaged", boss)
    cashier.run(by_hand.reduce_line, cashier.session, 1, Cut(ppm=500_000), why)
    (line,) = _sold(cashier).lines
    assert [(c.scope, c.ppm, c.approved) for c in line.cuts] == [("line", 500_000, boss.staff_id)]
    assert line.net == LISTED - (LISTED + 1) // 2


def test_several_acts_go_together_no_further_than_one(cashier: Books) -> None:
    session, boss = cashier.session, _person(cashier, "manager")
    acts = [
        lambda why: cashier.run(by_hand.override_price, session, 1, LISTED * 9 // 10, why),
        lambda why: cashier.run(by_hand.reduce_line, session, 1, Cut(ppm=150_000), why),
        lambda why: cashier.run(by_hand.reduce_basket, session, Cut(ppm=100_000), why),
    ]
    reasons, kept_of_each = ["label", "damaged", "goodwill"], [90, 85, 90]
    for order in permutations(range(3)):
        cashier.enter(PIECE)
        kept = 100
        for act in order:
            kept = kept * kept_of_each[act] // 100
            if kept >= 80:
                acts[act](Why(reasons[act]))
                continue
            with pytest.raises(ApprovalNeededError) as caught:
                acts[act](Why(reasons[act]))
            assert (caught.value.right, caught.value.measure > 200_000) == (Right.REDUCE_LINE, True)
            acts[act](Why(reasons[act], boss))
        cashier.run(service.clear, session)


def test_an_amount_counts_by_the_share_that_it_is(cashier: Books) -> None:
    cashier.enter(PIECE)
    cashier.run(by_hand.reduce_line, cashier.session, 1, Cut(minor=LISTED // 5), DAMAGED)
    with pytest.raises(ApprovalNeededError):
        cashier.run(by_hand.reduce_line, cashier.session, 1, Cut(minor=LISTED // 5 + 1), DAMAGED)


def test_an_amount_allowed_for_five_pieces_is_not_allowed_for_the_one_that_is_left(
    cashier: Books,
) -> None:
    cashier.enter(f"5*{PIECE}")
    cashier.run(by_hand.reduce_line, cashier.session, 1, Cut(minor=LISTED), DAMAGED)
    view = cashier.run(service.set_quantity, cashier.session, 1, 1000)
    (line,) = view.priced.lines
    assert line.reduced_minor == (2 * LISTED + 5) // 10


def test_what_a_manager_takes_off_goes_as_far_as_the_manager_may(cashier: Books) -> None:
    cashier.enter(f"2*{PIECE}")
    why = Why("damaged", _person(cashier, "manager"))
    cashier.run(by_hand.reduce_line, cashier.session, 1, Cut(minor=LISTED), why)
    view = cashier.run(service.set_quantity, cashier.session, 1, 1000)
    assert view.priced.total_minor == 0


def test_a_reduction_of_the_basket_is_shared_out_over_its_lines(cashier: Books) -> None:
    cashier.enter(f"3*{PIECE}", OTHER)
    full = cashier.view().priced.total_minor
    off = full // 20
    view = cashier.run(by_hand.reduce_basket, cashier.session, Cut(minor=off), Why("goodwill"))
    assert view.priced.total_minor == full - off
    fact = _sold(cashier)
    assert sum(cut.minor for line in fact.lines for cut in line.cuts) == off
    assert {cut.scope for line in fact.lines for cut in line.cuts} == {"basket"}


def test_everything_by_hand_can_be_undone_and_done_again(cashier: Books) -> None:
    cashier.enter(PIECE)
    plain = cashier.view().priced
    session = cashier.session
    views = [
        cashier.run(by_hand.override_price, session, 1, LISTED - 1, Why("match")),
        cashier.run(by_hand.reduce_line, session, 1, Cut(ppm=100_000), DAMAGED),
        cashier.run(by_hand.reduce_basket, session, Cut(ppm=50_000), Why("staff")),
        cashier.run(by_hand.note_line, session, 1, "for Ann"),
        cashier.run(by_hand.note_basket, session, "gift"),
        cashier.run(by_hand.sold_by, session, 1, _person(cashier, "manager").staff_id),
    ]
    states = [plain, *(view.priced for view in views)]
    for state in reversed(states[:-1]):
        assert cashier.run(service.undo, session).priced == state
    for state in states[1:]:
        assert cashier.run(service.redo, session).priced == state
    assert cashier.run(service.redo, session).priced == states[-1]


def test_a_change_after_an_undo_is_the_end_of_what_was_undone(cashier: Books) -> None:
    cashier.enter(PIECE, OTHER)
    cashier.run(service.undo, cashier.session)
    view = cashier.enter(PIECE)
    assert cashier.run(service.redo, cashier.session).priced == view.priced


def test_what_was_set_by_hand_can_be_given_back(cashier: Books) -> None:
    cashier.enter(PIECE)
    plain = cashier.view().priced
    session = cashier.session
    cashier.run(by_hand.override_price, session, 1, LISTED - 1, Why("match"))
    cashier.run(by_hand.reduce_line, session, 1, Cut(ppm=100_000), DAMAGED)
    cashier.run(by_hand.reduce_basket, session, Cut(ppm=50_000), Why("staff"))
    cashier.run(by_hand.reset_price, session, 1)
    assert cashier.run(by_hand.reset_basket, session).priced == plain


def test_a_reason_must_be_one_of_the_list(cashier: Books) -> None:
    cashier.enter(PIECE)
    with pytest.raises(RetailError, match="reason from the list"):
        cashier.run(by_hand.reduce_line, cashier.session, 1, Cut(ppm=1), Why("unwanted"))


def test_notes_and_sellers_are_on_record_and_on_the_receipt(cashier: Books) -> None:
    cashier.enter(PIECE)
    seller = _person(cashier, "manager").staff_id
    cashier.run(by_hand.note_line, cashier.session, 1, "gift wrap")
    cashier.run(by_hand.note_basket, cashier.session, "collect at five")
    cashier.run(by_hand.sold_by, cashier.session, 1, seller)
    fact = _sold(cashier)
    assert (fact.note, fact.lines[0].note, fact.lines[0].seller) == (
        "collect at five", "gift wrap", seller,
    )  # fmt: skip
    paper = cashier.value("SELECT document FROM print_job ORDER BY created_at DESC LIMIT 1")
    assert b"gift wrap" in paper
    assert b"collect at five" in paper


def test_a_sale_without_tax_needs_prices_without_it(cashier: Books) -> None:
    boss = _person(cashier, "manager")
    cashier.enter(PIECE)
    with pytest.raises(RetailError, match="contain the tax"):
        cashier.run(by_hand.exempt, cashier.session, "X-1", Why("certificate", boss))
    profile = replace(cashier.session.store, tax_included=False, tax_rounding=TaxRounding.PER_RATE)
    cashier.session.in_force.profile = profile
    with pytest.raises(ApprovalNeededError):
        cashier.run(by_hand.exempt, cashier.session, "X-1", Why("certificate"))
    view = cashier.run(by_hand.exempt, cashier.session, " X-1 ", Why("certificate", boss))
    assert (view.priced.tax, view.priced.total_minor) == ((), LISTED)
    assert cashier.run(by_hand.tax_again, cashier.session).priced.tax != ()
    cashier.run(by_hand.exempt, cashier.session, "X-1", Why("certificate", boss))
    fact = _sold(cashier)
    assert fact.exempt is not None
    assert (fact.exempt.certificate, fact.exempt.approved) == ("X-1", boss.staff_id)
    assert fact.tax == ()


def test_the_customer_who_leaves_takes_the_certificate_along(cashier: Books) -> None:
    boss = _person(cashier, "manager")
    profile = replace(cashier.session.store, tax_included=False, tax_rounding=TaxRounding.PER_RATE)
    cashier.session.in_force.profile = profile
    cashier.enter(PIECE)
    ann = FoundCustomer(UUID(int=5), "Ann Berg", "")
    cashier.run(attaching.attach, cashier.session, ann)
    cashier.run(by_hand.exempt, cashier.session, "X-1", Why("certificate", boss))
    same = cashier.run(attaching.attach, cashier.session, ann)
    assert (same.notice, same.priced.tax) == (None, ())
    left = cashier.run(attaching.detach, cashier.session)
    assert left.notice is not None
    assert left.notice.problem.code == "basket.exemption_gone"
    assert left.priced.tax != ()
    assert cashier.run(service.undo, cashier.session).priced.tax == ()
    cashier.run(service.redo, cashier.session)
    assert _sold(cashier).exempt is None


def test_a_basket_is_given_up_with_a_reason_on_record(cashier: Books) -> None:
    cashier.enter(PIECE)
    boss = _person(cashier, "manager")
    with pytest.raises(RetailError, match="Choose a reason"):
        cashier.run(service.clear, cashier.session, Why("damaged"))
    view = cashier.run(service.clear, cashier.session, Why("left", boss))
    assert view.priced.lines == ()
    ((entry,),) = cashier.query("SELECT entry FROM journal_entry WHERE type = 'basket.voided'")
    assert b'"reason":"left"' in entry
    assert b"approved" not in entry, "a cashier may do so, whoever stands beside"
    assert cashier.run(service.undo, cashier.session).priced.total_minor == LISTED
    assert cashier.verify().broken == ""


def test_who_may_not_give_up_needs_somebody(cashier: Books) -> None:
    cashier.enter(PIECE)
    boss = _person(cashier, "manager")
    guest = replace(cashier.session.staff, role="guest")
    session = replace(cashier.session, staff=guest)
    with pytest.raises(ApprovalNeededError) as caught:
        cashier.run(service.clear, session, Why("left"))
    assert caught.value.right is Right.GIVE_UP
    cashier.run(service.clear, session, Why("left", boss))
    ((entry,),) = cashier.query("SELECT entry FROM journal_entry WHERE type = 'basket.voided'")
    assert b'"approved":"' + str(boss.staff_id).encode() in entry
