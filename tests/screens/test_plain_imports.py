"""Imports after PySide are Python's own once the till starts."""

from __future__ import annotations

import builtins
from typing import Any

import pytest
from PySide6.QtCore import QObject

from pos_app.runtime.plain_imports import import_plainly


def test_the_hook_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    assert QObject().objectName() == ""  # with PySide the way back to Python's own is there
    own = builtins.__import__

    def hooked(*words: Any, **more: Any) -> Any:
        return own(*words, **more)

    monkeypatch.setattr(builtins, "__import__", hooked)
    import_plainly()
    assert builtins.__import__ is vars(builtins)["__orig_import__"]


def test_where_there_is_none_nothing_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    own = builtins.__import__
    monkeypatch.delattr(builtins, "__orig_import__")
    import_plainly()
    assert builtins.__import__ is own
