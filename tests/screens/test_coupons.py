"""Coupons by scan, key and touch."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot
from sqlalchemy import insert

from db.store.value import ValueLease
from hardware.events import CodeScanned
from pos_app.checkout import coupons
from pos_app.runtime.sounds import Sound
from pos_app.screens.coupons.sheet import CouponsSheet
from pos_app.screens.shell.navigation import Page
from pos_app.screens.widgets.button import AppButton
from retail.contract.sales import ValueMove
from retail.value import ValueKind, lookup_of
from tests.screens.members import give_points
from tests.screens.offers import skus
from tests.screens.till_store import Hands, gtin, till
from tests.support.members import KEY
from tests.support.offers import percent, version
from tests.support.office import Office

MODIFIERS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
MILK, BUTTER = gtin(0), gtin(1)
TEN = version("TEN", percent(1000, scope=skus(0), coupon={"code": "WELCOME10"}))
OFF = version("OFF", percent(2000, scope=skus(1), coupon={"code": "BUTTER20"}))
FEW = version("FEW", percent(5000, coupon={"code": "FEW", "uses_left": 3}))


@pytest.fixture
def office() -> Office:
    return Office()


@pytest.fixture
def selling(tmp_path: Path, qtbot: QtBot, office: Office) -> Iterator[Hands]:
    """A till where coupons hold and nobody at head office can be asked."""
    with till(tmp_path, offers=(TEN, OFF, FEW), value=office) as found:
        found.window.resize(1366, 768)
        found.window.show()
        qtbot.waitExposed(found.window)
        found.window.activateWindow()
        found.window.start()
        qtbot.waitUntil(lambda: found.ui.open == 0)
        hands = Hands(found, qtbot)
        office.alone = found.tasks.read
        hands.sign_on()
        hands.open_shift("15000")
        give_points(hands)
        yield hands


def _scan(selling: Hands, code: str) -> None:
    selling.window.hearing.code_scanned(CodeScanned(code, "", "scanner", datetime.now(UTC)))
    selling.settle()
    selling.settle()


def _codes(selling: Hands) -> list[str]:
    priced = selling.window.selling.basket.priced
    assert priced is not None
    return [coupon.code for coupon in priced.basket.coupons]


def _told(selling: Hands, words: str) -> bool:
    return any(words in text for text in selling.messages)


def _sheet(selling: Hands) -> CouponsSheet:
    content = selling.window.sheet.content
    assert isinstance(content, CouponsSheet)
    return content


def _texts(sheet: CouponsSheet) -> list[str]:
    return [label.text() for label in sheet.findChildren(QLabel) if label.isVisible()]


def test_a_scanned_coupon_says_what_it_saves_and_stands_above_the_lines(selling: Hands) -> None:
    selling.enter(MILK)
    _scan(selling, "TWV-WELCOME10")
    assert _codes(selling) == ["WELCOME10"]
    assert _told(selling, "WELCOME10: saves €0.13")
    assert Sound.RECOGNISED in selling.till.heard
    chip = selling.window.selling.checkout.head.coupons
    assert chip.isVisible()
    assert chip.text() == "WELCOME10"
    assert selling.names == ["Whole milk 1 L"]
    selling.press(Qt.Key.Key_F9)
    selling.wait(lambda: selling.page is Page.DONE)
    assert not chip.isVisible()


def test_one_that_gives_nothing_yet_says_why_and_holds_later(selling: Hands) -> None:
    _scan(selling, "TWV-BUTTER20")
    assert _told(selling, "BUTTER20: It holds once")
    selling.enter(MILK)
    selling.enter("WELCOME10")
    selling.settle()
    assert _codes(selling) == ["BUTTER20", "WELCOME10"]
    assert selling.window.selling.checkout.head.coupons.text() == "2 coupons"
    selling.enter(BUTTER)
    assert selling.rows[1].savings


def test_an_unknown_code_is_refused_aloud_and_the_same_one_is_told_once(selling: Hands) -> None:
    _scan(selling, "TWV-NOBODY")
    assert _told(selling, "NOBODY is not known here")
    assert selling.till.heard[-1] is Sound.UNKNOWN
    for _ in range(2):
        _scan(selling, "TWV-WELCOME10")
    assert _told(selling, "WELCOME10 is in the basket already")
    assert _codes(selling) == ["WELCOME10"]


def test_a_limited_one_that_nobody_can_count_now_is_not_taken(selling: Hands) -> None:
    selling.enter(MILK)
    _scan(selling, "TWV-FEW")
    selling.wait(lambda: _told(selling, "FEW is used up, or its uses cannot be counted now"))
    assert _codes(selling) == []


def test_the_sheet_takes_codes_by_key_and_scan_and_takes_them_out_by_touch(selling: Hands) -> None:
    selling.enter(MILK)
    selling.press(Qt.Key.Key_B, MODIFIERS)
    assert _sheet(selling)._empty.isVisible()
    selling.enter("welcome10")
    selling.settle()
    _scan(selling, "TWV-BUTTER20")
    texts = _texts(_sheet(selling))
    assert texts[:2] == ["WELCOME10", "saves €0.13"]
    assert texts[2] == "BUTTER20"
    selling.enter("nobody")
    selling.wait(lambda: any("not known here" in text for text in _texts(_sheet(selling))))
    (off,) = [
        button
        for button in _sheet(selling).findChildren(AppButton)
        if button.accessibleName() == "Take out coupon WELCOME10" and button.isVisible()
    ]
    assert min(off.width(), off.height()) >= 48
    QTest.mouseClick(off, Qt.MouseButton.LeftButton)
    selling.settle()
    selling.settle()
    assert _codes(selling) == ["BUTTER20"]
    assert "WELCOME10" not in _texts(_sheet(selling))
    selling.press(Qt.Key.Key_Escape)
    assert selling.window.sheet.content is None
    selling.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert _codes(selling) == ["WELCOME10", "BUTTER20"]


def test_a_touch_on_the_chip_opens_the_sheet(selling: Hands) -> None:
    _scan(selling, "TWV-WELCOME10")
    QTest.mouseClick(selling.window.selling.checkout.head.coupons, Qt.MouseButton.LeftButton)
    selling.settle()
    assert "WELCOME10" in _texts(_sheet(selling))


def test_a_lent_use_lets_a_limited_one_be_taken_without_head_office(selling: Hands) -> None:
    lookup = lookup_of(KEY, ValueKind.CAMPAIGN, "FEW")
    lease = {
        "lease_id": UUID(int=5), "lookup": lookup, "kind": "campaign", "granted": 1,
        "state": "open", "expires_at": datetime.now(UTC) + timedelta(hours=9),
    }  # fmt: skip
    selling.till.tasks.run(lambda tx: tx.execute(insert(ValueLease).values(**lease))).result()
    selling.enter(MILK)
    _scan(selling, "TWV-FEW")
    selling.wait(lambda: _codes(selling) == ["FEW"])
    assert _told(selling, "FEW: saves €0.6")
    selling.press(Qt.Key.Key_F9)
    selling.wait(lambda: selling.page is Page.DONE)
    moves = "SELECT group_concat(kind || ' ' || amount || ' ' || authority) FROM value_move"
    assert selling.till.value(moves) == "campaign 1 lease"
    # It is used up here: the next customer's is refused.
    _scan(selling, "TWV-FEW")
    selling.wait(lambda: _told(selling, "FEW is used up"))


def test_a_coupon_that_comes_back_into_its_basket_takes_the_use_that_waits_for_it(
    selling: Hands, office: Office
) -> None:
    office.alone, office.cards["FEW"] = None, 1
    selling.enter(MILK)
    _scan(selling, "TWV-FEW")
    selling.wait(lambda: _codes(selling) == ["FEW"])
    office.cards["FEW"] = 0
    selling.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    selling.wait(lambda: _codes(selling) == [])
    _scan(selling, "TWV-FEW")
    selling.wait(lambda: _codes(selling) == ["FEW"])
    selling.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    selling.wait(lambda: _codes(selling) == [])
    assert office.released == []
    # Put aside without it, nobody comes back for the use.
    selling.press(Qt.Key.Key_F7)
    selling.wait(lambda: len(office.released) == 1)


def test_a_use_that_is_not_wanted_any_more_is_given_back(selling: Hands, office: Office) -> None:
    """By hand, or because the coupon gave nothing in the sale."""
    basket = selling.window.selling.basket
    held = ValueMove(
        n=0, act="redeem", kind="campaign", lookup="ab" * 32, amount=1, reservation=UUID(int=9)
    )
    for code, article in (("FEW", MILK), ("BUTTER20", MILK)):
        selling.enter(article)
        added = selling.till.tasks.run(coupons.add, basket.session, code, (held,)).result()
        basket.take_over(added.view)
        if code == "FEW":
            selling.press(Qt.Key.Key_B, MODIFIERS)
            _sheet(selling).removed.emit(code)
            selling.settle()
            selling.press(Qt.Key.Key_Escape)
            # Undo may bring it back until the sale is made.
            assert office.released == []
        selling.press(Qt.Key.Key_F9)
        selling.wait(lambda: selling.page is Page.DONE)
        selling.press(Qt.Key.Key_Escape)
        selling.wait(lambda: selling.page is Page.CHECKOUT)
    released = [[move.reservation for move in one.moves] for one in office.released]
    assert released == [[UUID(int=9)]] * 2
