"""The drawer opened without a sale: why, who allows it, and what became of it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from PySide6.QtCore import Qt

from hardware.errors import Offline
from hardware.events import DeviceError, DrawerKicked
from pos_app.runtime.bridge import Bridge
from pos_app.screens.approval.sheet import ApprovalSheet
from pos_app.screens.by_hand.sheets import ReasonSheet
from pos_app.screens.shell.navigation import Page
from tests.screens.till_store import PIN, Hands, gtin

SHIFT = Qt.KeyboardModifier.ShiftModifier
NOW = datetime(2026, 11, 27, tzinfo=UTC)


def _journalled(hands: Hands) -> int:
    return hands.till.count("journal_entry WHERE type = 'drawer.opened'")


@pytest.fixture
def events(selling: Hands) -> Bridge:
    bridge = Bridge()
    selling.window.attach(bridge)
    return bridge


def _ask(hands: Hands) -> None:
    hands.press(Qt.Key.Key_F9, SHIFT)
    assert isinstance(hands.window.sheet.content, ReasonSheet)
    hands.press(Qt.Key.Key_1)
    hands.settle()


def test_a_reason_opens_it_and_the_basket_stays(selling: Hands, events: Bridge) -> None:
    selling.enter(gtin(0))
    _ask(selling)
    assert (selling.till.asked, _journalled(selling)) == (["drawer"], 1)
    events.publish(DrawerKicked("receipt1", "no sale", NOW))
    selling.wait(lambda: "The drawer is open." in selling.messages)
    assert [row.quantity for row in selling.rows] == ["1"]
    assert selling.window.selling.checkout.line.hasFocus()


def test_nothing_opens_before_somebody_with_the_right_allows_it(hands: Hands) -> None:
    tiles = [tile.text() for tile in hands.window.login.tiles]
    hands.window.login_presenter.choose(tiles.index("Maria K."))
    hands.sign_on()
    hands.open_shift("15000")
    _ask(hands)
    assert isinstance(hands.window.sheet.content, ApprovalSheet)
    assert (hands.till.asked, _journalled(hands)) == ([], 0)
    hands.press(Qt.Key.Key_Escape)
    hands.settle()
    assert (hands.till.asked, _journalled(hands)) == ([], 0)
    _ask(hands)
    hands.enter(PIN)
    hands.settle()
    assert (hands.till.asked, _journalled(hands)) == (["drawer"], 1)


def test_a_drawer_that_does_not_open_says_what_is_noted(selling: Hands, events: Bridge) -> None:
    _ask(selling)
    offline = Offline("The printer %(name)s is closed.", name="receipt1")
    events.publish(DeviceError("scale1", Offline("The scale is away."), NOW))
    selling.settle()
    assert not any("key" in one for one in selling.messages), "another device tells nothing of it"
    events.publish(DeviceError("receipt1", offline, NOW))
    selling.wait(lambda: any("open it with its key" in one for one in selling.messages))
    assert _journalled(selling) == 1


def test_it_opens_behind_a_sale_whose_change_is_still_to_be_given(selling: Hands) -> None:
    selling.enter(gtin(0))
    selling.press(Qt.Key.Key_F9)
    selling.settle()
    assert selling.page is Page.DONE
    _ask(selling)
    assert selling.till.asked == ["drawer"]
    assert selling.page is Page.DONE
