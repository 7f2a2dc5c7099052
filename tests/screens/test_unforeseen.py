"""Errors of the program itself: logged, told in a sentence, and the sale goes on."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from pos_app.runtime import logs
from pos_app.runtime.bridge import Bridge
from pos_app.runtime.unforeseen import Unforeseen, watched
from pos_app.screens.records import Tone
from tests.screens.till_store import Hands, gtin


def _fail() -> None:
    raise KeyError("+31 6 5550 1234")


@pytest.mark.expect_warnings
def test_a_slot_that_fails_is_in_the_log_without_what_is_personal(
    qtbot: QtBot, tmp_path: Path
) -> None:
    handler = logs.configure(tmp_path)
    told: list[Unforeseen] = []
    with qtbot.capture_exceptions() as seen_by_others, watched(told.append):
        QTimer.singleShot(0, _fail)
        qtbot.waitUntil(lambda: bool(told))
    logs.release(handler)
    written = (tmp_path / "till.log").read_text(encoding="utf-8")
    assert told == [Unforeseen("KeyError")]
    assert [kind for kind, *_ in seen_by_others] == [KeyError]
    assert "CRITICAL tillwright.unforeseen" in written
    assert "in _fail" in written
    assert "5550" not in written


@pytest.mark.expect_warnings
def test_a_thread_that_fails_is_told_like_a_slot() -> None:
    before, told = threading.excepthook, list[Unforeseen]()
    threading.excepthook = threading.__excepthook__
    try:
        with watched(told.append):
            failing = threading.Thread(target=_fail)
            failing.start()
            failing.join()
    finally:
        threading.excepthook = before
    assert told == [Unforeseen("KeyError")]


def test_the_hooks_are_those_of_before_afterwards() -> None:
    before = (sys.excepthook, threading.excepthook)
    with watched(lambda _event: None):
        assert sys.excepthook is not before[0]
    assert (sys.excepthook, threading.excepthook) == before


def test_whoever_stands_there_reads_a_sentence_and_sells_on(selling: Hands, qtbot: QtBot) -> None:
    bridge = Bridge()
    selling.window.attach(bridge)
    selling.enter(gtin(0))
    threading.Thread(target=lambda: bridge.publish(Unforeseen("KeyError"))).start()
    toasts = selling.window.toasts
    qtbot.waitUntil(lambda: any("inside the till (KeyError)" in one.text for one in toasts.shown))
    assert toasts.shown[-1].tone is Tone.ERROR
    selling.enter(gtin(0))
    assert [row.quantity for row in selling.rows] == ["2"]
