"""What cashiers change by hand, through their keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from sqlalchemy import update

from db.engine import open_store
from db.store.tills import Store
from db.transaction import begin
from pos_app.runtime.i18n import MINUS
from pos_app.screens.by_hand.amounts import AmountSheet, DiscountSheet, PriceSheet
from pos_app.screens.by_hand.reason_chips import letters
from pos_app.screens.by_hand.sheets import (
    ActsSheet,
    ExemptSheet,
    NoteSheet,
    ReasonSheet,
    SellerSheet,
)
from pos_app.screens.shell.commands import Command
from retail.contract.promotions import PromotionRow
from tests.screens.offers import MILK as MILK_OFFER
from tests.screens.till_store import Hands, gtin
from tests.screens.why import keys, panel

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
MILK, EGGS = gtin(0), gtin(2)


def _content(hands: Hands) -> object:
    return hands.window.sheet.content


def _at_the_line(hands: Hands) -> bool:
    return _content(hands) is None and hands.window.selling.checkout.line.hasFocus()


def _voided(hands: Hands) -> bytes:
    found = hands.till.value(
        "SELECT entry FROM journal_entry WHERE type = 'basket.voided' ORDER BY seq DESC LIMIT 1"
    )
    assert isinstance(found, bytes)
    return found


def test_another_price_by_keys(selling: Hands) -> None:
    selling.enter(f"2*{MILK}")
    selling.press(Qt.Key.Key_E, CTRL)
    assert isinstance(_content(selling), PriceSheet)
    selling.type("110")
    selling.press(Qt.Key.Key_S)
    assert _at_the_line(selling)
    (row,) = selling.rows
    assert (row.amount, row.was) == ("€2.20", "€2.58")
    assert row.detail.startswith("€1.10 each")
    assert any("costs €1.10 now" in text for text in selling.messages)
    selling.press(Qt.Key.Key_Z, CTRL)
    assert selling.rows[0].amount == "€2.58"


def test_the_reason_may_come_first_and_enter_asks_for_it(selling: Hands) -> None:
    selling.enter(MILK)
    selling.press(Qt.Key.Key_E, CTRL)
    selling.press(Qt.Key.Key_Return)
    content = _content(selling)
    assert isinstance(content, AmountSheet)
    assert "amount" in content.says
    selling.enter("110")
    assert "reason" in content.says
    assert selling.rows[0].amount == "€1.29"
    selling.press(Qt.Key.Key_P)
    assert selling.rows[0].amount == "€1.10"


def test_what_cannot_be_is_said_in_the_sheet_and_kept(selling: Hands) -> None:
    selling.enter(MILK)
    selling.press(Qt.Key.Key_E, CTRL)
    selling.press(Qt.Key.Key_P)
    selling.enter("1.1.1")
    content = _content(selling)
    assert isinstance(content, PriceSheet)
    assert "Type an amount" in content.says
    selling.press(Qt.Key.Key_Delete)
    selling.enter("1.10")
    assert selling.rows[0].amount == "€1.10"


def test_the_price_of_the_shelf_comes_back(selling: Hands) -> None:
    selling.enter(MILK)
    selling.press(Qt.Key.Key_E, CTRL)
    selling.type("110")
    selling.press(Qt.Key.Key_P)
    selling.press(Qt.Key.Key_E, CTRL)
    content = _content(selling)
    assert isinstance(content, PriceSheet)
    content.reset.emit()
    selling.settle()
    assert (selling.rows[0].amount, selling.rows[0].was) == ("€1.29", "")
    assert _at_the_line(selling)


def test_a_discount_on_the_line_is_a_tag(selling: Hands) -> None:
    selling.enter(MILK)
    selling.press(Qt.Key.Key_D, CTRL)
    selling.type("10")
    selling.press(Qt.Key.Key_D)
    assert _at_the_line(selling)
    (tag,) = selling.rows[0].savings
    assert tag.by_hand
    assert tag.name == "10 % · Damaged goods"
    assert tag.amount == f"{MINUS}€0.13"


def test_a_discount_on_the_basket_is_in_the_totals(selling: Hands) -> None:
    selling.enter(f"10*{EGGS}")
    selling.press(Qt.Key.Key_D, CTRL)
    selling.press(Qt.Key.Key_Right)
    selling.press(Qt.Key.Key_Up)
    selling.type("200")
    selling.press(Qt.Key.Key_G)
    assert _at_the_line(selling)
    assert f"Discount Goodwill {MINUS}€2.00" in _totals(selling)
    assert "€32.90" in _totals(selling)
    selling.press(Qt.Key.Key_D, CTRL)
    content = _content(selling)
    assert isinstance(content, DiscountSheet)
    content.choose_scope("basket")
    content.reset.emit()
    selling.settle()
    assert "Discount" not in _totals(selling)


def _totals(hands: Hands) -> str:
    return hands.window.selling.checkout.totals.accessibleName()


def test_a_quick_percentage_and_a_chip_by_touch(selling: Hands) -> None:
    selling.enter(MILK)
    selling.press(Qt.Key.Key_D, CTRL)
    content = _content(selling)
    assert isinstance(content, DiscountSheet)
    content._quick(20)
    chip = content.reasons.chip("staff")
    assert chip.height() >= 48
    QTest.mouseClick(chip, Qt.MouseButton.LeftButton, pos=QPoint(20, 20))
    selling.settle()
    assert selling.rows[0].amount == "€1.03"
    assert _at_the_line(selling)


def test_more_than_all_of_it_is_refused(selling: Hands) -> None:
    selling.enter(MILK)
    selling.press(Qt.Key.Key_D, CTRL)
    selling.type("101")
    selling.press(Qt.Key.Key_G)
    content = _content(selling)
    assert isinstance(content, DiscountSheet)
    assert "from 1 to 100" in content.says
    selling.press(Qt.Key.Key_Escape)
    assert selling.rows[0].amount == "€1.29"


def test_a_note_is_at_the_line_and_above_the_basket(selling: Hands) -> None:
    selling.enter(MILK)
    selling.press(Qt.Key.Key_N, CTRL)
    assert isinstance(_content(selling), NoteSheet)
    selling.enter("no bag")
    assert "no bag" in selling.rows[0].detail
    assert _at_the_line(selling)
    selling.press(Qt.Key.Key_N, CTRL)
    content = _content(selling)
    assert isinstance(content, NoteSheet)
    assert content.field.text() == "no bag"
    content.choose_scope("basket")
    selling.enter("for the office")
    assert "for the office" in selling.window.selling.checkout.head.says
    selling.press(Qt.Key.Key_N, CTRL)
    selling.press(Qt.Key.Key_A, CTRL)
    selling.press(Qt.Key.Key_Delete)
    selling.press(Qt.Key.Key_Return)
    assert "no bag" not in selling.rows[0].detail


def test_somebody_else_sold_the_line(selling: Hands) -> None:
    selling.enter(MILK)
    selling.press(Qt.Key.Key_N, CTRL | SHIFT)
    assert isinstance(_content(selling), SellerSheet)
    selling.press(Qt.Key.Key_Right)
    selling.press(Qt.Key.Key_Return)
    own = selling.window.selling.basket.session.staff.name
    (name,) = (n for n in ("Jonas B.", "Maria K.") if n in selling.rows[0].detail)
    assert name != own
    selling.press(Qt.Key.Key_N, CTRL | SHIFT)
    selling.press(Qt.Key.Key_1)
    assert name not in selling.rows[0].detail
    assert _at_the_line(selling)


def test_prices_that_contain_the_tax_are_not_sold_without(selling: Hands) -> None:
    selling.enter(MILK)
    selling.press(Qt.Key.Key_E, CTRL | SHIFT)
    assert _content(selling) is None
    assert any("write an invoice" in text for text in selling.messages)


def test_a_certificate_takes_the_tax_off_and_stands_above_the_basket(hands: Hands) -> None:
    with begin(open_store(hands.till.path)) as tx:
        tx.execute(update(Store).values(tax_included=False))
    hands.sign_on()
    hands.open_shift("0")
    hands.enter(MILK)
    assert "€1.41" in _totals(hands)
    hands.press(Qt.Key.Key_E, CTRL | SHIFT)
    content = _content(hands)
    assert isinstance(content, ExemptSheet)
    hands.press(Qt.Key.Key_Return)
    assert content.says == "Type the number of the certificate; nothing changed."
    hands.enter("EX-17")
    assert _at_the_line(hands)
    assert "€1.41" not in _totals(hands)
    assert "EX-17" in hands.window.selling.checkout.head.says
    hands.press(Qt.Key.Key_E, CTRL | SHIFT)
    content = _content(hands)
    assert isinstance(content, ExemptSheet)
    assert content.field.text() == "EX-17"
    content.reset.emit()
    hands.settle()
    assert "€1.41" in _totals(hands)


def test_a_key_that_bounces_gives_up_once(selling: Hands) -> None:
    selling.enter(MILK)
    selling.press(Qt.Key.Key_Delete, CTRL)
    window = selling.window.windowHandle()
    QTest.keyClick(window, Qt.Key.Key_1)
    QTest.keyClick(window, Qt.Key.Key_1)
    selling.settle()
    assert selling.names == []
    selling.press(Qt.Key.Key_Z, CTRL)
    assert selling.names == ["Whole milk 1 L"]


def test_the_basket_is_given_up_with_a_reason_and_comes_back(selling: Hands) -> None:
    selling.enter(MILK)
    selling.enter(EGGS)
    selling.press(Qt.Key.Key_Delete, CTRL)
    assert isinstance(_content(selling), ReasonSheet)
    assert len(selling.names) == 2
    selling.press(Qt.Key.Key_Escape)
    assert len(selling.names) == 2
    selling.press(Qt.Key.Key_Delete, CTRL)
    selling.press(Qt.Key.Key_2)
    assert selling.names == []
    assert _at_the_line(selling)
    assert b'"reason":"left"' in _voided(selling)
    toast = selling.window.toasts._toasts[-1]
    assert toast.undo_button is not None
    toast.undo_button.click()
    selling.settle()
    assert len(selling.names) == 2
    selling.press(Qt.Key.Key_Y, CTRL)
    assert selling.names == []


def test_all_acts_are_behind_one_key(selling: Hands) -> None:
    selling.enter(MILK)
    selling.press(Qt.Key.Key_D, CTRL | SHIFT)
    assert isinstance(_content(selling), ActsSheet)
    selling.press(Qt.Key.Key_2)
    assert isinstance(_content(selling), DiscountSheet)
    selling.press(Qt.Key.Key_Escape)
    assert _at_the_line(selling)


@pytest.mark.parametrize("command", [Command.PRICE, Command.SELLER])
def test_without_a_line_it_says_so(selling: Hands, command: Command) -> None:
    selling.window.run(command)
    assert _content(selling) is None
    assert any("Select a line" in text for text in selling.messages)


@pytest.mark.parametrize("command", [Command.REDUCE, Command.NOTE, Command.CLEAR, Command.EXEMPT])
def test_an_empty_basket_says_so(selling: Hands, command: Command) -> None:
    selling.window.run(command)
    assert _content(selling) is None
    assert any("The basket is empty" in text for text in selling.messages)


def test_every_reason_has_a_letter_of_its_own() -> None:
    assert letters(["Close", "Complaint", "Other"]) == ("C", "O", "T")
    assert letters(["原因", "Fine"]) == ("", "F")


class TestOffers:
    """An offer is taken out of the basket and let in again from “Why this price?”."""

    @pytest.fixture
    def offers(self) -> tuple[PromotionRow, ...]:
        return (MILK_OFFER,)

    def test_out_and_in(self, selling: Hands) -> None:
        selling.enter(MILK)
        assert selling.rows[0].amount == "€0.99"
        selling.press(Qt.Key.Key_W, CTRL)
        (row,) = (one for one in panel(selling).list.rows if one.subject == "MILK")
        panel(selling).list.acted.emit(row)
        assert isinstance(_content(selling), ReasonSheet)
        selling.press(Qt.Key.Key_1)
        assert selling.rows[0].amount == "€1.29"
        selling.press(Qt.Key.Key_W, CTRL)
        assert "left_out:MILK" in keys(selling)
        (row,) = (one for one in panel(selling).list.rows if one.subject == "MILK")
        panel(selling).list.acted.emit(row)
        selling.settle()
        assert selling.rows[0].amount == "€0.99"
