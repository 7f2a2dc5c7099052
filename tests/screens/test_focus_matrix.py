"""Every page and sheet × everything that can have the focus × a scan (pos.md 2, complaint 15).

The pages and sheets are not listed here: every command is tried on every selling page, and what
it opens is a place of the matrix.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import count

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from pos_app.runtime.wedge import WedgeFilter
from pos_app.screens.shell.commands import BINDINGS, Command
from pos_app.screens.shell.navigation import Page
from tests.screens.till_store import Hands, gtin

MILK, EGGS = gtin(0), gtin(2)
_NOT_TRIED = {Command.BACK, Command.LOCK, Command.LOOK, Command.CASH, Command.CARD, Command.ENTER}
"""Commands that end or leave a sale, or open nothing by what they are."""
COMMANDS = [binding.command for binding in BINDINGS if binding.command not in _NOT_TRIED]


@pytest.fixture
def scanner(selling: Hands, qapp: QApplication) -> Iterator[Callable[[str], None]]:
    """A scanner that is a keyboard: 4 ms from key to key, through the application's filter."""
    wedge = WedgeFilter()
    wedge.install(qapp)
    wedge.scanned.connect(selling.window.hearing.scan)
    wedge.misread.connect(selling.window.hearing.misread)

    def scan(code: str) -> None:
        at_ms = selling.till.desk.mono_ms()
        for place, letter in enumerate(code + "\r"):
            key = Qt.Key.Key_Return if letter == "\r" else Qt.Key(ord(letter))
            event = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, letter)
            event.setTimestamp(at_ms + 4 * place)
            QCoreApplication.sendEvent(selling.window.windowHandle(), event)
        selling.settle()

    yield scan
    wedge.remove(qapp)


def places_to_focus(hands: Hands) -> list[QWidget]:
    """What Tab and a finger can reach now; below a sheet nothing."""
    top = hands.window.sheet.content or hands.window._stack.currentWidget()
    assert top is not None
    return [
        widget
        for widget in (top, *top.findChildren(QWidget))
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.isVisible()
        and widget.isEnabled()
    ]


def to_checkout(hands: Hands) -> int:
    """Press Esc until the checkout is there; how often it took."""
    for pressed in range(10):
        if hands.page is Page.CHECKOUT and hands.window.sheet.content is None:
            return pressed
        hands.press(Qt.Key.Key_Escape)
    raise AssertionError(f"no way out of {hands.page} and {hands.window.sheet.content}")


def begin(hands: Hands, page: Page, scan: Callable[[str], None]) -> None:
    """An open basket with one article on a selling page."""
    to_checkout(hands)
    hands.window.selling.basket.clear()
    hands.settle()
    scan(MILK)
    if page is Page.TENDER:
        hands.press(Qt.Key.Key_F12)
        assert hands.page is page


def check_scan(hands: Hands, scan: Callable[[str], None], what: str) -> None:
    """The scan is heard, and not one of its characters is typed."""
    typed: list[str] = []
    for field in hands.window.findChildren(QLineEdit):
        field.textEdited.connect(typed.append)
    hands.till.heard.clear()
    scan(EGGS)
    assert hands.till.heard, f"{what}: nothing is heard of the scan"
    assert not typed, f"{what}: {typed} leaked"
    assert to_checkout(hands) <= 2, f"{what}: more than two Esc"


def matrix(hands: Hands, arrive: Callable[[], None], scan: Callable[[str], None]) -> int:
    """Scan with the focus on each thing in turn; how many there were."""
    for number in count():
        arrive()
        widgets = places_to_focus(hands)
        if number >= max(len(widgets), 1):
            return number
        if not widgets:
            check_scan(hands, scan, f"{hands.window.sheet.accessibleName()}, nothing to focus")
            continue
        widget = widgets[number]
        widget.setFocus()
        where = hands.window.sheet.accessibleName() if hands.window.sheet.content else hands.page
        check_scan(hands, scan, f"{where}, {type(widget).__name__} {widget.accessibleName()!r}")
    raise AssertionError("count() ended")


@pytest.mark.parametrize("page", [Page.CHECKOUT, Page.TENDER])
def test_a_page_hears_every_scan(
    selling: Hands, scanner: Callable[[str], None], page: Page
) -> None:
    """Complaint 15: whatever has the focus, a scan is a scan."""
    assert matrix(selling, partial(begin, selling, page, scanner), scanner) > 5


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("page", [Page.CHECKOUT, Page.TENDER])
def test_whatever_a_command_opens_hears_every_scan(
    selling: Hands, scanner: Callable[[str], None], page: Page, command: Command
) -> None:
    """Complaint 15: every sheet and page that a command opens hears scans, and Esc leaves it."""

    def arrive() -> None:
        begin(selling, page, scanner)
        selling.window.run(command)
        selling.settle()

    arrive()
    if selling.window.sheet.content is not None or selling.page is not page:
        assert matrix(selling, arrive, scanner) > 0
    else:
        check_scan(selling, scanner, f"after {command}")


def test_the_finished_sale_hears_every_scan(selling: Hands, scanner: Callable[[str], None]) -> None:
    def arrive() -> None:
        begin(selling, Page.CHECKOUT, scanner)
        selling.press(Qt.Key.Key_F9)
        selling.wait(lambda: selling.page is Page.DONE)

    assert matrix(selling, arrive, scanner) > 0


def test_before_the_log_in_a_scan_is_refused_aloud(
    selling: Hands, scanner: Callable[[str], None]
) -> None:
    selling.press(Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    for widget in places_to_focus(selling):
        widget.setFocus()
        selling.till.heard.clear()
        selling.window.hearing.scan(EGGS, "")
        assert selling.till.heard, widget.accessibleName()
    assert selling.page is Page.LOGIN
