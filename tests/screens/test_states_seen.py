"""What is seen without reading: the printer; and what a restart tells."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
from pytestqt.qtbot import QtBot

from hardware.events import PrinterStatusChanged
from hardware.printer.status import PrinterState
from pos_app.runtime.bridge import Bridge
from pos_app.screens.shell.main_window import MainWindow
from pos_app.screens.shell.printer_words import printer_text, works
from tests.screens.till_store import Hands, gtin

NOW = datetime(2026, 11, 27, tzinfo=UTC)


@pytest.fixture
def events(selling: Hands) -> Bridge:
    bridge = Bridge()
    selling.window.attach(bridge)
    return bridge


def _tell(events: Bridge, state: PrinterState) -> None:
    """As the printer's own thread does."""
    event = PrinterStatusChanged("receipt1", state, NOW)
    thread = threading.Thread(target=lambda: events.publish(event))
    thread.start()
    thread.join()


def test_a_printer_without_paper_is_seen_and_told_and_so_is_its_new_roll(
    selling: Hands, events: Bridge
) -> None:
    strip = selling.window.selling.checkout.strip
    assert not strip.printer.isVisible(), "nobody knows how it is"
    _tell(events, PrinterState.READY)
    selling.wait(strip.printer.isVisible)
    assert not strip.alarm.isVisible()
    assert selling.messages == []
    _tell(events, PrinterState.PAPER_OUT)
    selling.wait(strip.alarm.isVisible)
    assert "out of paper" in strip.printer.accessibleName()
    assert selling.messages == [strip.printer.accessibleName()]
    _tell(events, PrinterState.READY)
    selling.wait(lambda: not strip.alarm.isVisible())
    assert selling.messages[-1] == "The printer is ready."


def test_another_language_keeps_what_is_known_of_the_printer(
    selling: Hands, events: Bridge
) -> None:
    _tell(events, PrinterState.COVER_OPEN)
    selling.wait(selling.window.selling.checkout.strip.alarm.isVisible)
    selling.window.speak("de")
    selling.settle()
    strip = selling.window.selling.checkout.strip
    assert strip.alarm.isVisible()
    assert strip.printer.accessibleName() == printer_text(PrinterState.COVER_OPEN)


def test_every_state_of_a_printer_has_its_words() -> None:
    texts = {printer_text(state) for state in PrinterState if not works(state)}
    assert len(texts) == len(PrinterState) - 2


def test_after_a_restart_the_basket_is_there_and_told_of_and_not_at_every_sign_on(
    selling: Hands, qtbot: QtBot
) -> None:
    selling.enter(f"2*{gtin(0)}")
    first = selling.window
    first.close()
    selling.till.window = window = MainWindow(first._ports)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    window.activateWindow()
    window.start()
    again = Hands(selling.till, qtbot)
    again.settle()
    again.sign_on()
    again.settle()
    assert again.messages == ["The basket that was open is here again: 1 line"]
    assert [row.quantity for row in again.rows] == ["2"]
    window.toasts.clear()
    window.lock()
    again.settle()
    again.sign_on()
    again.settle()
    assert again.messages == []
    first.deleteLater()
