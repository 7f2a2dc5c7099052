"""Pictures of every screen of a till, with devices that are simulated for them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QWidget

from pos_app.bootstrap.desktop import Desktop, desktop
from pos_app.runtime import theme
from pos_app.screens.shots.render import render
from pos_app.screens.shots.stage import Stage

_CARDS = ("decline", "silent")
"""What the terminal does in each round: see :mod:`pos_app.screens.shots.render`."""


def save_pictures(
    data: Path, folder: Path, *, pin: str, languages: Sequence[str], scales: Sequence[float]
) -> tuple[Path, ...]:
    """Sell on the till in ``data`` and picture it; its own devices are left alone.

    Raises:
        ShotError: a screen was not reached, for instance because of a wrong PIN.
    """
    rounds = max(len(languages), 1) * max(len(scales), 1)
    for name, value in {
        "PRINTER_ADDRESS": "null:",
        "SCALE_ADDRESS": f"fake:{data / 'plate'}",
        "TERMINAL_ADDRESS": "fake:sim",
        "TERMINAL_SCRIPT": ",".join(_CARDS * rounds),
        "TERMINAL_DELAY_MS": "0",
        "DISPLAY_CUSTOMER": "window",
    }.items():
        os.environ[f"TILLWRIGHT_{name}"] = value
    with desktop(data) as found:
        theme.load_fonts("Noto")
        stage = Stage(found.window, found.tasks, lambda: _display(found))
        return render(stage, folder, pin=pin, languages=languages, scales=scales)


def _display(found: Desktop) -> QWidget | None:
    return found.second.screen if found.second else None
