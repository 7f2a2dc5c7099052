from __future__ import annotations

from uuid import UUID

import pytest
from PySide6.QtCore import Qt

from pos_app.checkout.open_basket import basket_of
from pos_app.customers import queries
from pos_app.customers.queries import FoundCustomer
from pos_app.runtime.sounds import Sound
from pos_app.screens.checkout.sheets import PriceCheck, QuantityCheck
from pos_app.screens.returns.screen import ReturnsSheet
from pos_app.screens.shell.commands import Command
from pos_app.screens.shell.navigation import Page
from tests.screens.till_store import Hands, gtin

MILK, EGGS, WINE = gtin(0), gtin(2), gtin(15)


def _told(hands: Hands, words: str) -> bool:
    return any(words in text for text in hands.messages)


def test_lines_are_voided_by_word(selling: Hands) -> None:
    for code in (MILK, EGGS, WINE):
        selling.enter(code)
    selling.enter("VD2")
    assert selling.names == ["Whole milk 1 L", selling.names[1]]
    assert len(selling.names) == 2
    selling.enter(f"vd {MILK}")
    assert "Whole milk 1 L" not in selling.names
    selling.enter("VD")
    assert selling.names == []
    for nothing in ("VD7", f"VD {MILK}"):
        selling.enter(nothing)
    assert _told(selling, "no such line")
    selling.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert len(selling.names) == 1


def test_a_price_check_from_the_line_sells_nothing(selling: Hands) -> None:
    selling.enter(f"PC {MILK}")
    assert isinstance(selling.window.sheet.content, PriceCheck)
    assert selling.names == []


def test_a_code_is_neither_a_quantity_nor_an_amount(selling: Hands) -> None:
    selling.enter(MILK)
    selling.enter(f"{EGGS}*")
    assert _told(selling, "is a code and no quantity")
    selling.type(EGGS)
    selling.press(Qt.Key.Key_F9)
    assert _told(selling, "is a code and no amount")
    assert selling.page is Page.CHECKOUT
    assert selling.till.count("sale") == 0
    selling.press(Qt.Key.Key_Return)
    assert len(selling.names) == 2
    assert [row.quantity for row in selling.rows] == ["1", "1"]


def test_a_scan_takes_the_quantity_or_the_word_that_waits_on_the_line(selling: Hands) -> None:
    line = selling.window.selling.checkout.line
    selling.type("3*")
    selling.window.hearing.scan(MILK, "")
    selling.settle()
    assert (selling.rows[0].quantity, line.text()) == ("3", "")
    selling.type("1000x")
    selling.window.hearing.scan(MILK, "")
    selling.settle()
    assert isinstance(selling.window.sheet.content, QuantityCheck)
    selling.press(Qt.Key.Key_Escape)
    selling.type("0*")
    selling.window.hearing.scan(MILK, "")
    selling.settle()
    assert "sells nothing" in selling.messages[-1]
    assert [row.quantity for row in selling.rows] == ["3"]
    selling.type("VD ")
    selling.window.hearing.scan(MILK, "")
    selling.settle()
    assert (selling.names, line.text()) == ([], "")
    # Anything else that is half typed is not the scan's business.
    selling.type("20")
    selling.window.hearing.scan(MILK, "")
    selling.settle()
    assert (selling.rows[0].quantity, line.text()) == ("1", "20")


def test_a_large_quantity_asks_first(selling: Hands) -> None:
    selling.enter(f"1000*{MILK}")
    assert isinstance(selling.window.sheet.content, QuantityCheck)
    assert selling.names == []
    selling.press(Qt.Key.Key_Escape)
    assert selling.names == []
    assert selling.window.selling.checkout.line.hasFocus()
    selling.enter(MILK)
    selling.enter("1200*")
    assert selling.rows[0].quantity == "1"
    selling.press(Qt.Key.Key_Return)
    assert selling.rows[0].quantity == "1200"


def test_the_quantity_pad_asks_the_same(selling: Hands) -> None:
    selling.enter(MILK)
    selling.press(Qt.Key.Key_F5)
    selling.enter("5000")
    assert isinstance(selling.window.sheet.content, QuantityCheck)


def test_a_scan_is_a_code_whatever_it_looks_like(selling: Hands) -> None:
    selling.enter(MILK)
    for code in ("5*", "VD", f"3*{EGGS}"):
        selling.window.selling.scan(code)
        selling.settle()
    assert selling.names == ["Whole milk 1 L", *["Unknown code"] * 3]


def test_cards_and_slips_add_no_line(selling: Hands) -> None:
    for code, words in (
        ("TWG-99", "gift card"), ("TWV-99", "oupon 99 is not known"), ("TWB-99", "badge"),
        ("TWH-99", "no longer waits"), ("TWO-99", "order"),
        ("TWC-99", "ustomer"),
    ):  # fmt: skip
        selling.window.selling.scan(code)
        selling.settle()
        assert _told(selling, words), code
    assert selling.names == []


@pytest.mark.parametrize("typed", ["RF", "RF 99", "RFNL01-2-7K-00000001"])
def test_a_return_is_opened_from_the_line(selling: Hands, typed: str) -> None:
    selling.enter(typed)
    assert isinstance(selling.window.sheet.content, ReturnsSheet)
    assert selling.names == []


def test_a_members_card_makes_them_the_customer(
    selling: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna = FoundCustomer(UUID(int=7), "Anna L.", "gold")
    monkeypatch.setattr(queries, "find", lambda _tx, text: (anna,) if text == "99" else ())
    selling.enter(MILK)
    selling.enter("M:99")
    assert _told(selling, "Anna L.")
    assert Sound.RECOGNISED in selling.till.heard
    session = selling.window.selling.basket.session
    customer = selling.till.tasks.read(basket_of, session).result().customer
    assert customer is not None
    assert customer.name == "Anna L."


def test_words_of_the_grammar_open_no_search(selling: Hands) -> None:
    search = selling.window.selling.checkout.search
    selling.type("vd")
    assert not search.isVisible()
    selling.window.run(Command.BACK)
    selling.type("pc")
    assert search.isVisible()
