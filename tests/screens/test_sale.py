from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from sqlalchemy import insert

from db.store.stock import ShopStockLevel
from pos_app.runtime.sounds import Sound
from pos_app.screens.checkout.sheets import AgeCheck
from pos_app.screens.shell.navigation import Page
from tests.screens.till_store import Hands, gtin

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
MILK, EGGS, APPLES, WINE = gtin(0), gtin(2), gtin(6), gtin(15)


def test_a_cash_sale_by_keyboard_alone(selling: Hands) -> None:
    selling.enter(MILK)
    selling.enter(f"3*{EGGS}")
    selling.type("2000")
    selling.press(Qt.Key.Key_F9)
    selling.wait(lambda: selling.page is Page.DONE)
    assert selling.till.value("SELECT total_minor FROM sale") == 129 + 3 * 349
    assert selling.till.value("SELECT given_minor FROM sale_tender") == 2000
    assert selling.till.value("SELECT change_minor FROM sale_tender") == 825
    selling.press(Qt.Key.Key_Escape)
    assert selling.page is Page.CHECKOUT
    assert selling.names == []


def test_the_payment_page_takes_what_is_typed(selling: Hands) -> None:
    selling.enter(MILK)
    selling.press(Qt.Key.Key_F12)
    assert selling.page is Page.TENDER
    selling.enter("100")
    assert selling.page is Page.TENDER
    assert selling.till.count("sale") == 0
    selling.press(Qt.Key.Key_F11)
    selling.wait(lambda: selling.page is Page.DONE)
    assert selling.till.count("sale_tender") == 2
    assert selling.till.value("SELECT amount_minor FROM sale_tender WHERE kind = 'card'") == 29


def test_esc_leaves_the_payment_and_keeps_the_basket(selling: Hands) -> None:
    selling.enter(MILK)
    selling.press(Qt.Key.Key_F12)
    selling.press(Qt.Key.Key_Escape)
    assert selling.page is Page.CHECKOUT
    assert selling.names == ["Whole milk 1 L"]


def test_holding_enter_in_the_payment_gives_one_sale(selling: Hands) -> None:
    """Complaint 25: fast keys make two sales, or are lost."""
    selling.enter(MILK)
    selling.press(Qt.Key.Key_F12)
    selling.hold(Qt.Key.Key_Return, repeats=60)
    selling.wait(lambda: selling.page is Page.DONE)
    selling.hold(Qt.Key.Key_Return, repeats=60, still=True)
    assert selling.page is Page.DONE
    assert selling.till.count("sale") == 1


def test_keys_of_the_next_sale_begin_it_once_the_change_was_seen(selling: Hands) -> None:
    selling.enter(MILK)
    selling.press(Qt.Key.Key_F9)
    selling.wait(lambda: selling.page is Page.DONE)
    done = selling.window.selling.done
    selling.press(Qt.Key.Key_F2)
    assert selling.page is Page.DONE
    assert selling.till.heard[-1] is Sound.RESTRICTED
    selling.wait(lambda: done.settled)
    selling.press(Qt.Key.Key_F9)
    selling.press(Qt.Key.Key_F12)
    assert selling.page is Page.DONE
    selling.press(Qt.Key.Key_F2)
    selling.wait(lambda: selling.page is Page.CHECKOUT)
    assert selling.window.selling.checkout.search.isVisible()


def test_what_is_typed_on_the_page_of_the_change_begins_the_next_sale(selling: Hands) -> None:
    selling.enter(MILK)
    selling.press(Qt.Key.Key_F9)
    selling.wait(lambda: selling.page is Page.DONE)
    selling.enter(EGGS)
    assert selling.page is Page.CHECKOUT
    assert selling.names == ["Free-range eggs ×10"]


def test_cash_that_gives_back_more_than_the_largest_note_is_asked_about_once(
    selling: Hands,
) -> None:
    selling.enter(MILK)
    selling.type("999999")
    selling.press(Qt.Key.Key_F9)
    assert (selling.page, selling.till.count("sale")) == (Page.TENDER, 0)
    selling.press(Qt.Key.Key_F9)
    assert selling.till.count("sale") == 0
    assert any("if that is right" in text for text in selling.messages)
    selling.press(Qt.Key.Key_F9)
    selling.wait(lambda: selling.page is Page.DONE)
    assert selling.till.value("SELECT given_minor FROM sale_tender") == 999999


def test_two_quick_presses_of_f9_give_one_sale(selling: Hands) -> None:
    from PySide6.QtTest import QTest

    selling.enter(MILK)
    QTest.keyClick(selling.window.windowHandle(), Qt.Key.Key_F9)
    QTest.keyClick(selling.window.windowHandle(), Qt.Key.Key_F9)
    selling.wait(lambda: selling.page is Page.DONE)
    selling.settle()
    assert selling.till.count("sale") == 1


