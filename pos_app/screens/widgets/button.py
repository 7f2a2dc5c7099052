"""The one button of the till, painted: every kind, icon, hint and state."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QEnterEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from pos_app.runtime import icons, theme
from pos_app.screens.widgets import painting


class ButtonKind(StrEnum):
    """What a button is for; it decides colour, height and type."""

    PRIMARY = "primary"
    PAY = "pay"
    SECONDARY = "secondary"
    GHOST = "ghost"
    DANGER = "danger"
    CHIP = "chip"
    FN = "fn"
    KEY = "key"
    KEY_SOFT = "key_soft"
    NOTE = "note"
    ICON = "icon"


@dataclass(frozen=True, slots=True)
class _Dress:
    fill: str | None
    border: str | None
    ink: str
    role: str
    radius: str
    height: str


_DRESS = {
    ButtonKind.PRIMARY: _Dress("primary", None, "onPrimary", "strong", "input", "touch"),
    ButtonKind.PAY: _Dress("success", None, "onSuccess", "pay", "pay", "pay"),
    ButtonKind.SECONDARY: _Dress("surface", "border", "text", "strong", "input", "touch"),
    ButtonKind.GHOST: _Dress(None, None, "text2", "strong", "input", "touch"),
    ButtonKind.DANGER: _Dress("danger", None, "onDanger", "strong", "input", "touch"),
    ButtonKind.CHIP: _Dress("surface", "border", "text2", "strong", "full", "chip"),
    ButtonKind.FN: _Dress("surface", "border", "text", "metaStrong", "input", "fn"),
    ButtonKind.KEY: _Dress("surface", "border", "text", "key", "input", "key"),
    ButtonKind.KEY_SOFT: _Dress("sunken", "border", "text2", "h2", "input", "key"),
    ButtonKind.NOTE: _Dress("successSoft", None, "onSuccessSoft", "h2", "input", "key"),
    ButtonKind.ICON: _Dress(None, None, "text2", "strong", "input", "touch"),
}
_SHRINKING = {ButtonKind.KEY, ButtonKind.KEY_SOFT, ButtonKind.NOTE}
_ELIDED = {ButtonKind.PAY, ButtonKind.SECONDARY, ButtonKind.PRIMARY, ButtonKind.FN}
_FILLED = {ButtonKind.PAY, ButtonKind.PRIMARY, ButtonKind.DANGER}
_CHECKED = _Dress("inverse", None, "onInverse", "strong", "full", "chip")


class AppButton(QAbstractButton):
    """A button that paints itself.

    Touch does not take the focus from the input line, Tab does.

    Args:
        text: what it says; empty for an icon alone, which then needs ``name``.
        kind: what it is for.
        icon: Lucide name.
        hint: its key, small beside the text.
        name: accessible name where the text does not say it all.
        parent: Qt parent.
    """

    def __init__(
        self,
        text: str = "",
        kind: ButtonKind = ButtonKind.SECONDARY,
        *,
        icon: str = "",
        hint: str = "",
        name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.kind = kind
        self.icon_name = icon
        self.hint = hint
        self.setText(text)
        self.setAccessibleName(name or text)
        self.setToolTip(name if not text else "")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        wide = QSizePolicy.Policy.Expanding
        narrow = QSizePolicy.Policy.Preferred
        stretches = kind in {ButtonKind.PAY, ButtonKind.FN, ButtonKind.KEY, ButtonKind.NOTE}
        tall = kind in {ButtonKind.KEY, ButtonKind.KEY_SOFT}
        height = narrow if kind is ButtonKind.NOTE else QSizePolicy.Policy.Fixed
        self.setSizePolicy(wide if stretches or tall else narrow, wide if tall else height)

    def set_label(self, text: str, name: str = "") -> None:
        """Change the text and the accessible name with it."""
        if text != self.text() or (name or text) != self.accessibleName():
            self.setText(text)
            self.setAccessibleName(name or text)
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        """Wide enough for icon, text and hint."""
        now = theme.current()
        dress = _DRESS[self.kind]
        height = now.height(dress.height)
        if self.kind is ButtonKind.ICON:
            return QSize(height, height)
        text = painting.width_of(self.text(), now.font(self._role()))
        if self.kind is ButtonKind.FN:
            return QSize(max(now.px(72), round(text) + now.px(20)), height)
        if self.kind in {ButtonKind.KEY, ButtonKind.KEY_SOFT, ButtonKind.NOTE}:
            return QSize(max(now.px(56), round(text) + now.px(12)), height)
        icon = now.px(28) if self.icon_name else 0
        hint = painting.width_of(self.hint, now.font("hint")) + now.px(10) if self.hint else 0
        return QSize(round(text + icon + hint) + now.px(36), height)

    def minimumSizeHint(self) -> QSize:
        """As :meth:`sizeHint`, narrower where the text may be elided."""
        size = self.sizeHint()
        if self.kind in _SHRINKING:
            # A finger needs millimetres: at a larger scale less of the scaled height is enough.
            size.setHeight(max(44, theme.current().px(34)))
        if self.kind in _ELIDED:
            size.setWidth(min(size.width(), theme.current().px(72)))
        return size

    def enterEvent(self, event: QEnterEvent) -> None:
        """Repaint for hover."""
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Repaint without hover."""
        super().leaveEvent(event)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint box, content and focus ring."""
        now = theme.current()
        painter = QPainter(self)
        painting.smooth(painter)
        rect = QRectF(self.rect())
        dress = _CHECKED if self.isChecked() else _DRESS[self.kind]
        radius = self._radius(dress, rect)
        border = now.colour(dress.border) if dress.border else None
        if now.look is theme.Look.CONTRAST and self.kind is ButtonKind.NOTE:
            border = now.colour(dress.ink)
        painting.box(painter, rect, radius, fill=self._fill(dress), border=border)
        ink = self._ink(dress)
        if self.kind is ButtonKind.FN:
            self._paint_fn(painter, rect, ink)
        else:
            self._paint_row(painter, rect, ink)
        if self.hasFocus():
            painting.focus_ring(painter, rect, radius)

    def _role(self) -> str:
        return _DRESS[self.kind].role

    def _radius(self, dress: _Dress, rect: QRectF) -> float:
        if dress.radius == "full":
            return rect.height() / 2
        return theme.current().radius(dress.radius)

    def _fill(self, dress: _Dress) -> QColor | None:
        now = theme.current()
        if not self.isEnabled():
            return now.colour("mute") if dress.fill not in {None, "surface"} else None
        percent = 12 if self.isDown() else 5 if self.underMouse() else 0
        if dress.fill is None:
            return now.blend("surface", "text", percent) if percent else None
        return now.blend(dress.fill, "text" if dress.fill != "inverse" else "bg", percent)

    def _ink(self, dress: _Dress) -> QColor:
        now = theme.current()
        return now.colour(dress.ink if self.isEnabled() else "text3")

    def _paint_fn(self, painter: QPainter, rect: QRectF, ink: QColor) -> None:
        now = theme.current()
        icon = now.px(22)
        top = QRectF(rect.center().x() - icon / 2, rect.top() + now.px(10), icon, icon)
        icons.paint(painter, top, self.icon_name, ink)
        text = painting.inset(rect, now.px(4), now.px(36), now.px(4), now.px(8))
        font = now.font(self._role())
        painting.line(painter, text, self.text(), font=font, colour=ink, align=painting.CENTRE)
        if painting.width_of(self.hint, now.font("hint")) + now.px(9) > rect.right() - top.right():
            return
        hint = painting.inset(rect, 0, now.px(6), now.px(7), rect.height() - now.px(20))
        muted = now.colour("text3")
        align = painting.RIGHT
        painting.line(painter, hint, self.hint, font=now.font("hint"), colour=muted, align=align)

    def _paint_row(self, painter: QPainter, rect: QRectF, ink: QColor) -> None:
        now = theme.current()
        font = now.font(self._role())
        icon = now.px(24 if self.kind is ButtonKind.PAY else 20) if self.icon_name else 0
        gap = now.px(12 if self.kind is ButtonKind.PAY else 10) if icon and self.text() else 0
        small = now.font("hint")
        hint = painting.width_of(self.hint, small) + now.px(8) if self.hint else 0
        room = rect.width() - icon - gap - hint - now.px(12)
        text = min(painting.width_of(self.text(), font) + 1, max(room, 0))
        content = QRectF(0, 0, icon + gap + text + hint, rect.height())
        content.moveCenter(rect.center())
        direction = self.layoutDirection()
        place = QRectF(content.left(), rect.top(), icon, rect.height())
        if icon:
            icons.paint(
                painter,
                painting.mirrored(place, content, direction),
                self.icon_name,
                ink,
            )
        words = QRectF(content.left() + icon + gap, rect.top(), text, rect.height())
        words = painting.mirrored(words, content, direction)
        painting.line(painter, words, self.text(), font=font, colour=ink)
        if self.hint:
            key = QRectF(content.right() - hint, rect.top(), hint, rect.height())
            key = painting.mirrored(key, content, direction)
            colour = ink if self.kind in _FILLED else now.colour("text3")
            align = painting.RIGHT
            painting.line(painter, key, self.hint, font=small, colour=colour, align=align)
