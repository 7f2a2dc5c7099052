"""What promotions took off a line, as tags side by side; names elide, amounts never do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from pos_app.runtime import icons, theme
from pos_app.screens.records import SavingTag
from pos_app.screens.widgets import painting

ICON, HAND = "tag", "pencil"
_ROLE = "captionStrong"
_PAD, _SIDE, _GAP, _BETWEEN = 7, 13, 5, 6
_LEAST_NAME = 24


@dataclass(frozen=True, slots=True)
class TagPlace:
    """A tag and where it stands; a tag without a name is the count of those not shown."""

    tag: SavingTag
    rect: QRectF


def place(room: QRectF, tags: Sequence[SavingTag], further: str) -> tuple[TagPlace, ...]:
    """Place tags from the start of ``room``; where they are too wide, the longer name gives way."""
    now = theme.current()
    font = now.font(_ROLE)
    names = [painting.width_of(tag.name, font) + 1 for tag in tags]
    fixed = [
        now.px(2 * _PAD + _SIDE + 2 * _GAP) + painting.width_of(tag.amount, font) + 1
        for tag in tags
    ]
    left = room.width() - sum(fixed) - now.px(_BETWEEN) * (len(tags) - 1)
    if further:
        left -= painting.width_of(further, font) + now.px(_BETWEEN) + 1
    widths = _shared(left, names)
    x = room.left()
    places = []
    for tag, name, other in zip(tags, widths, fixed, strict=True):
        places.append(TagPlace(tag, QRectF(x, room.top(), name + other, room.height())))
        x += name + other + now.px(_BETWEEN)
    if further:
        end = QRectF(x, room.top(), max(room.right() - x, 0), room.height())
        places.append(TagPlace(SavingTag("", further), end))
    return tuple(places)


def paint(
    painter: QPainter, places: Sequence[TagPlace], row: QRectF, way: Qt.LayoutDirection
) -> None:
    """Paint placed tags within a row that reads in ``way``."""
    now = theme.current()
    font = now.font(_ROLE)
    for one in places:
        soft, mark = painting.SOFT["info" if one.tag.by_hand else "success"]
        ink = now.colour(mark)
        box = painting.mirrored(one.rect, row, way)
        if not one.tag.name:
            painting.line(painter, box, one.tag.amount, font=font, colour=now.colour("success"))
            continue
        painting.box(painter, box, now.px(6), fill=now.colour(soft))
        inner = painting.inset(one.rect, now.px(_PAD), 0, now.px(_PAD), 0)
        side = now.px(_SIDE)
        spot = QRectF(inner.left(), inner.center().y() - side / 2, side, side)
        icons.paint(
            painter, painting.mirrored(spot, row, way), HAND if one.tag.by_hand else ICON, ink
        )
        amount = painting.width_of(one.tag.amount, font) + 1
        name = painting.inset(inner, side + now.px(_GAP), 0, amount + now.px(_GAP), 0)
        painting.line(
            painter, painting.mirrored(name, row, way), one.tag.name, font=font, colour=ink
        )
        money = QRectF(inner.right() - amount, inner.top(), amount, inner.height())
        align = painting.RIGHT
        money = painting.mirrored(money, row, way)
        painting.line(painter, money, one.tag.amount, font=font, colour=ink, align=align)


def _shared(room: float, wanted: Sequence[float]) -> list[float]:
    """Widths that fit: who asks for less than an equal share gets it, the others share the rest."""
    widths = [0.0] * len(wanted)
    left = room
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    for done, i in enumerate(order):
        share = max(left / (len(wanted) - done), theme.current().px(_LEAST_NAME))
        widths[i] = min(wanted[i], share)
        left -= widths[i]
    return widths