def test_an_unknown_code_is_a_line_that_blocks_payment(selling: Hands) -> None:
    selling.enter(MILK)
    selling.enter("5901234123457")
    assert selling.names == ["Whole milk 1 L", "Unknown code"]
    assert not selling.window.selling.checkout.pay.isEnabled()
    for key in (Qt.Key.Key_F9, Qt.Key.Key_F11, Qt.Key.Key_F12):
        selling.press(key)
        assert selling.page is Page.CHECKOUT
    assert selling.till.count("sale") == 0
    assert any("needs you" in text for text in selling.messages)
    selling.press(Qt.Key.Key_Delete)
    assert selling.window.selling.checkout.pay.isEnabled()
    selling.press(Qt.Key.Key_F9)
    selling.wait(lambda: selling.page is Page.DONE)


def test_weighed_goods_wait_for_their_weight(selling: Hands) -> None:
    selling.enter(APPLES)
    assert not selling.window.selling.checkout.pay.isEnabled()
    selling.enter("0.842*")
    assert selling.window.selling.checkout.pay.isEnabled()
    selling.press(Qt.Key.Key_F11)
    selling.wait(lambda: selling.page is Page.DONE)
    assert selling.till.value("SELECT total_minor FROM sale") == 244


def test_an_age_limit_asks_before_the_payment(selling: Hands) -> None:
    selling.enter(WINE)
    selling.press(Qt.Key.Key_F9)
    assert isinstance(selling.window.sheet.content, AgeCheck)
    assert selling.till.count("sale") == 0
    selling.press(Qt.Key.Key_Return)
    selling.wait(lambda: selling.page is Page.DONE)
    assert selling.till.count("sale") == 1


@pytest.mark.parametrize("key", [Qt.Key.Key_F9, Qt.Key.Key_F12])
def test_the_age_question_keeps_the_typed_amount(selling: Hands, key: Qt.Key) -> None:
    selling.enter(WINE)
    selling.type("5000")
    selling.press(key)
    selling.press(Qt.Key.Key_Return)
    if key == Qt.Key.Key_F12:
        assert selling.page is Page.TENDER
        selling.press(Qt.Key.Key_Return)
    selling.wait(lambda: selling.page is Page.DONE)
    assert selling.till.value("SELECT given_minor FROM sale_tender") == 5000


def test_a_code_typed_under_the_age_question_answers_nothing(selling: Hands) -> None:
    selling.enter(WINE)
    selling.press(Qt.Key.Key_F9)
    selling.enter(MILK)
    assert isinstance(selling.window.sheet.content, AgeCheck)
    assert selling.till.count("sale") == 0
    selling.press(Qt.Key.Key_Return)
    selling.wait(lambda: selling.page is Page.DONE)
    assert selling.till.count("sale") == 1


def test_a_refused_age_takes_the_articles_out(selling: Hands) -> None:
    selling.enter(MILK)
    selling.enter(WINE)
    selling.press(Qt.Key.Key_F12)
    content = selling.window.sheet.content
    assert isinstance(content, AgeCheck)
    content.refused.emit()
    selling.settle()
    assert selling.names == ["Whole milk 1 L"]
    assert selling.page is Page.CHECKOUT


def test_lines_by_keys(selling: Hands) -> None:
    selling.enter(MILK)
    selling.enter(EGGS)
    selling.press(Qt.Key.Key_Up)
    selling.type("+")
    selling.settle()
    selling.type("+")
    selling.settle()
    assert [row.quantity for row in selling.rows] == ["3", "1"]
    selling.type("-")
    selling.settle()
    selling.press(Qt.Key.Key_Down)
    selling.enter("12*")
    assert [row.quantity for row in selling.rows] == ["2", "12"]
    selling.press(Qt.Key.Key_Delete)
    assert selling.names == ["Whole milk 1 L"]
    selling.press(Qt.Key.Key_Z, CTRL)
    assert len(selling.names) == 2
    selling.press(Qt.Key.Key_Delete, CTRL)
    selling.press(Qt.Key.Key_1)
    assert selling.names == []
    selling.press(Qt.Key.Key_Z, CTRL)
    assert len(selling.names) == 2
    selling.press(Qt.Key.Key_Z, CTRL | SHIFT)
    assert selling.names == []


def test_a_name_typed_fast_with_enter_is_found(selling: Hands) -> None:
    selling.enter("2*oat coo")
    assert selling.names == ["Oat cookies"]
    assert selling.rows[0].quantity == "2"


def test_search_shows_results_and_arrows_choose(selling: Hands) -> None:
    selling.press(Qt.Key.Key_F2)
    overlay = selling.window.selling.checkout.search
    assert overlay.isVisible()
    selling.type("sa")
    selling.wait(lambda: overlay.current_sku() != "")
    first = overlay.current_sku()
    selling.press(Qt.Key.Key_Down)
    assert overlay.current_sku() != first
    selling.press(Qt.Key.Key_Escape)
    assert not overlay.isVisible()


