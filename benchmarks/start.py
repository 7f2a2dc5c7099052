"""From process start to the first frame against a bare PySide6 window."""

from __future__ import annotations

import os
import subprocess
import sys

from benchmarks.measure import Row, ratio, seconds, times
from benchmarks.world import till_folder

_ROUNDS = 12


def measure() -> Row:
    """Whole processes, offscreen, warm disk."""
    folder = str(till_folder(5_000))
    for words in (["bare"], ["till", folder]):
        _child(words)
    ours, floor = [], []
    for _ in range(_ROUNDS):
        floor.append(seconds(lambda: _child(["bare"])))
        ours.append(seconds(lambda: _child(["till", folder])))
    return Row(
        name="process start to first frame",
        unit="x",
        value=ratio(ours, floor),
        goal=1.5,
        ours=times(ours),
        floor=times(floor),
        note="whole processes; the rest of the till is loaded behind the first frame",
    )


def _child(words: list[str]) -> None:
    subprocess.run(
        [sys.executable, "-m", "benchmarks.first_frame", *words],
        check=True,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )
