"""From process start to the first frame, and to the first scan's line, against a bare window."""

from __future__ import annotations

import os
import subprocess
import sys
import time

from benchmarks.measure import Row, ratio, seconds, times
from benchmarks.world import gtin, till_folder, world

_ROUNDS = 12
_ARTICLES = 100_000
_ENVIRONMENT = {
    name: value
    for name, value in {**os.environ, "QT_QPA_PLATFORM": "offscreen"}.items()
    # A shop's till has its bytecode; without it every start would compile the whole program.
    if name != "PYTHONDONTWRITEBYTECODE"
}


def measure() -> list[Row]:
    """Whole processes, offscreen, warm disk, in turn with the bare window."""
    with world(_ARTICLES) as till:
        shop = str(till.folder)
    _bare()
    _scanned(shop)
    floor, scanned = [], []
    for _ in range(_ROUNDS):
        floor.append(seconds(_bare))
        scanned.append(_scanned(shop))
    return [
        _first_frame(),
        Row(
            name="process start to the first scan's line",
            unit="x",
            value=ratio(scanned, floor),
            goal=3,
            ours=times(scanned),
            floor=times(floor),
            note=f"{_ARTICLES:,} articles; signing on, whose check of the PIN is slow on purpose, "
            "is taken out",
        ),
    ]


def _first_frame() -> Row:
    folder = str(till_folder(5_000))
    _child("benchmarks.first_frame", "till", folder)
    ours, floor = [], []
    for _ in range(_ROUNDS):
        floor.append(seconds(_bare))
        ours.append(seconds(lambda: _child("benchmarks.first_frame", "till", folder)))
    return Row(
        name="process start to first frame",
        unit="x",
        value=ratio(ours, floor),
        goal=1.5,
        ours=times(ours),
        floor=times(floor),
        note="whole processes; the rest of the till is loaded behind the first frame",
    )


def _bare() -> None:
    _child("benchmarks.first_frame", "bare")


def _scanned(folder: str) -> float:
    told = _child("benchmarks.first_scan", folder, gtin(17), str(time.monotonic()))
    asked, signed_on, painted = (float(moment) for moment in told.split())
    return asked + painted - signed_on


def _child(module: str, *words: str) -> str:
    return subprocess.run(
        [sys.executable, "-m", module, *words],
        check=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=_ENVIRONMENT,
    ).stdout