@pytest.mark.parametrize("key", [Qt.Key.Key_F9, Qt.Key.Key_F11, Qt.Key.Key_F12])
def test_where_nothing_is_due_every_key_of_payment_closes_the_sale(
    selling: Hands, key: Qt.Key
) -> None:
    selling.enter(MILK)
    selling.press(Qt.Key.Key_D, CTRL)
    selling.type("100")
    selling.press(Qt.Key.Key_G)
    selling.settle()
    assert selling.window.selling.basket.priced is not None
    assert selling.window.selling.basket.priced.total_minor == 0
    selling.press(key)
    selling.wait(lambda: selling.page is Page.DONE)
    assert selling.till.count("sale_tender") == 0


def test_the_search_tells_what_is_left_in_the_store_where_head_office_has_told(
    selling: Hands,
) -> None:
    oats = selling.till.value("SELECT sku FROM product WHERE name = 'Oat cookies'")
    values = {"store_id": "NL01", "sku": oats, "thousandths": 40_000, "applied": "[]"}
    selling.till.tasks.run(lambda tx: tx.execute(insert(ShopStockLevel).values(**values))).result()
    overlay = selling.window.selling.checkout.search

    def details(words: str) -> list[str]:
        selling.press(Qt.Key.Key_F2)
        selling.type(words)
        selling.wait(lambda: overlay.current_sku() != "")
        selling.settle()
        found = [row.detail for row in overlay._model.records]
        selling.window.selling.checkout.line.clear()
        selling.press(Qt.Key.Key_Escape)
        return found

    assert details("oat") == [f"40 left · {oats} · 0{gtin(17)}"]
    assert "left" not in details("butter")[0]
    selling.enter("3*oat coo")
    selling.press(Qt.Key.Key_F9)
    selling.settle()
    selling.press(Qt.Key.Key_Escape)
    selling.wait(lambda: selling.page is Page.CHECKOUT)
    assert details("oat")[0].startswith("37 left")


def test_a_found_article_is_taken_as_often_as_the_line_says(selling: Hands) -> None:
    overlay = selling.window.selling.checkout.search

    def choose(text: str) -> None:
        selling.press(Qt.Key.Key_F2)
        selling.type(text)
        selling.wait(lambda: overlay.current_sku() != "")
        selling.press(Qt.Key.Key_Return)

    choose("0*oat coo")
    assert selling.names == []
    assert "quantity of 0 sells nothing" in selling.messages[-1]
    choose("3*oat coo")
    assert [row.quantity for row in selling.rows] == ["3"]
    choose("5000*oat coo")
    assert [row.quantity for row in selling.rows] == ["3"]
    selling.press(Qt.Key.Key_Return)
    assert [row.quantity for row in selling.rows] == ["5003"]


def test_a_lock_keeps_the_basket_for_the_next_person(selling: Hands) -> None:
    """Complaint 7: logging out or signing in anew wipes what was not sent."""
    selling.enter(MILK)
    selling.press(Qt.Key.Key_L, CTRL)
    assert selling.page is Page.LOGIN
    selling.press(Qt.Key.Key_Right)
    selling.sign_on()
    selling.wait(lambda: selling.page is Page.CHECKOUT)
    selling.settle()
    assert selling.names == ["Whole milk 1 L"]
    assert selling.till.count("shift") == 1


def test_the_change_stays_until_the_next_scan(selling: Hands) -> None:
    selling.enter(MILK)
    selling.press(Qt.Key.Key_F9)
    selling.wait(lambda: selling.page is Page.DONE)
    selling.window.selling.scan(EGGS)
    selling.settle()
    assert selling.page is Page.CHECKOUT
    assert selling.names == ["Free-range eggs ×10"]


def test_the_receipt_is_shown_as_it_is_printed(selling: Hands) -> None:
    selling.enter(MILK)
    selling.press(Qt.Key.Key_F9)
    selling.wait(lambda: selling.page is Page.DONE)
    done = selling.window.selling.done
    selling.wait(lambda: done.pictured)
    paper = done._receipt.widget()
    assert paper is not None
    assert paper.minimumHeight() > 300
    selling.press(Qt.Key.Key_Escape)
    selling.enter(EGGS)
    selling.press(Qt.Key.Key_F11)
    assert selling.window.selling.done._headline.text() == "Paid by card"


def test_a_receipt_can_be_printed_again(selling: Hands) -> None:
    selling.press(Qt.Key.Key_P, CTRL)
    assert any("printed no receipt" in text for text in selling.messages)
    selling.enter(MILK)
    selling.press(Qt.Key.Key_F9)
    selling.wait(lambda: selling.page is Page.DONE)
    selling.press(Qt.Key.Key_P, CTRL)
    assert selling.till.count("print_job") == 2
