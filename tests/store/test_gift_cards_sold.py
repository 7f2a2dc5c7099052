"""Gift cards that are sold and topped up at the till, with the cable out."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest
from msgspec import structs

from pos_app.checkout import (
    by_hand,
    closing,
    drafts,
    holding,
    receipt_search,
    returning,
    service,
    shelf_prices,
)
from pos_app.checkout.returning import Back
from pos_app.printing.queue import newest_document
from pos_app.staff.approvals import Why
from pos_app.value.queries import told_balance
from pos_app.value.records import check_paid
from pos_app.value.service import Asked, allow_offline, note_balance, own_balance
from retail.contract.sales import SoldLine
from retail.contract.value import HeldAnswer
from retail.errors import RetailError
from retail.receipt import Item
from retail.reductions import Cut
from retail.tender.settlement import Offer, TenderKind
from retail.value import ValueKind, lookup_of
from tests.support.gift_cards import FIXED, FIXED_CODE, KEY, OPEN, OPEN_CODE, load, stock
from tests.support.till import SHELF, Books

CARD = "TWG-QX7Z-0042"
PLAIN = "QX7Z-0042"
LOOKUP = lookup_of(KEY, ValueKind.GIFT_CARD, PLAIN)


@pytest.fixture
def counter(selling: Books) -> Books:
    """A till whose catalogue has gift cards, with a manager at work."""
    stock(selling)
    (manager,) = (one for one in selling.staff() if one.role == "manager")
    selling.session = replace(selling.session, staff=manager)
    return selling


def _told(counter: Books, balance: int) -> None:
    """Head office told a balance."""
    held = HeldAnswer(amount=0, balance=balance, available=balance, expires_us=0)
    counter.run(note_balance, LOOKUP, held, counter.desk.now())


def _spend(counter: Books, amount: int) -> int:
    asked = Asked(ValueKind.GIFT_CARD, PLAIN, amount)
    return counter.run(allow_offline, counter.session, asked).amount


def test_the_article_asks_for_its_card_and_adds_nothing_before(counter: Books) -> None:
    for view in (
        counter.run(service.add_code, counter.session, OPEN_CODE),
        counter.run(service.add_sku, counter.session, OPEN),
        counter.run(service.add_code, counter.session, f"{OPEN}"),
    ):
        assert view.storing is not None
        assert (view.storing.sku, view.storing.unit_price_minor) == (OPEN, 0)
        assert view.priced.lines == ()


def test_a_sold_card_is_untaxed_paid_and_stored_on_it(counter: Books) -> None:
    load(counter, CARD, 5_000)
    view = counter.enter(SHELF.code(SHELF.piece))
    card, _piece = view.priced.lines
    assert (card.net_minor, card.taxes, card.discount_minor) == (5_000, (), 0)
    sold = counter.pay()
    fact = counter.fact(sold.rid)
    (move,) = fact.value
    assert (move.act, move.kind, move.amount, move.line) == ("issue", "gift_card", 5_000, 1)
    assert (move.lookup, move.last_four) == (LOOKUP.hex(), "0042")
    assert counter.verify().broken == ""


def test_the_code_itself_is_kept_nowhere(counter: Books) -> None:
    load(counter, CARD, 5_000)
    counter.pay()
    kept = repr(counter.dump())
    assert "QX7Z" not in kept
    assert "0042" in kept


def test_a_card_with_a_price_of_its_own_stores_that(counter: Books) -> None:
    view = load(counter, CARD, 999, FIXED)
    assert view.priced.total_minor == 2_500
    with pytest.raises(RetailError, match="in the basket already"):
        load(counter, PLAIN.casefold(), 500)
    assert [move.amount for move in counter.fact(counter.pay().rid).value] == [2_500]


def test_what_was_sold_here_may_be_spent_here_at_once(counter: Books) -> None:
    load(counter, CARD, 4_000)
    counter.pay()
    assert _spend(counter, 9_000) == 4_000
    assert counter.run(own_balance, LOOKUP).known


def test_a_known_card_is_topped_up_and_its_receipt_tells_the_new_balance(counter: Books) -> None:
    _told(counter, 1_000)
    load(counter, CARD, 2_000)
    sold = counter.pay()
    assert [move.act for move in counter.fact(sold.rid).value] == ["load"]
    document = counter.run(newest_document, sold.rid)
    assert document is not None
    (item,) = (block for block in document.blocks if isinstance(block, Item))
    assert item.note == "Card ending in 0042 · Balance 30.00"
    assert counter.run(told_balance, LOOKUP) == 3_000
    assert _spend(counter, 9_000) == 3_000


def test_head_office_is_not_counted_twice_once_it_has_told(counter: Books) -> None:
    load(counter, CARD, 2_000)
    counter.pay()
    _told(counter, 2_000)
    assert counter.run(told_balance, LOOKUP) == 2_000


def test_a_receipt_without_news_of_head_office_names_the_card_alone(counter: Books) -> None:
    load(counter, CARD, 2_000)
    sold = counter.pay()
    document = counter.run(newest_document, sold.rid)
    assert document is not None
    (item,) = (block for block in document.blocks if isinstance(block, Item))
    assert item.note == "Card ending in 0042"


def test_quantity_and_price_of_a_card_stay(counter: Books) -> None:
    line = load(counter, CARD, 2_000).priced.lines[0].line.line
    session = counter.session
    with pytest.raises(RetailError, match="remove the line"):
        counter.run(service.set_quantity, session, line, 2_000)
    with pytest.raises(RetailError, match="remove the line"):
        counter.run(by_hand.override_price, session, line, 100, Why("match"))
    with pytest.raises(RetailError, match="fixed price"):
        counter.run(by_hand.reduce_line, session, line, Cut(minor=100), Why("damaged"))
    with pytest.raises(RetailError, match="nothing changed"):
        counter.run(shelf_prices.take_price, session, line)
    for text in (f"3*{FIXED_CODE}", f"2*{OPEN}"):
        with pytest.raises(RetailError, match="card by card"):
            counter.enter(text)
    counter.enter(SHELF.code(SHELF.piece))
    view = counter.run(by_hand.reduce_basket, session, Cut(ppm=100_000), Why("damaged"))
    assert view.priced.lines[0].net_minor == 2_000
    assert view.priced.lines[1].share_minor > 0


@pytest.mark.parametrize(
    ("code", "minor", "refusal"),
    [
        ("12", 500, "value.short"),
        ("ΩΩΩΩ", 500, "value.short"),
        ("x" * 41, 500, "value.short"),
        (CARD, 0, "basket.amount"),
        (CARD, 100_000_001, "basket.amount"),
        (OPEN_CODE, 500, "value.article"),
    ],
)
def test_what_is_no_card_or_no_amount_adds_nothing(
    counter: Books, code: str, minor: int, refusal: str
) -> None:
    with pytest.raises(RetailError) as told:
        load(counter, code, minor)
    assert told.value.code == refusal
    assert counter.view().priced.lines == ()


def test_goods_take_no_card_and_a_till_without_the_key_sells_none(counter: Books) -> None:
    with pytest.raises(RetailError) as told:
        load(counter, CARD, 500, SHELF.piece.row.sku)
    assert told.value.code == "item.gone"
    counter.execute("DELETE FROM value_key")
    with pytest.raises(RetailError) as told:
        load(counter, CARD, 500)
    assert told.value.code == "value.no_key"


def test_an_untaxed_return_beside_it_is_no_lack_of_money(counter: Books) -> None:
    """A bottle's deposit that comes back bears no tax either."""
    untaxed = SoldLine(
        n=2, sku="D", name="Deposit", qty=-1000, price=25, gross=-25, net=-25, parts=()
    )
    load(counter, CARD, 2_000)
    fact = counter.fact(counter.pay().rid)
    check_paid(structs.replace(fact, lines=(*fact.lines, untaxed)))
    short = structs.replace(fact.lines[0], net=1_999)
    with pytest.raises(RetailError, match="nothing was booked"):
        check_paid(structs.replace(fact, lines=(short, untaxed)))


