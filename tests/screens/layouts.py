"""What is wrong with how widgets lie: cut off, over each other, out of the window."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtWidgets import QAbstractButton, QAbstractScrollArea, QLabel, QLineEdit, QWidget

_SPARE = 2
"""Pixels that rounding may take."""


def faults(top: QWidget) -> Iterator[str]:
    """Each visible label and button of a window that does not have the room it needs."""
    shown = [
        widget
        for widget in top.findChildren(QWidget)
        if widget.isVisible() and isinstance(widget, QLabel | QAbstractButton | QLineEdit)
    ]
    for widget in shown:
        if (why := _cut(widget)) or (why := _outside(widget, top)):
            yield f"{_name(widget)} {why}"
    yield from _over_each_other(shown)


def _text(widget: QWidget) -> str:
    return widget.text() if isinstance(widget, QLabel | QAbstractButton | QLineEdit) else ""


def _name(widget: QWidget) -> str:
    return f"{type(widget).__name__} “{_text(widget) or widget.accessibleName()}”"


def _cut(widget: QWidget) -> str:
    """Less room than its text needs at the least."""
    least = _least(widget)
    if isinstance(widget, QLabel) and widget.wordWrap() and widget.text():
        needed = widget.heightForWidth(widget.width())
        if needed > widget.height() + _SPARE:
            return f"is {widget.height()} high and needs {needed}"
        return ""
    if not isinstance(widget, QLineEdit) and not _text(widget):
        # An icon alone is painted to whatever size it is given.
        return ""
    if least.width() > widget.width() + _SPARE or least.height() > widget.height() + _SPARE:
        have = f"{widget.width()}×{widget.height()}"
        return f"has {have} and needs {least.width()}×{least.height()}"
    return ""


def _least(widget: QWidget) -> QSize:
    """What it must have: as it was set, or as it says."""
    hint, fixed = widget.minimumSizeHint(), widget.minimumSize()
    return QSize(fixed.width() or hint.width(), fixed.height() or hint.height())


def _outside(widget: QWidget, top: QWidget) -> str:
    """Beyond its parents' edges, but where those scroll."""
    rect = QRect(widget.mapTo(top, QPoint(0, 0)), widget.size())
    parent = widget.parentWidget()
    while parent is not None and parent is not top:
        if isinstance(parent.parentWidget(), QAbstractScrollArea):
            return ""
        room = QRect(parent.mapTo(top, QPoint(0, 0)), parent.size())
        if not room.adjusted(-_SPARE, -_SPARE, _SPARE, _SPARE).contains(rect):
            return f"at {rect.getRect()} leaves {type(parent).__name__} at {room.getRect()}"
        parent = parent.parentWidget()
    return ""


def _over_each_other(shown: Sequence[QWidget]) -> Iterator[str]:
    """Siblings that share pixels."""
    seen: dict[QWidget | None, list[QWidget]] = {}
    for widget in shown:
        for other in seen.setdefault(widget.parentWidget(), []):
            both = widget.geometry().intersected(other.geometry())
            if both.width() > _SPARE and both.height() > _SPARE:
                yield f"{_name(widget)} lies over {_name(other)}"
        seen[widget.parentWidget()].append(widget)
