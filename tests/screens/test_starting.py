from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from pos_app.screens.shell.starting import StartingPage
from pos_app.screens.widgets.button import AppButton

DAMAGED = "The till's database is damaged. Stop using this till and call support."


def test_a_start_that_fails_says_why_and_closes_with_a_key(qtbot: QtBot) -> None:
    page = StartingPage()
    qtbot.addWidget(page.window)
    page.window.resize(1366, 768)
    page.window.show()
    with qtbot.waitActive(page.window):
        page.window.activateWindow()
    page.fail(DAMAGED)
    assert page.sentence == DAMAGED
    button = page.window.findChild(AppButton)
    assert button is not None
    assert button.text() == "Close"
    QTest.keyClick(page.window.windowHandle(), Qt.Key.Key_Escape)
    assert not page.window.isVisible()