def test_a_recalled_card_is_not_sold(counter: Books) -> None:
    counter.execute("UPDATE product SET stopped = 'blocked' WHERE sku = :sku", sku=OPEN)
    with pytest.raises(RetailError, match="must not be sold"):
        load(counter, CARD, 500)


def test_a_gift_card_pays_the_goods_beside_a_gift_card_and_no_more(counter: Books) -> None:
    _told(counter, 50_000)
    other = "QX7Z-0043"
    load(counter, other, 2_000)
    total = counter.enter(SHELF.code(SHELF.piece)).priced.total_minor
    basket_id = counter.view().priced.basket.basket_id
    goods = total - 2_000
    for amount in (total, goods + 1):
        allowed = counter.run(
            allow_offline, counter.session, Asked(ValueKind.GIFT_CARD, PLAIN, amount)
        )
        offers = [Offer(TenderKind.GIFT_CARD, amount)]
        if amount < total:
            offers.append(Offer(TenderKind.CASH, total - amount))
        with pytest.raises(RetailError, match="cannot pay for a gift card"):
            counter.run(closing.close_sale, counter.session, basket_id, offers, allowed.moves)
    allowed = counter.run(allow_offline, counter.session, Asked(ValueKind.GIFT_CARD, PLAIN, goods))
    offers = [Offer(TenderKind.GIFT_CARD, goods), Offer(TenderKind.CASH, 2_000)]
    sold = counter.run(closing.close_sale, counter.session, basket_id, offers, allowed.moves)
    assert [move.act for move in counter.fact(sold.rid).value] == ["redeem", "issue"]
    assert counter.verify().broken == ""


