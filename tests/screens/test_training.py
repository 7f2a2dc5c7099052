"""Practice is told from selling at a glance, and is one key away."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt

from pos_app.screens.shell.main_window import MainWindow
from pos_app.screens.shell.training_frame import TrainingFrame
from tests.screens.till_store import Hands, gtin

CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


def test_one_key_goes_over_and_is_journalled(selling: Hands) -> None:
    asked: list[str] = []
    selling.window.training._ports = replace(
        selling.window._ports, switch=lambda: asked.append("other till")
    )
    selling.press(Qt.Key.Key_M, CTRL_SHIFT)
    assert asked == ["other till"]
    kinds = "SELECT count(*) FROM journal_entry WHERE type = 'training.begun'"
    assert selling.till.value(kinds) == 1


def test_a_till_without_practice_says_so(selling: Hands) -> None:
    selling.press(Qt.Key.Key_M, CTRL_SHIFT)
    assert "This till cannot be practised on." in selling.messages


def test_practice_is_framed_and_goes_back_without_a_record(selling: Hands) -> None:
    asked: list[str] = []
    ports = replace(selling.window._ports, training=True, switch=lambda: asked.append("other till"))
    window = MainWindow(ports)
    try:
        window.resize(1366, 768)
        frame = window.findChild(TrainingFrame)
        assert isinstance(frame, TrainingFrame)
        assert frame.testAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        assert frame.accessibleName() == "Training: nothing is sold"
        assert "TRAINING" in window.windowTitle()
        picture = window.grab().toImage()
        edge, beside = picture.pixelColor(2, 400), picture.pixelColor(20, 400)
        assert edge != beside, "an edge all around"
        window.training.ask()
        assert asked == ["other till"]
    finally:
        window.close()
        window.deleteLater()


def test_a_real_till_has_no_frame(selling: Hands) -> None:
    assert selling.window.findChild(TrainingFrame) is None
    selling.enter(gtin(0))
