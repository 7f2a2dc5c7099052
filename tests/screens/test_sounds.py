from __future__ import annotations

import threading
import time
import wave
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from pos_app.runtime.sounds import RATE, Sound, SoundPlayer, samples, write
from pos_app.screens.shell.navigation import Page
from tests.screens.till_store import Hands, gtin

MILK, WINE = gtin(0), gtin(15)


@pytest.mark.parametrize("sound", Sound)
def test_each_sound_is_a_mono_file_of_its_own(tmp_path: Path, sound: Sound) -> None:
    with wave.open(str(write(sound, tmp_path, 50))) as file:
        shape = (file.getnchannels(), file.getsampwidth(), file.getframerate())
        assert shape == (1, 2, RATE)
        assert file.getnframes() == len(samples(sound, 50)) <= RATE
    assert max(samples(sound, 100)) > max(samples(sound, 50)) > 0
    assert max(samples(sound, 100)) < 2**15
    assert set(samples(sound, 0)) == {0}


def test_playing_returns_at_once_while_the_backend_is_stuck(tmp_path: Path) -> None:
    stuck, begun = threading.Event(), threading.Event()
    played: list[str] = []

    def slow(path: Path) -> None:
        begun.set()
        stuck.wait(10)
        played.append(path.stem)

    player = SoundPlayer(tmp_path, slow, 50)
    player.start()
    player.play(Sound.ADDED)
    assert begun.wait(10)
    before = time.perf_counter()
    for _press in range(100):
        player.play(Sound.UNKNOWN)
    assert time.perf_counter() - before < 0.1
    stuck.set()
    player.stop()
    assert played[0] == "added"
    assert len(played) <= 5


def test_a_silent_till_hands_nothing_over(tmp_path: Path) -> None:
    player = SoundPlayer(tmp_path, lambda _path: pytest.fail("heard"), 0)
    player.start()
    player.play(Sound.ADDED)
    player.stop()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.expect_warnings
def test_a_backend_that_fails_silences_one_sound(tmp_path: Path) -> None:
    done, played = threading.Event(), []

    def broken(path: Path) -> None:
        played.append(path.stem)
        if len(played) == 1:
            raise OSError("no card")
        done.set()

    player = SoundPlayer(tmp_path, broken, 50)
    player.start()
    player.play(Sound.ADDED)
    player.play(Sound.UNKNOWN)
    assert done.wait(10)
    player.stop()
    assert played == ["added", "unknown"]


def test_what_is_heard_of_a_sale(selling: Hands) -> None:
    heard = selling.till.heard
    heard.clear()
    selling.enter(MILK)
    assert heard == [Sound.ADDED]
    selling.enter("3*")
    selling.enter("5901234123457")
    assert heard[1:] == [Sound.COUNTED, Sound.UNKNOWN]
    selling.press(Qt.Key.Key_Delete)
    heard.clear()
    selling.enter(WINE)
    selling.press(Qt.Key.Key_F9)
    assert heard == [Sound.ADDED, Sound.RESTRICTED]
    selling.press(Qt.Key.Key_Return)
    selling.wait(lambda: selling.page is Page.DONE)
    assert heard[-1:] == [Sound.APPROVED]
    selling.window.hearing.misread("cut")
    assert heard[-1:] == [Sound.MISREAD]


def test_the_line_flashes_with_the_sound(selling: Hands) -> None:
    basket = selling.window.selling.checkout.basket
    selling.window.selling.scan(MILK)
    selling.wait(lambda: basket._delegate.flashing)
    selling.wait(lambda: not basket._delegate.flashing)
