"""The till's sounds: synthesised at the start, played by whatever plays here, never waited for."""

from __future__ import annotations

import logging
import math
import queue
import shutil
import subprocess
import sys
import threading
import wave
from array import array
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Protocol

_log = logging.getLogger("tillwright.sounds")

RATE = 22_050
_LOUDEST = 32_000
_FADE_MS = 4
_WAITING = 4
"""More than so many sounds that wait would tell of what is long past; the newest is dropped."""


class Sound(StrEnum):
    """What can be heard."""

    ADDED = "added"
    COUNTED = "counted"
    UNKNOWN = "unknown"
    RESTRICTED = "restricted"
    RECOGNISED = "recognised"
    APPROVED = "approved"
    DECLINED = "declined"
    MISREAD = "misread"


class Sounds(Protocol):
    """Where sounds are handed to."""

    def play(self, sound: Sound) -> None:
        """Play a sound soon; returns at once."""


Tone = tuple[tuple[int, ...], int]
"""Frequencies that sound together, none for silence, and for how many milliseconds."""
_SCORES: dict[Sound, tuple[Tone, ...]] = {
    Sound.ADDED: (((2000,), 60),),
    Sound.COUNTED: (((2000,), 60), ((), 60), ((2000,), 60)),
    Sound.UNKNOWN: (((220,), 250), ((), 80), ((220,), 250)),
    Sound.RESTRICTED: (((880,), 120), ((660,), 120), ((440,), 180)),
    Sound.RECOGNISED: (((880,), 90), ((1320,), 120)),
    Sound.APPROVED: (((1047, 1319, 1568), 150),),
    Sound.DECLINED: (((196,), 160), ((), 80), ((196,), 160)),
    Sound.MISREAD: (((330,), 180),),
}


def samples(sound: Sound, volume: int) -> array[int]:
    """A sound as 16-bit samples; volume in percent."""
    found = array("h")
    for together, ms in _SCORES[sound]:
        count, fade = RATE * ms // 1000, RATE * _FADE_MS // 1000
        for at in range(count):
            height = sum(math.sin(2 * math.pi * f * at / RATE) for f in together)
            # Without a fade the edges click.
            edge = min(1.0, at / fade, (count - at) / fade)
            loud = _LOUDEST * volume * edge * height / 100 / max(len(together), 1)
            found.append(round(loud))
    return found


def write(sound: Sound, folder: Path, volume: int) -> Path:
    """Write a sound as a WAV file."""
    path = folder / f"{sound}.wav"
    data = samples(sound, volume)
    if sys.byteorder == "big":
        data.byteswap()
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(data.tobytes())
    return path


Backend = Callable[[Path], None]
"""Plays a file; may take its time."""


def backend(beep: Callable[[], None]) -> Backend:
    """The first that plays here; ``beep`` must be callable from any thread."""
    if sys.platform == "win32":
        import winsound  # noqa: PLC0415 (there is none elsewhere)

        return lambda path: winsound.PlaySound(str(path), winsound.SND_FILENAME)
    for name in ("pw-play", "aplay"):
        program = shutil.which(name)
        if program is not None:
            return _program(program)
    return lambda _path: beep()


def _program(program: str) -> Backend:
    def play(path: Path) -> None:
        subprocess.run(
            [program, str(path)],
            check=False,
            timeout=5,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    return play


class SoundPlayer:
    """A thread that writes the sounds once and plays what it is handed.

    Args:
        folder: where the files are.
        play: the backend.
        volume: percent; 0 plays nothing.
    """

    def __init__(self, folder: Path, play: Backend, volume: int) -> None:
        self._folder = folder
        self._play = play
        self._volume = volume
        self._waiting: queue.Queue[Sound | None] = queue.Queue(_WAITING + 1)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, name="till-sound", daemon=True)

    def start(self) -> None:
        """Begin; the files are written on the thread."""
        if self._volume:
            self._thread.start()

    def stop(self) -> None:
        """End after the sound that is playing; one that is stuck is left behind."""
        self._stopping.set()
        if self._thread.is_alive():
            self._offer(None)
            self._thread.join(1)

    def play(self, sound: Sound) -> None:
        """Play a sound soon; returns at once, whatever the backend does."""
        if self._volume and self._waiting.qsize() < _WAITING:
            self._offer(sound)

    def _offer(self, sound: Sound | None) -> None:
        try:
            self._waiting.put_nowait(sound)
        except queue.Full:
            _log.info("A sound was dropped; others still wait.")

    def _work(self) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            files = {sound: write(sound, self._folder, self._volume) for sound in Sound}
        except OSError as problem:
            _log.warning("The sounds cannot be written; the till is silent: %s", problem)
            return
        while (sound := self._waiting.get()) is not None and not self._stopping.is_set():
            try:
                self._play(files[sound])
            except (OSError, RuntimeError, subprocess.SubprocessError) as problem:
                _log.warning("A sound could not be played: %s", problem)
