"""The one style sheet, generated from the design tokens.

Only what Qt paints well itself stands here; buttons, pills, tiles and rows paint themselves.
There is no font rule: fonts are set on the application and on widgets.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from string import Template

_SHEET = Template("""
QWidget[kind="page"] { background: $bg; }
QWidget[kind="surface"], QMainWindow { background: $surface; }
QFrame[kind="card"] { background: $surface; border: 1px solid $border; border-radius: ${r_card}px; }
QFrame[kind="strip"] { background: $surface; border: none; border-bottom: 1px solid $border; }
QFrame[kind="cart"] { background: $surface; border: none; border-left: 1px solid $border; }
QFrame[kind="cart"][side="left"] { border-left: none; border-right: 1px solid $border; }
QFrame[kind="sunken"] { background: $surface2; border: none; border-radius: ${r_input}px; }
QFrame[kind="rule"] { background: $border; border: none; max-height: 1px; min-height: 1px; }
QLabel { background: transparent; color: $text; }
QLabel[tone="text2"] { color: $text2; }
QLabel[tone="text3"] { color: $text3; }
QLabel[tone="success"] { color: $success; }
QLabel[tone="warn"] { color: $warn; }
QLabel[tone="danger"] { color: $danger; }
QLabel[tone="primary"] { color: $primary; }
QLineEdit {
    background: $surface; color: $text; border: 1px solid $outline;
    border-radius: ${r_input}px; padding: 0 ${p12}px;
    selection-background-color: $primary; selection-color: $onPrimary;
}
QLineEdit:focus { border: 2px solid $primary; padding: 0 ${p11}px; }
QLineEdit[kind="scan"] { padding-left: ${p40}px; }
QLineEdit[kind="scan"]:focus { padding-left: ${p39}px; }
QScrollArea > QWidget > QWidget { background: transparent; }
QListView, QScrollArea, QTextEdit {
    background: transparent; border: none; outline: 0;
}
QScrollBar:vertical { background: transparent; width: ${p10}px; margin: 0; }
QScrollBar::handle:vertical {
    background: $scroll; min-height: ${p48}px; border-radius: ${p4}px; margin: 1px;
}
QScrollBar::add-line:vertical, QScrollBar::sub-line:vertical { height: 0; }
QScrollBar::add-page:vertical, QScrollBar::sub-page:vertical { background: transparent; }
QScrollBar:horizontal { height: 0; }
QToolTip { background: $inverse; color: $onInverse; border: none; padding: ${p8}px; }
""")


def style_sheet(colours: Mapping[str, str], px: Callable[[float], int]) -> str:
    """The style sheet for colours by token and a function from design length to pixels."""
    lengths = {f"p{n}": str(px(n)) for n in (4, 8, 10, 11, 12, 39, 40, 48)}
    radii = {"r_card": str(px(12)), "r_input": str(px(10))}
    scroll = colours["text3"] if colours["border"] == "#FFFFFF" else colours["mute"]
    return _SHEET.substitute({**colours, **lengths, **radii, "scroll": scroll})
