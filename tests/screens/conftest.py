from __future__ import annotations

import os

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from pos_app.runtime import i18n, theme
from pos_app.screens.shell.keymap import use_keys
from retail.contract.promotions import PromotionRow
from tests.screens.till_store import Hands, Till, till


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # The offscreen platform says so whenever a window has a smallest size.
    ignored = pytest.mark.qt_log_ignore("does not support propagateSizeHints", extend=True)
    for item in items:
        if "/tests/screens/" in item.path.as_posix():
            item.add_marker(ignored)


@pytest.fixture(scope="session")
def fonts(qapp: QApplication) -> int:
    """Loaded once: every further time they are there twice."""
    return theme.load_fonts()


@pytest.fixture(autouse=True)
def _look(qapp: QApplication, fonts: int) -> Iterator[None]:
    i18n.use("en")
    theme.apply(qapp, theme.Theme(motion=False))
    yield
    use_keys({})
    # Without a running event loop nothing marked for deletion would ever go.
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def offers() -> tuple[PromotionRow, ...]:
    """The promotions of the till; modules that need some have a fixture of their own."""
    return ()


@pytest.fixture
def opened(tmp_path: Path, qtbot: QtBot, offers: tuple[PromotionRow, ...]) -> Iterator[Till]:
    """A till whose log-in page is shown."""
    with till(tmp_path, offers=offers) as found:
        found.window.resize(1366, 768)
        found.window.show()
        qtbot.waitExposed(found.window)
        found.window.activateWindow()
        found.window.start()
        qtbot.waitUntil(lambda: found.ui.open == 0)
        yield found


@pytest.fixture
def hands(opened: Till, qtbot: QtBot) -> Hands:
    """Somebody at the keyboard."""
    return Hands(opened, qtbot)


@pytest.fixture
def selling(hands: Hands) -> Hands:
    """Signed on, shift open, an empty basket."""
    hands.sign_on()
    hands.open_shift("15000")
    return hands
