"""Somebody at work at a till whose head office a test plays."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pytestqt.qtbot import QtBot

from pos_app.sync.status import SyncState, SyncStatus
from tests.screens.till_store import Hands, till
from tests.support.office import Office


@contextmanager
def selling_with(office: Office, folder: Path, qtbot: QtBot) -> Iterator[Hands]:
    """Somebody at work at a till whose head office answers like that."""
    with till(folder, counter=office) as found:
        found.window.resize(1366, 768)
        found.window.show()
        qtbot.waitExposed(found.window)
        found.window.activateWindow()
        # The link is there before anybody signs on.
        found.window.show_sync(SyncStatus(SyncState.ONLINE))
        found.window.start()
        qtbot.waitUntil(lambda: found.ui.open == 0)
        hands = Hands(found, qtbot)
        hands.sign_on()
        hands.open_shift("15000")
        yield hands


def link(hands: Hands, state: SyncState) -> None:
    """Head office answers from now on, or not; what hangs on it is read at once."""
    hands.window.show_sync(SyncStatus(state))
    hands.window.selling.holding.presenter.refresh()
    hands.settle()
