"""One look for all screens: design tokens turned into palette, style sheet, fonts and colours.

Everything runs on the UI thread. Lengths are logical pixels; :meth:`Theme.px` applies the scale.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

from pos_app.runtime.theme_qss import style_sheet
from resources import path, tokens

_log = logging.getLogger("tillwright.screens")

SCALES = (1.0, 1.15, 1.3, 1.5)
_TABULAR = QFont.Tag("tnum")


class Look(StrEnum):
    """The three colour themes."""

    LIGHT = "light"
    DARK = "dark"
    CONTRAST = "contrast"

    def following(self) -> Look:
        """The theme after this one when a person steps through them."""
        looks = list(Look)
        return looks[(looks.index(self) + 1) % len(looks)]


@dataclass(frozen=True)
class Theme:
    """A look at a scale.

    Args:
        look: which colours.
        scale: one of :data:`SCALES`, multiplies every length and font size.
        motion: ``False`` switches every animation off.
        left_handed: basket, keypad and sheets stand on the other side; text runs as ever.
    """

    look: Look = Look.LIGHT
    scale: float = 1.0
    motion: bool = True
    left_handed: bool = False

    @cached_property
    def _colours(self) -> dict[str, QColor]:
        return {name: QColor(value) for name, value in tokens.colours(self.look).items()}

    @cached_property
    def _tints(self) -> dict[str, tuple[QColor, QColor]]:
        pairs = tokens.tints(self.look)
        return {name: (QColor(tint.back), QColor(tint.mark)) for name, tint in pairs.items()}

    @cached_property
    def _fonts(self) -> dict[tuple[str, bool], QFont]:
        return {}

    def colour(self, token: str) -> QColor:
        """The colour of a token.

        Raises:
            KeyError: there is no such token.
        """
        return self._colours[token]

    def tint(self, name: str) -> tuple[QColor, QColor]:
        """Background and mark colour of a tile tint; grey for an unknown name."""
        return self._tints.get(name, self._tints["grey"])

    def blend(self, under: str, over: str, percent: int) -> QColor:
        """The colour ``under`` with ``percent`` of ``over`` laid on it."""
        low, high = self.colour(under), self.colour(over)
        rest = 100 - percent
        return QColor(
            (low.red() * rest + high.red() * percent) // 100,
            (low.green() * rest + high.green() * percent) // 100,
            (low.blue() * rest + high.blue() * percent) // 100,
        )

    def px(self, length: float) -> int:
        """A length of the design in pixels at this scale."""
        return round(length * self.scale)

    def radius(self, name: str) -> int:
        """A corner radius: small, input, card or pay."""
        return self.px(tokens.load()["radii"][name])

    def height(self, name: str) -> int:
        """The height of a component as the tokens name it."""
        return self.px(tokens.load()["heights"][name])

    def font(self, role: str, *, tabular: bool | None = None) -> QFont:
        """The font of a text role.

        Args:
            role: a key of ``type`` in the tokens.
            tabular: figures of one width, for columns; by default in amounts only, because
                it widens the hyphens of names.
        """
        size, weight = tokens.text_style(role)
        figures = role == "amount" if tabular is None else tabular
        known = self._fonts.get((role, figures))
        if known is not None:
            return known
        font = QFont(tokens.load()["fonts"])
        font.setPixelSize(self.px(size))
        font.setWeight(QFont.Weight(weight))
        font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
        font.setFeature(_TABULAR, 1 if figures else 0)
        self._fonts[role, figures] = font
        return font

    def palette(self) -> QPalette:
        """Qt's palette with this theme's colours, for whatever Fusion paints itself."""
        palette = QPalette()
        role = QPalette.ColorRole
        for target, token in (
            (role.Window, "bg"),
            (role.WindowText, "text"),
            (role.Base, "surface"),
            (role.AlternateBase, "surface2"),
            (role.Text, "text"),
            (role.PlaceholderText, "text3"),
            (role.Button, "surface"),
            (role.ButtonText, "text"),
            (role.Highlight, "primary"),
            (role.HighlightedText, "onPrimary"),
            (role.ToolTipBase, "inverse"),
            (role.ToolTipText, "onInverse"),
        ):
            palette.setColor(target, self.colour(token))
        return palette


class _Current:
    """The theme in use; painters ask for it at each paint."""

    theme = Theme()


def current() -> Theme:
    """The theme that :func:`apply` set last."""
    return _Current.theme


def apply(app: QApplication, theme: Theme) -> None:
    """Give the application a theme; every widget repaints."""
    _Current.theme = theme
    app.setStyle("Fusion")
    app.setPalette(theme.palette())
    app.setFont(theme.font("body"))
    app.setStyleSheet(style_sheet(tokens.colours(theme.look), theme.px))
    for widget in app.allWidgets():
        widget.update()


def step(app: QApplication) -> Theme:
    """Change to the next look at the same scale and return it."""
    theme = replace(current(), look=current().look.following())
    apply(app, theme)
    return theme


def load_fonts(family: str = "") -> int:
    """Load the fonts of ``resources/vendor/fonts`` whose file name begins with ``family``.

    Returns the number of files loaded. Without them the system's font is used and one line is
    logged.
    """
    loaded = 0
    for file in sorted(path("vendor", "fonts").glob(f"{family}*.ttf")):
        loaded += QFontDatabase.addApplicationFont(str(file)) >= 0
    if not loaded:
        _log.warning("The fonts are not installed, the system's font is used; run make setup.")
    return loaded
