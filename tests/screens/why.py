"""Looking at “Why this price?” as somebody before the screen does."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt

from pos_app.checkout import explanations
from pos_app.screens.checkout.why_panel import WhyPanel
from pos_app.screens.checkout.why_rows import WhyRow
from tests.screens.till_store import Hands


def why(hands: Hands, *codes: str) -> WhyPanel:
    """Scan, then open the panel by its key."""
    for code in codes:
        hands.enter(code)
    hands.press(Qt.Key.Key_W, Qt.KeyboardModifier.ControlModifier)
    return panel(hands)


def panel(hands: Hands) -> WhyPanel:
    """The open panel."""
    found = hands.window.selling.why.panel
    assert found is not None
    return found


def row(hands: Hands, key: str) -> WhyRow:
    """The row of that key."""
    (found,) = (one for one in panel(hands).list.rows if one.key == key)
    return found


def keys(hands: Hands) -> list[str]:
    """The keys of all rows in order."""
    return [one.key for one in panel(hands).list.rows]


def held(monkeypatch: pytest.MonkeyPatch, name: str) -> Callable[[], None]:
    """Keep a use case of the explanations waiting until the function returned is called."""
    go = threading.Event()
    real = getattr(explanations, name)

    def waiting(*args: Any) -> object:
        assert go.wait(30)
        return real(*args)

    monkeypatch.setattr(explanations, name, waiting)
    return go.set


def failing(monkeypatch: pytest.MonkeyPatch, name: str, error: Exception) -> None:
    """Let a use case of the explanations fail."""

    def fails(*_args: object) -> None:
        raise error

    monkeypatch.setattr(explanations, name, fails)
