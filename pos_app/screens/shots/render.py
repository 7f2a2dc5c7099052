"""Each scene in every look and size.

It really sells: give it a store whose sales do not matter. The first person of the staff list
signs on, opens a shift when none is open, and sells articles of the first page of tiles. The
terminal is expected to decline its first payment and to lose the answer of the second.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import cast

from PySide6.QtCore import QPoint
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QApplication

from pos_app.runtime import theme
from pos_app.runtime.i18n import language
from pos_app.screens.shots.stage import Stage
from pos_app.screens.shots.walk import walk

SIZES = ((1366, 768), (1920, 1080))


def render(
    stage: Stage,
    folder: Path,
    *,
    pin: str,
    languages: Sequence[str] = (),
    scales: Sequence[float] = (),
    sizes: Sequence[tuple[int, int]] = SIZES,
) -> tuple[Path, ...]:
    """Drive the till through its screens and save each as ``<screen>_<width>_<look>.png``.

    Args:
        languages: each gets a folder of its own, the log-in page's alone without them.
        scales: each gets a folder below, such as ``130``; the till's alone without them.
        sizes: of the window, in pixels; the customer's screen has its own.

    Raises:
        ShotError: a screen was not reached, for instance because of a wrong PIN.
    """
    app = cast("QApplication", QApplication.instance())
    window = stage.window
    before, spoken = theme.current(), language()
    saved: list[Path] = []
    window.show()
    # A pointer resting on a button would show it touched.
    QCursor.setPos(window.mapToGlobal(QPoint(SIZES[-1][0], SIZES[-1][1])))
    try:
        for code in languages or (spoken,):
            for scale in scales or (before.scale,):
                place = folder / (code if languages else "")
                place /= f"{scale:.0%}".rstrip("%") if scales else ""
                place.mkdir(parents=True, exist_ok=True)
                theme.apply(app, replace(before, scale=scale, motion=False))
                if (code, scale) != (language(), before.scale) or saved:
                    window.lock()
                    window.speak(code)
                for scene in walk(stage, pin):
                    shown = scene.widget or window
                    own = ((shown.width(), shown.height()),)
                    for look, width, height in _looks(app, own if scene.widget else sizes):
                        shown.resize(width, height)
                        stage.settle()
                        path = place / f"{scene.name}_{width}_{look}.png"
                        shown.grab().save(str(path))
                        saved.append(path)
    finally:
        theme.apply(app, before)
    return tuple(saved)


def _looks(
    app: QApplication, sizes: Sequence[tuple[int, int]]
) -> Iterator[tuple[theme.Look, int, int]]:
    """Every look, the present one first: each change polishes all widgets anew."""
    was = theme.current()
    for look in sorted(theme.Look, key=lambda one: one is not was.look):
        if look is not theme.current().look:
            theme.apply(app, replace(was, look=look))
        for width, height in sizes:
            yield look, width, height
