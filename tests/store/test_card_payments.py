"""Card payments are attempts: stored first, resolved before a retry, used once or given back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hardware.card import CardApproved, CardDeclined, CardSlip
from hardware.events import CardAnswered, CardProgress, CardTerminalStatusChanged
from pos_app.checkout import closing, holding, receipt_search, returning, service
from pos_app.checkout.receipt_search import Wanted
from pos_app.checkout.returning import Back
from pos_app.payments import service as payments
from pos_app.printing.queue import newest_document
from pos_app.staff.approvals import Why
from retail.errors import RetailError
from retail.receipt import Pair
from retail.tender.settlement import Offer, TenderKind
from tests.support.card_room import CardRoom, Play, State, card_room
from tests.support.till import SHELF, Books

PIECE, OTHER = SHELF.code(SHELF.piece), SHELF.code(SHELF.other)
SLIP = CardSlip("Visa", "4242", "000009", "SIM00001")


@pytest.fixture
def room(selling: Books, tmp_path: Path) -> Iterator[CardRoom]:
    with card_room(selling, tmp_path / "ledger.jsonl") as found:
        selling.enter(PIECE)
        yield found


def test_the_attempt_is_on_disk_before_the_terminal_hears_of_it(room: CardRoom) -> None:
    wanted = payments.Wanted(room.total)
    one = room.books.run(payments.begin, room.books.session, room.basket, wanted)
    assert room.states() == [("pay", "requested")]
    assert room.terminal.charged() == 0
    assert one.reference == one.attempt_id.hex


def test_an_approved_attempt_pays_the_sale_and_stands_on_the_receipt(room: CardRoom) -> None:
    paid = room.pay()
    sale = room.close(paid)
    assert room.look(paid).sale == sale.rid
    tender = room.books.query("SELECT kind, amount_minor, reference FROM sale_tender")
    assert tender == [("card", sale.total_minor, paid.reference)]
    (told,) = room.books.fact(sale.rid).tenders
    assert (told.ref, told.last_four, told.auth) == (paid.reference, "4242", "000001")
    document = room.books.run(newest_document, sale.rid)
    assert document is not None
    pairs = [(block.left, block.right) for block in document.blocks if isinstance(block, Pair)]
    assert ("Authorisation 000001", "Terminal SIM00001") in pairs
    assert "Card Visa ****4242" in [left for left, _right in pairs]
    assert room.terminal.charged() == room.sold_by_card()
    for shown in ("4242", "000001"):
        (found,) = room.books.run(receipt_search.search, Wanted(reference=shown))
        assert found.rid == sale.rid


def test_a_card_that_no_terminal_approved_closes_no_sale(room: CardRoom) -> None:
    for reference in ("", "SIM000001", "00" * 16):
        with pytest.raises(RetailError, match="approved no such payment"):
            room.books.pay(Offer(TenderKind.CARD, room.total, reference))
    assert room.books.value("SELECT count(*) FROM sale") == 0


def test_an_attempt_pays_one_sale_of_its_amount(room: CardRoom) -> None:
    paid = room.pay()
    less = Offer(TenderKind.CARD, paid.minor - 1, paid.reference)
    with pytest.raises(RetailError, match="approved no such payment"):
        room.books.pay(less, Offer(TenderKind.CASH, 5))
    room.close(paid)
    room.books.enter(PIECE)
    with pytest.raises(RetailError, match="approved no such payment"):
        room.close(paid)


def test_without_a_terminal_the_till_goes_on_as_ever(selling: Books) -> None:
    selling.enter(PIECE)
    total = selling.view().priced.total_minor
    selling.pay(Offer(TenderKind.CARD, total, "000123"))
    assert selling.value("SELECT reference FROM sale_tender") == "000123"
    with pytest.raises(RetailError, match="no card terminal"):
        selling.run(payments.begin, selling.session, selling.desk.new_id(), payments.Wanted(5))


def test_an_unknown_end_is_resolved_before_the_card_is_charged_again(room: CardRoom) -> None:
    """Complaint 19: an answer that is lost never leads to a second charge."""
    room.terminal.play(Play.SILENT)
    lost = room.pay()
    assert lost.state is State.UNKNOWN
    with pytest.raises(RetailError, match="Check with the terminal first"):
        room.ask()
    room.counter.check(lost)
    room.hear(CardAnswered)
    assert room.look(lost).state is State.APPROVED
    # Whoever presses Card again gets the payment that is there.
    assert room.pay().attempt_id == lost.attempt_id
    room.close(room.look(lost))
    assert room.terminal.charged() == room.sold_by_card() > 0
    assert room.states() == [("pay", "approved")]


def test_a_charge_that_never_was_may_be_tried_again(room: CardRoom) -> None:
    room.terminal.play(Play.LOST)
    lost = room.pay()
    room.counter.check(lost)
    room.hear(CardAnswered)
    assert room.look(lost).state is State.CANCELLED
    room.close(room.pay())
    assert room.terminal.charged() == room.sold_by_card() > 0


def test_an_approval_behind_a_decline_counts_for_the_basket_that_waits(room: CardRoom) -> None:
    """Complaint 19: declined, then approved seconds later (VivaPayments #2373)."""
    room.terminal.play(Play.LATE)
    declined = room.pay()
    assert declined.state is State.DECLINED
    room.hear(CardAnswered)
    assert room.pay().attempt_id == declined.attempt_id
    room.close(room.look(declined))
    assert room.terminal.charged() == room.sold_by_card() > 0


def test_an_approval_behind_a_decline_goes_back_when_another_paid(room: CardRoom) -> None:
    """Complaint 19: of two approvals for one basket one is reversed by itself."""
    room.terminal.play(Play.DECLINE)
    declined = room.pay()
    again = room.pay()
    late = CardAnswered("terminal1", declined.reference, CardApproved(SLIP), room.books.desk.now())
    room.counter.heard(late)
    assert room.told[-1].given_back
    room.close(again)
    assert ("reverse", "requested") in room.states()
    assert room.outcomes() == ["reversing"]


@pytest.mark.parametrize("way", ["given up", "paid in cash"])
def test_what_becomes_no_sale_is_reversed_and_told_to_head_office(room: CardRoom, way: str) -> None:
    room.pay()
    if way == "given up":
        room.books.run(service.clear, room.books.session)
        room.settle()
    else:
        room.close()
    room.hear(CardAnswered)
    assert room.states() == [("pay", "approved"), ("reverse", "approved")]
    assert room.terminal.charged() == room.sold_by_card() == 0
    assert room.outcomes() == ["reversing", "reversed"]


def test_an_approval_that_comes_when_the_basket_is_paid_is_reversed(room: CardRoom) -> None:
    room.terminal.play(Play.SILENT)
    lost = room.pay()
    room.close()
    room.counter.check(lost)
    room.hear(CardAnswered)
    assert room.told[-1].given_back
    room.hear(CardAnswered)
    assert room.terminal.charged() == room.sold_by_card() == 0


def test_a_basket_that_waits_keeps_its_payment(room: CardRoom) -> None:
    paid = room.pay()
    basket = room.basket
    room.books.run(holding.hold, room.books.session)
    room.settle()
    assert room.states() == [("pay", "approved")]
    room.books.run(holding.recall, room.books.session, basket)
    assert room.books.run(payments.standing, basket).unused == (paid,)
    room.close(paid)
    assert room.terminal.charged() == room.sold_by_card() > 0


def test_two_cards_pay_a_half_each(room: CardRoom) -> None:
    half = room.total // 2
    first = room.pay(half)
    second = room.pay(half, first.attempt_id)
    assert first.attempt_id != second.attempt_id
    room.close(first, second)
    assert room.terminal.charged() == room.sold_by_card() == 2 * half


def test_a_payment_taken_off_again_is_reversed_once(room: CardRoom) -> None:
    paid = room.pay()
    for _ in range(2):
        room.counter.give_back(room.books.session, paid.attempt_id).result()
        room.settle()
    room.hear(CardAnswered)
    assert room.states() == [("pay", "approved"), ("reverse", "approved")]
    with pytest.raises(RetailError, match="approved no such payment"):
        room.close(paid)


@pytest.mark.expect_warnings
def test_a_reversal_waits_for_a_terminal_that_is_away(room: CardRoom) -> None:
    paid = room.pay()
    room.terminal.pull_cable()
    room.hear(CardTerminalStatusChanged)
    room.counter.give_back(room.books.session, paid.attempt_id).result()
    room.settle()
    assert room.states()[1] == ("reverse", "requested")
    room.terminal.plug_in()
    room.hear(CardTerminalStatusChanged)
    room.hear_all()
    assert room.states()[1] == ("reverse", "approved")
    assert room.terminal.charged() == 0


def test_a_reversal_that_is_refused_is_told(room: CardRoom) -> None:
    paid = room.pay()
    back = room.counter.give_back(room.books.session, paid.attempt_id).result()
    room.settle()
    assert back is not None
    refused = CardDeclined("Too late to take it back.")
    room.counter.heard(CardAnswered("terminal1", back.reference, refused, room.books.desk.now()))
    assert room.look(back).state is State.DECLINED
    assert room.outcomes() == ["reversing", "refused"]


@pytest.mark.expect_warnings
def test_a_terminal_that_is_away_is_no_doubt(room: CardRoom) -> None:
    room.terminal.pull_cable()
    room.hear(CardTerminalStatusChanged)
    one = room.look(room.ask())
    assert one.state is State.CANCELLED
    assert "cannot be reached" in one.reason
    room.close()


def test_after_a_crash_the_terminal_tells_how_it_ended(room: CardRoom) -> None:
    """Complaint 19: the till dies between the question and the answer."""
    one = room.ask()
    room.hear(CardProgress)
    room.die()
    room.start()
    room.hear(CardAnswered)
    assert room.look(one).state is State.APPROVED
    assert room.told[-1].attempt.attempt_id == one.attempt_id
    room.close(room.pay())
    assert room.terminal.charged() == room.sold_by_card() > 0


def test_a_question_that_was_never_put_is_not_put_after_a_crash(room: CardRoom) -> None:
    wanted = payments.Wanted(room.total)
    one = room.books.run(payments.begin, room.books.session, room.basket, wanted)
    room.die()
    room.start()
    room.hear(CardAnswered)
    assert room.look(one).state is State.CANCELLED
    assert room.terminal.charged() == 0


def test_a_refund_goes_over_the_terminal_and_is_used_once(room: CardRoom) -> None:
    sale = room.close(room.pay())
    _return(room, sale)
    (offer,) = room.payout().offers
    assert offer.kind is TenderKind.CARD
    given = room.pay(offer.amount_minor)
    assert given.state is State.APPROVED
    room.close(given)
    assert room.terminal.charged() == room.sold_by_card() == 0


def test_a_refund_whose_basket_is_given_up_is_taken_back(room: CardRoom) -> None:
    sale = room.close(room.pay())
    _return(room, sale)
    room.pay(room.total)
    room.books.run(service.clear, room.books.session)
    room.settle()
    room.hear(CardAnswered)
    assert room.terminal.charged() == room.sold_by_card() > 0


def _return(room: CardRoom, sale: closing.ClosedSale) -> None:
    receipt = room.books.run(receipt_search.by_code, sale.receipt_number)
    assert receipt is not None
    back = Back(1000, Why("unwanted"))
    room.books.run(returning.take_back, room.books.session, receipt, 1, back)
