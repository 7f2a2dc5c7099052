"""A card on the terminal, through real keys on the real window."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from hardware.events import CodeScanned
from hardware.fake.card_terminal import FakeCardTerminal, Play
from pos_app.screens.card.sheet import CardSheet
from pos_app.screens.card.view import Stage
from pos_app.screens.shell.navigation import Page
from pos_app.screens.widgets.button import AppButton, ButtonKind
from pos_app.screens.widgets.labels import ElideLabel
from tests.screens.till_store import Hands, gtin, till

MILK, EGGS = gtin(0), gtin(2)
PAID = "SELECT group_concat(kind || ' ' || amount_minor) FROM sale_tender"


@pytest.fixture
def selling(tmp_path: Path, qtbot: QtBot) -> Iterator[Hands]:
    """A till with a card terminal, somebody signed on."""
    with till(tmp_path, with_terminal=True) as found:
        found.window.resize(1366, 768)
        found.window.show()
        qtbot.waitExposed(found.window)
        found.window.activateWindow()
        found.window.start()
        qtbot.waitUntil(lambda: found.ui.open == 0)
        hands = Hands(found, qtbot)
        hands.sign_on()
        hands.open_shift("15000")
        yield hands


@pytest.fixture
def terminal(selling: Hands) -> FakeCardTerminal:
    assert selling.till.terminal is not None
    return selling.till.terminal


def sheet(hands: Hands) -> CardSheet:
    content = hands.window.sheet.content
    assert isinstance(content, CardSheet)
    return content


def stage(hands: Hands) -> Stage | None:
    cards = hands.window.selling.cards.presenter
    assert cards is not None
    return cards._stage if cards.is_open else None


def reach(hands: Hands, wanted: Stage) -> CardSheet:
    hands.wait(lambda: stage(hands) is wanted)
    return sheet(hands)


def chips(hands: Hands) -> list[str]:
    found = hands.window.selling.tender.findChildren(AppButton)
    return [chip.text() for chip in found if chip.kind is ButtonKind.CHIP and chip.isVisible()]


def heard(hands: Hands) -> list[str]:
    """What is told from now on; toasts go by themselves."""
    told: list[str] = []
    hands.window.selling.cards.told.connect(lambda message: told.append(message.text))
    return told


def sold(hands: Hands) -> bool:
    return hands.page is Page.DONE


def test_one_key_asks_the_terminal_and_closes_the_sale(
    selling: Hands, terminal: FakeCardTerminal
) -> None:
    selling.enter(MILK)
    selling.press(Qt.Key.Key_F11)
    selling.wait(lambda: sold(selling))
    assert selling.till.value(PAID) == "card 129"
    assert terminal.charged() == 129
    assert selling.window.sheet.content is None


def test_while_it_waits_codes_are_for_the_next_sale_and_esc_asks_it_to_stop(
    selling: Hands, terminal: FakeCardTerminal
) -> None:
    terminal.play(Play.WAIT)
    selling.enter(MILK)
    selling.press(Qt.Key.Key_F11)
    content = reach(selling, Stage.CARD)
    assert (content.amount.text(), content.title.text()) == ("€1.29", "Card, please")
    selling.window.hearing.code_scanned(CodeScanned(EGGS, "", "scanner", datetime.now(UTC)))
    assert "Next sale: 1 item waits." in selling.messages
    for key in (Qt.Key.Key_F9, Qt.Key.Key_F10, Qt.Key.Key_F12, Qt.Key.Key_Return):
        selling.press(key)
    assert stage(selling) is Stage.CARD
    selling.press(Qt.Key.Key_Escape)
    selling.wait(lambda: stage(selling) is None)
    assert any("nothing was charged" in text for text in selling.messages)
    assert (selling.page, terminal.charged()) == (Page.TENDER, 0)
    selling.press(Qt.Key.Key_F11)
    selling.wait(lambda: sold(selling))
    selling.press(Qt.Key.Key_Escape)
    selling.wait(lambda: len(selling.names) == 1)


def test_a_decline_says_why_and_leaves_two_ways(selling: Hands, terminal: FakeCardTerminal) -> None:
    terminal.play(Play.DECLINE)
    selling.enter(MILK)
    selling.press(Qt.Key.Key_F12)
    selling.press(Qt.Key.Key_F11)
    content = reach(selling, Stage.DECLINED)
    assert "The bank declined" in content.detail.text()
    selling.press(Qt.Key.Key_Escape)
    assert selling.page is Page.TENDER
    selling.press(Qt.Key.Key_F9)
    selling.wait(lambda: sold(selling))
    assert str(selling.till.value(PAID)).startswith("cash")
    assert terminal.charged() == 0


def test_enter_tries_again_and_a_held_one_never_charges_twice(
    selling: Hands, terminal: FakeCardTerminal
) -> None:
    """Complaint 19: one card, one charge, however long a key is held."""
    terminal.play(Play.DECLINE, Play.WAIT)
    selling.enter(MILK)
    selling.press(Qt.Key.Key_F11)
    reach(selling, Stage.DECLINED)
    selling.hold(Qt.Key.Key_Return, 30)
    reach(selling, Stage.CARD)
    assert selling.till.count("card_attempt") == 2
    selling.hold(Qt.Key.Key_Return, 30, still=True)
    assert selling.till.count("card_attempt") == 2


@pytest.mark.parametrize("touch", [False, True])
def test_unknown_is_checked_before_anything_else(
    selling: Hands, terminal: FakeCardTerminal, *, touch: bool
) -> None:
    """Complaint 19: the answer is lost; the till checks and books the one charge."""
    terminal.play(Play.SILENT)
    selling.enter(MILK)
    selling.press(Qt.Key.Key_F11)
    content = reach(selling, Stage.UNKNOWN)
    assert "Do not charge it again" in content.text.text()
    assert content.act.text() == "Check with the terminal"
    if touch:
        QTest.mouseClick(content.act, Qt.MouseButton.LeftButton)
    else:
        selling.press(Qt.Key.Key_Return)
    selling.wait(lambda: sold(selling))
    assert (selling.till.value(PAID), terminal.charged()) == ("card 129", 129)


def test_whoever_leaves_an_unknown_payment_meets_it_again_at_the_card_key(
    selling: Hands, terminal: FakeCardTerminal
) -> None:
    terminal.play(Play.SILENT)
    selling.enter(MILK)
    selling.press(Qt.Key.Key_F11)
    reach(selling, Stage.UNKNOWN)
    selling.press(Qt.Key.Key_Escape)
    assert any("no known end" in text for text in selling.messages)
    selling.press(Qt.Key.Key_F11)
    reach(selling, Stage.UNKNOWN)
    selling.press(Qt.Key.Key_Escape)
    selling.press(Qt.Key.Key_Escape)
    assert selling.page is Page.CHECKOUT
    selling.press(Qt.Key.Key_F12)
    reach(selling, Stage.UNKNOWN)
    selling.press(Qt.Key.Key_Return)
    selling.wait(lambda: sold(selling))
    assert terminal.charged() == 129


def test_cash_for_an_unknown_card_gives_the_card_its_money_back(
    selling: Hands, terminal: FakeCardTerminal
) -> None:
    terminal.play(Play.SILENT)
    selling.enter(MILK)
    selling.press(Qt.Key.Key_F11)
    reach(selling, Stage.UNKNOWN)
    cards = selling.window.selling.cards
    assert cards.presenter is not None
    lost = cards.presenter._attempt
    assert lost is not None
    selling.press(Qt.Key.Key_Escape)
    selling.press(Qt.Key.Key_F9)
    selling.wait(lambda: sold(selling))
    assert cards._desk is not None
    told = heard(selling)
    cards._desk.check(lost)
    selling.wait(lambda: any("went back to the card" in text for text in told))
    assert terminal.charged() == 0


@pytest.mark.expect_warnings
def test_a_terminal_that_is_away_says_what_to_do(
    selling: Hands, terminal: FakeCardTerminal
) -> None:
    terminal.pull_cable()
    selling.enter(MILK)
    selling.press(Qt.Key.Key_F11)
    content = reach(selling, Stage.OFFLINE)
    assert "cable and power" in content.text.text()
    terminal.plug_in()
    selling.wait(lambda: terminal.online)
    selling.press(Qt.Key.Key_Return)
    selling.wait(lambda: sold(selling))
    assert terminal.charged() == 129


def test_a_part_by_card_shows_the_card_and_goes_back_when_it_is_taken_off(
    selling: Hands, terminal: FakeCardTerminal
) -> None:
    selling.enter(MILK)
    selling.press(Qt.Key.Key_F12)
    tender = selling.window.selling.tender
    QTest.mouseClick(tender.card, Qt.MouseButton.LeftButton)
    selling.type("100")
    assert tender.take.text() == "Charge €1.00"
    selling.press(Qt.Key.Key_Return)
    selling.wait(lambda: chips(selling) == ["Visa ••4242  −€1.00"])
    selling.press(Qt.Key.Key_Escape)
    selling.press(Qt.Key.Key_F12)
    selling.wait(lambda: chips(selling) == ["Visa ••4242  −€1.00"])
    told = heard(selling)
    selling.window.selling.payment.take_back(0)
    selling.wait(lambda: any("went back to the card" in text for text in told))
    assert (chips(selling), terminal.charged()) == ([], 0)


def test_goods_paid_by_card_come_back_over_the_terminal(
    selling: Hands, terminal: FakeCardTerminal
) -> None:
    selling.enter(MILK)
    selling.press(Qt.Key.Key_F11)
    selling.wait(lambda: sold(selling))
    selling.press(Qt.Key.Key_Escape)
    selling.press(Qt.Key.Key_F6)
    selling.press(Qt.Key.Key_Return)
    selling.type("d")
    selling.press(Qt.Key.Key_Return)
    selling.press(Qt.Key.Key_Escape)
    selling.press(Qt.Key.Key_F12)
    selling.wait(lambda: selling.page is Page.PAYOUT)
    payout = selling.window.selling.returns.page
    labels = [label.text() for label in payout.findChildren(ElideLabel)]
    assert "Card Visa ••4242" in labels
    terminal.play(Play.DECLINE, Play.APPROVE)
    selling.press(Qt.Key.Key_Return)
    content = reach(selling, Stage.DECLINED)
    assert "Nothing was refunded" in content.text.text()
    selling.press(Qt.Key.Key_Return)
    selling.wait(lambda: sold(selling))
    assert (terminal.charged(), selling.till.count("sale")) == (0, 2)


def test_what_was_approved_before_a_restart_is_told_and_counts(
    selling: Hands, terminal: FakeCardTerminal
) -> None:
    selling.enter(MILK)
    selling.press(Qt.Key.Key_F12)
    QTest.mouseClick(selling.window.selling.tender.card, Qt.MouseButton.LeftButton)
    selling.type("100")
    selling.press(Qt.Key.Key_Return)
    selling.wait(lambda: bool(chips(selling)))
    selling.press(Qt.Key.Key_Escape)
    selling.window.lock()
    selling.window.login_presenter.start()
    selling.settle()
    selling.sign_on()
    selling.wait(lambda: selling.page is Page.CHECKOUT)
    selling.wait(lambda: any("counts at the payment" in text for text in selling.messages))
    selling.press(Qt.Key.Key_F11)
    selling.wait(lambda: sold(selling))
    assert sorted(str(selling.till.value(PAID)).split(",")) == ["card 100", "card 29"]
    assert terminal.charged() == 129
