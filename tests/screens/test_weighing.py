"""Weighed articles at a till with a scale: the sheet, the tare, the typed weight."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from hardware.registry import DeviceOptions, scale_from
from pos_app.runtime.bridge import Bridge
from pos_app.runtime.sounds import Sound
from pos_app.screens.approval.sheet import ApprovalSheet
from pos_app.screens.shell.navigation import Page
from pos_app.screens.weighing.sheet import WeighingSheet
from pos_app.screens.widgets.button import AppButton
from retail.weighing import Tare
from tests.screens.till_store import PIN, Hands, gtin, till

MILK, APPLES = gtin(0), gtin(6)
TARES = (Tare("Bag", 5), Tare("Tray", 12))


@dataclass
class Counter:
    """Somebody at a till with a scale; ``plate`` is what lies on it."""

    hands: Hands
    plate: Path

    @property
    def sheet(self) -> WeighingSheet:
        content = self.hands.window.sheet.content
        assert isinstance(content, WeighingSheet)
        return content

    @property
    def closed(self) -> bool:
        return self.hands.window.sheet.content is None

    def put(self, text: str) -> None:
        """Another process may do the same."""
        self.plate.write_text(text)

    def shows(self, weight: str) -> None:
        self.hands.wait(lambda: self.sheet.weight.text() == weight)

    def says(self, part: str) -> None:
        self.hands.wait(lambda: part in self.sheet.words.text())


@pytest.fixture
def counter(tmp_path: Path, qtbot: QtBot) -> Iterator[Counter]:
    """A cashier with an empty basket; nothing lies on the scale."""
    plate = tmp_path / "plate"
    bridge = Bridge()
    scale = scale_from(DeviceOptions("scale1", {"address": f"fake:{plate}"}), bridge.publish)
    with till(tmp_path, weighing=(scale, TARES)) as opened:
        opened.window.attach(bridge)
        scale.open()
        opened.window.resize(1366, 768)
        opened.window.show()
        qtbot.waitExposed(opened.window)
        opened.window.activateWindow()
        opened.window.start()
        qtbot.waitUntil(lambda: opened.ui.open == 0)
        hands = Hands(opened, qtbot)
        tiles = hands.window.login.tiles
        place = next(n for n, tile in enumerate(tiles) if tile.text() == "Maria K.")
        hands.window.login_presenter.choose(place)
        hands.sign_on()
        hands.open_shift("15000")
        yield Counter(hands, plate)
        scale.close()


def test_what_lies_on_the_scale_already_is_added_with_enter(counter: Counter) -> None:
    hands = counter.hands
    counter.put("0.842")
    hands.enter(APPLES)
    counter.shows("0.842 kg")
    assert counter.sheet.mark.isVisible()
    assert counter.sheet.add.isEnabled()
    hands.press(Qt.Key.Key_Return)
    hands.wait(lambda: counter.closed)
    (row,) = hands.rows
    assert (row.quantity, row.blocked) == ("0.842", "")
    assert hands.window.selling.checkout.line.hasFocus()
    hands.press(Qt.Key.Key_F9)
    hands.wait(lambda: hands.page is Page.DONE)


def test_the_same_weight_twice_is_a_weight_twice(counter: Counter) -> None:
    hands = counter.hands
    counter.put("0.842")
    for _ in range(2):
        hands.enter(APPLES)
        counter.shows("0.842 kg")
        hands.press(Qt.Key.Key_Return)
        hands.wait(lambda: counter.closed)
    assert [row.quantity for row in hands.rows] == ["0.842", "0.842"]


@pytest.mark.parametrize(
    ("plate", "words"),
    [
        ("0.000", "Nothing is on the scale"),
        ("moving", "still moving"),
        ("over", "Too heavy"),
        ("under", "Below zero"),
        ("off", "The scale is gone"),
    ],
)
def test_what_is_no_weight_is_told_and_cannot_be_added(
    counter: Counter, plate: str, words: str
) -> None:
    hands = counter.hands
    counter.put(plate)
    hands.enter(APPLES)
    counter.says(words)
    assert not counter.sheet.add.isEnabled()
    hands.press(Qt.Key.Key_Return)
    assert hands.till.heard[-1] is Sound.RESTRICTED
    assert hands.rows[0].quantity == "?"
    hands.press(Qt.Key.Key_Escape)
    assert counter.closed
    assert "F5" in hands.rows[0].blocked
    hands.press(Qt.Key.Key_F9)
    assert hands.page is Page.CHECKOUT, "what has no weight is not sold"


def test_the_till_takes_a_tare_off_unless_the_scale_has(counter: Counter) -> None:
    hands = counter.hands
    counter.put("1.000")
    hands.enter(APPLES)
    counter.shows("1.000 kg")
    hands.type("2")
    counter.shows("0.988 kg")
    assert "0.012" in counter.sheet.tare.text()
    counter.put("0.988 net")
    hands.wait(lambda: "has taken its tare" in counter.sheet.tare.text())
    counter.shows("0.988 kg")
    counter.put("1.000")
    hands.wait(lambda: "0.012" in counter.sheet.tare.text())
    hands.press(Qt.Key.Key_Return)
    hands.wait(lambda: counter.closed)
    assert "Tare 0.012 kg" in hands.rows[0].detail


def test_a_tare_is_typed(counter: Counter) -> None:
    hands = counter.hands
    counter.put("1.000")
    hands.enter(APPLES)
    counter.shows("1.000 kg")
    hands.type("t0.1")
    hands.press(Qt.Key.Key_Return)
    counter.shows("0.900 kg")
    hands.type("t12")
    hands.press(Qt.Key.Key_Return)
    assert "below 10 kg" in counter.sheet.words.text()
    hands.type("t")
    counter.put("0.050")
    counter.says("Lighter than its packing")
    assert not counter.sheet.add.isEnabled()
    hands.type("0")
    counter.shows("0.050 kg")


def test_a_typed_weight_is_allowed_on_the_spot_and_says_so(counter: Counter) -> None:
    hands = counter.hands
    counter.put("off")
    hands.enter(APPLES)
    hands.type("w0.842")
    assert counter.sheet.weight.text() == "0.842 kg"
    hands.press(Qt.Key.Key_Return)
    hands.wait(lambda: isinstance(hands.window.sheet.content, ApprovalSheet))
    hands.enter(PIN)
    hands.wait(lambda: counter.closed)
    assert "weight typed" in hands.rows[0].detail
    assert hands.rows[0].quantity == "0.842"


def test_a_weight_on_the_line_asks_for_the_right_too(counter: Counter) -> None:
    hands = counter.hands
    hands.enter(APPLES)
    hands.press(Qt.Key.Key_Escape)
    hands.enter("0.5*")
    hands.wait(lambda: isinstance(hands.window.sheet.content, ApprovalSheet))
    hands.press(Qt.Key.Key_Escape)
    assert hands.rows[0].quantity == "?"
    assert any("Not allowed" in text for text in hands.messages)
    hands.enter(f"0.5*{APPLES}")
    hands.wait(lambda: isinstance(hands.window.sheet.content, ApprovalSheet))
    hands.enter(PIN)
    hands.wait(lambda: counter.closed)
    assert "weight typed" in hands.rows[-1].detail


def test_a_scan_is_refused_with_a_sound_while_something_is_weighed(counter: Counter) -> None:
    hands = counter.hands
    hands.enter(APPLES)
    hands.window.selling.scan(MILK)
    hands.settle()
    assert len(hands.rows) == 1
    assert hands.till.heard[-1] is Sound.RESTRICTED
    assert isinstance(counter.sheet, WeighingSheet)
    hands.press(Qt.Key.Key_Escape)
    hands.window.selling.scan(MILK)
    hands.settle()
    assert len(hands.rows) == 2


def test_f5_weighs_a_line_again_and_counts_pieces(counter: Counter) -> None:
    hands = counter.hands
    hands.enter(APPLES)
    hands.press(Qt.Key.Key_Escape)
    hands.press(Qt.Key.Key_F5)
    counter.put("0.300")
    counter.shows("0.300 kg")
    hands.press(Qt.Key.Key_Return)
    hands.wait(lambda: counter.closed)
    hands.enter(MILK)
    hands.press(Qt.Key.Key_F5)
    assert not isinstance(hands.window.sheet.content, WeighingSheet)


def test_holding_enter_adds_once(counter: Counter) -> None:
    hands = counter.hands
    counter.put("0.842")
    hands.enter(APPLES)
    counter.shows("0.842 kg")
    hands.hold(Qt.Key.Key_Return, repeats=20)
    hands.wait(lambda: counter.closed)
    assert [row.quantity for row in hands.rows] == ["0.842"]


def test_everything_can_be_touched_and_read(counter: Counter) -> None:
    hands = counter.hands
    counter.put("0.842")
    hands.enter(APPLES)
    counter.shows("0.842 kg")
    for entry in ("", "t", "w"):
        hands.type(entry)
        for button in counter.sheet.findChildren(AppButton):
            if button.isVisible():
                assert button.accessibleName()
                assert button.height() >= 48, button.text()
        direct = Qt.FindChildOption.FindDirectChildrenOnly
        shown = [w for w in counter.sheet.findChildren(QWidget, options=direct) if w.isVisible()]
        for number, one in enumerate(shown):
            assert counter.sheet.rect().contains(one.geometry()), one
            assert not any(one.geometry().intersects(w.geometry()) for w in shown[:number]), one


def test_without_a_scale_f5_asks_for_the_weight_as_ever(selling: Hands) -> None:
    selling.enter(APPLES)
    assert selling.window.sheet.content is None
    selling.press(Qt.Key.Key_F5)
    selling.enter("0.842")
    assert selling.rows[0].quantity == "0.842"
    assert "typed" not in selling.rows[0].detail
