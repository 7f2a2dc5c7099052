"""Lucide icons in any colour and size, drawn once and kept."""

from __future__ import annotations

import logging
from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from resources import path

_log = logging.getLogger("tillwright.screens")

FALLBACK = "package"
# Some arrows are others the other way round.
_MIRRORED = {"redo-2": "undo-2"}
_STROKE = b'stroke-width="2"'


@lru_cache(maxsize=256)
def _source(name: str) -> bytes:
    file = path("vendor", "icons", f"{name}.svg")
    if name and file.is_file():
        return file.read_bytes()
    _log.info("There is no icon %r; %r stands in.", name, FALLBACK)
    spare = path("vendor", "icons", f"{FALLBACK}.svg")
    return spare.read_bytes() if spare.is_file() else b""


@lru_cache(maxsize=2048)
def _render(name: str, colour: str, size: int, ratio: float) -> QPixmap:
    pixmap = QPixmap(round(size * ratio), round(size * ratio))
    pixmap.fill(Qt.GlobalColor.transparent)
    source = _source(_MIRRORED.get(name, name)).replace(b"currentColor", colour.encode())
    if source:
        # Beyond 28 px a stroke of 2 in 24 looks bold beside Inter.
        source = source if size <= 28 else source.replace(_STROKE, b'stroke-width="1.75"')
        painter = QPainter(pixmap)
        if name in _MIRRORED:
            painter.translate(pixmap.width(), 0)
            painter.scale(-1, 1)
        QSvgRenderer(QByteArray(source)).render(
            painter, QRectF(0, 0, pixmap.width(), pixmap.height())
        )
        painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


def pixmap(name: str, colour: QColor, size: int, ratio: float = 1.0) -> QPixmap:
    """An icon as a pixmap.

    Args:
        name: Lucide name such as ``shopping-basket``; a parcel stands in for an unknown one.
        colour: of the strokes.
        size: width and height in logical pixels.
        ratio: device pixels in a logical pixel.
    """
    return _render(name, colour.name(), size, ratio)


def paint(painter: QPainter, rect: QRectF, name: str, colour: QColor) -> None:
    """Paint an icon in the centre of ``rect`` as large as its shorter side."""
    size = round(min(rect.width(), rect.height()))
    if size <= 0:
        return
    ratio = painter.device().devicePixelRatio()
    picture = pixmap(name, colour, size, ratio)
    painter.drawPixmap(
        round(rect.center().x() - size / 2), round(rect.center().y() - size / 2), picture
    )
