from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtWidgets import QApplication, QMainWindow
from pytestqt.qtbot import QtBot

from pos_app.bootstrap import desktop, start
from pos_app.runtime.memory import collected_here, freeze_soon


@pytest.fixture(autouse=True)
def _thawed() -> Iterator[None]:
    gc.unfreeze()
    yield
    gc.unfreeze()
    gc.enable()


def test_what_lives_is_set_apart_once_the_events_are_done(qtbot: QtBot) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    freeze_soon(window)
    assert gc.get_freeze_count() == 0
    qtbot.waitUntil(lambda: gc.get_freeze_count() > 0)


def test_the_start_does_it_after_the_first_page_is_shown(
    qtbot: QtBot, qapp: QApplication, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    steps: list[tuple[str, bool, int, bool]] = []

    def begin() -> None:
        steps.append(("start", window.isVisible(), gc.get_freeze_count(), gc.isenabled()))

    window.start = begin  # type: ignore[attr-defined]

    @contextmanager
    def shop(_folder: Path, *, training: bool) -> Iterator[SimpleNamespace]:
        assert not training
        listening = SimpleNamespace(listen=lambda _knock: None)
        yield SimpleNamespace(window=window, till=SimpleNamespace(instance=listening))

    def work() -> int:
        qtbot.waitUntil(lambda: gc.get_freeze_count() > 0)
        return 0

    monkeypatch.setattr(desktop, "desktop", shop)
    monkeypatch.setattr(start, "application", lambda: SimpleNamespace(exec=work))
    assert start.run(tmp_path) == 0
    assert steps == [("start", True, 0, False)]
    assert gc.get_freeze_count() > 0
    assert not gc.isenabled()


def test_a_till_that_follows_another_lets_go_of_what_that_one_left(qtbot: QtBot) -> None:
    class Left:
        pass

    left = Left()
    left.itself = left  # type: ignore[attr-defined]
    gone = weakref.ref(left)
    gc.freeze()
    del left
    window = QMainWindow()
    qtbot.addWidget(window)
    freeze_soon(window)
    qtbot.waitUntil(lambda: gone() is None)


def test_objects_of_the_screens_are_never_collected_on_another_thread(qtbot: QtBot) -> None:
    where: list[threading.Thread] = []

    class Tangled:
        def __init__(self) -> None:
            self.itself = self

        def __del__(self) -> None:
            where.append(threading.current_thread())

    def allocate() -> None:
        for _ in range(50):
            [[] for _ in range(2_000)]

    with collected_here():
        for _ in range(2_000):
            Tangled()
        worker = threading.Thread(target=allocate)
        worker.start()
        worker.join()
        assert where == []
        qtbot.waitUntil(lambda: len(where) == 2_000)
    assert set(where) == {threading.main_thread()}
    assert gc.isenabled()