def test_what_is_given_up_before_payment_leaves_nothing_on_the_card(counter: Books) -> None:
    load(counter, CARD, 2_000)
    counter.run(service.clear, counter.session)
    assert _tried(counter) == "value.refused"
    counter.run(service.undo, counter.session)
    assert counter.view().priced.total_minor == 2_000
    counter.run(service.undo, counter.session)
    assert counter.view().priced.lines == ()


def _tried(counter: Books) -> str:
    with pytest.raises(RetailError) as told:
        _spend(counter, 1)
    return told.value.code


def test_a_card_waits_with_its_basket_and_survives_a_restart(counter: Books) -> None:
    view = load(counter, CARD, 2_000)
    again = drafts.decode(drafts.encode(view.priced.basket))
    assert again == view.priced.basket
    assert CARD.encode() not in msgspec.json.encode(again)
    counter.run(holding.hold, counter.session)
    (waiting,) = counter.run(holding.held)
    counter.run(holding.recall, counter.session, waiting.basket_id)
    assert [move.amount for move in counter.fact(counter.pay().rid).value] == [2_000]


def test_a_sold_card_does_not_come_back_over_the_counter(counter: Books) -> None:
    load(counter, CARD, 2_000)
    counter.enter(SHELF.code(SHELF.piece))
    sold = counter.pay()
    receipt = counter.run(receipt_search.by_code, sold.receipt_number)
    assert receipt is not None
    back = Back(1_000, Why("unwanted"))
    with pytest.raises(RetailError, match="Head office can take what is left"):
        counter.run(returning.take_back, counter.session, receipt, 1, back)
    with pytest.raises(RetailError, match="Head office can take what is left"):
        counter.run(returning.take_back_blind, counter.session, OPEN_CODE, back)
    view = counter.run(returning.take_back_all, counter.session, receipt, back)
    assert [one.line.item and one.line.item.sku for one in view.priced.lines] == [
        SHELF.piece.row.sku
    ]


def test_a_receipt_of_cards_alone_says_why_nothing_comes_back(counter: Books) -> None:
    load(counter, CARD, 2_000)
    receipt = counter.run(receipt_search.by_code, counter.pay().receipt_number)
    assert receipt is not None
    with pytest.raises(RetailError, match="Head office can take what is left"):
        counter.run(returning.take_back_all, counter.session, receipt, Back(1_000, Why("unwanted")))
