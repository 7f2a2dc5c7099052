"""Strokes shared by everything that paints itself: boxes, text, focus rings, shadows."""

from __future__ import annotations

from PySide6.QtCore import QMarginsF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from pos_app.runtime import theme

LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
CENTRE = Qt.AlignmentFlag.AlignCenter
_ENDLESS = 1e6


def smooth(painter: QPainter) -> None:
    """Antialias shapes, text and pictures."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)


def box(
    painter: QPainter,
    rect: QRectF,
    radius: float,
    *,
    fill: QColor | None = None,
    border: QColor | None = None,
    width: float = 1,
) -> None:
    """A rounded box; a border lies inside ``rect`` on whole pixels."""
    painter.setBrush(fill if fill is not None else Qt.BrushStyle.NoBrush)
    if border is None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawRoundedRect(rect, radius, radius)
        return
    half = width / 2
    painter.setPen(QPen(border, width))
    inner = rect.marginsRemoved(QMarginsF(half, half, half, half))
    painter.drawRoundedRect(inner, radius - half, radius - half)


def focus_ring(painter: QPainter, rect: QRectF, radius: float) -> None:
    """Two rings, dark and light, that show on every fill."""
    now = theme.current()
    box(painter, rect, radius, border=now.colour("focus"), width=2)
    inner = rect.marginsRemoved(QMarginsF(2, 2, 2, 2))
    box(painter, inner, max(radius - 2, 1), border=now.colour("focus2"), width=2)


def width_of(text: str, font: QFont) -> float:
    """The width of a text in pixels."""
    return QFontMetricsF(font).horizontalAdvance(text)


def line(
    painter: QPainter,
    rect: QRectF,
    text: str,
    *,
    font: QFont,
    colour: QColor,
    align: Qt.AlignmentFlag = LEFT,
) -> None:
    """One line of text, elided at its end where it does not fit. An ampersand is just that."""
    painter.setFont(font)
    painter.setPen(colour)
    shown = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
    painter.drawText(rect, int(align) | int(Qt.TextFlag.TextSingleLine), shown)


def lines(painter: QPainter, rect: QRectF, text: str, *, font: QFont, colour: QColor) -> None:
    """Wrapped text in the middle of the height, from the side where reading begins."""
    painter.setFont(font)
    painter.setPen(colour)
    painter.drawText(rect, int(LEFT) | int(Qt.TextFlag.TextWordWrap), text)


def height_of(text: str, font: QFont, width: float) -> float:
    """What wrapped text of that width takes."""
    room = QRectF(0, 0, width, _ENDLESS)
    flags = int(LEFT) | int(Qt.TextFlag.TextWordWrap)
    return QFontMetricsF(font).boundingRect(room, flags, text).height()


def paragraph(painter: QPainter, rect: QRectF, text: str, *, font: QFont, colour: QColor) -> None:
    """Wrapped text, centred."""
    painter.setFont(font)
    painter.setPen(colour)
    flags = int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
    painter.drawText(rect, flags | int(Qt.TextFlag.TextWordWrap), text)


def shadow(painter: QPainter, rect: QRectF, radius: float) -> None:
    """A soft shadow below ``rect`` in six strokes; a drop-shadow effect costs 10 ms a paint."""
    now = theme.current()
    painter.setPen(Qt.PenStyle.NoPen)
    for ring in range(6, 0, -1):
        colour = QColor(now.colour("shadow"))
        colour.setAlpha(5 + (6 - ring) * 3)
        painter.setBrush(colour)
        grown = rect.marginsAdded(QMarginsF(ring, ring - 1, ring, ring + 1))
        painter.drawRoundedRect(grown, radius + ring, radius + ring)


def pill(painter: QPainter, rect: QRectF, text: str, *, role: str, tone: str) -> None:
    """A full-round label; ``tone`` names a soft colour pair such as ``success``."""
    now = theme.current()
    soft, mark = SOFT[tone]
    border = now.colour(mark) if now.look is theme.Look.CONTRAST else None
    box(painter, rect, rect.height() / 2, fill=now.colour(soft), border=border)
    line(painter, rect, text, font=now.font(role), colour=now.colour(mark), align=CENTRE)


SOFT = {
    "success": ("successSoft", "onSuccessSoft"),
    "warn": ("warnSoft", "onWarnSoft"),
    "danger": ("dangerSoft", "onDangerSoft"),
    "info": ("infoSoft", "onInfoSoft"),
    "primary": ("primarySoft", "onPrimarySoft"),
    "plain": ("sunken", "text2"),
    "solid": ("success", "onSuccess"),
}


def mirrored(rect: QRectF, around: QRectF, direction: Qt.LayoutDirection) -> QRectF:
    """The place of ``rect`` within ``around`` where reading runs in ``direction``."""
    if direction != Qt.LayoutDirection.RightToLeft:
        return rect
    left = around.left() + around.right() - rect.right()
    return QRectF(left, rect.top(), rect.width(), rect.height())


def inset(rect: QRect | QRectF, left: float, top: float, right: float, bottom: float) -> QRectF:
    """``rect`` made smaller on each side."""
    return QRectF(rect).marginsRemoved(QMarginsF(left, top, right, bottom))
